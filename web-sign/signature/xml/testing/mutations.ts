import type { Reason } from '../../reasons.ts';
import { C14N, DSIG, ENVELOPED, KNCA } from './sign.ts';

/** A way to change a signed statement, and why it is refused. */
export interface Mutation {
  readonly name: string;
  readonly change: (signed: string) => string;
  readonly reason: Reason;
  /** Where a document of others is judged in another way than a statement of ours. */
  readonly inDocument?: Reason | 'accepted';
}

function between(text: string, start: string, end: string): string {
  const from = text.indexOf(start);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`no ${start} … ${end}`);
  return text.slice(from, to + end.length);
}

/** Elements of a signature with the prefix `ds`. */
export const part = {
  signature: (text: string) => between(text, '<ds:Signature ', '</ds:Signature>'),
  signedInfo: (text: string) => between(text, '<ds:SignedInfo>', '</ds:SignedInfo>'),
  reference: (text: string) => between(text, '<ds:Reference', '</ds:Reference>'),
  transforms: (text: string) => between(text, '<ds:Transforms>', '</ds:Transforms>'),
  keyInfo: (text: string) => between(text, '<ds:KeyInfo>', '</ds:KeyInfo>'),
  certificate: (text: string) => between(text, '<ds:X509Certificate>', '</ds:X509Certificate>'),
  signatureValue: (text: string) => between(text, '<ds:SignatureValue>', '</ds:SignatureValue>'),
} as const;

/** Replaces what must be there. */
export function swap(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`no ${from}`);
  return text.replace(from, () => to);
}

const APPLICATION = '<application>2026-000123</application>';
const FORGED = '<application>2026-000999</application>';

function withoutDeclaration(text: string): string {
  return text.replace(/^<\?xml[^>]*\?>/, '');
}

/** The attack matrix of EDS.md §6.2, first those that xml-crypto itself refuses, then those that it accepts. */
export const mutations: readonly Mutation[] = [
  { name: 'changed text', change: (s) => swap(s, APPLICATION, FORGED), reason: 'digest-mismatch' },
  {
    name: 'extra attribute',
    change: (s) => swap(s, '<application>', '<application a="1">'),
    reason: 'digest-mismatch',
  },
  {
    name: 'two SignedInfo',
    change: (s) => swap(s, part.signedInfo(s), part.signedInfo(s) + part.signedInfo(s)),
    reason: 'several-signed-info',
  },
  {
    name: 'fake SignedInfo first',
    change: (s) =>
      swap(s, '<ds:SignedInfo>', `${part.signedInfo(s).replace('#sha256', '#sha512')}<ds:SignedInfo>`),
    reason: 'several-signed-info',
  },
  {
    name: 'root wrapped into another',
    change: (s) => `<evil>${FORGED}${withoutDeclaration(s)}</evil>`,
    reason: 'signature-place',
    inDocument: 'digest-mismatch',
  },
  {
    name: 'Reference removed',
    change: (s) => swap(s, part.reference(s), ''),
    reason: 'reference',
  },
  {
    name: 'transforms emptied',
    change: (s) => swap(s, part.transforms(s), '<ds:Transforms></ds:Transforms>'),
    reason: 'transforms',
  },
  {
    name: 'transforms removed',
    change: (s) => swap(s, part.transforms(s), ''),
    reason: 'transforms',
  },
  {
    name: 'URI changed to an Id',
    change: (s) => swap(s, 'URI=""', 'URI="#01999999-0000-7000-8000-00000000000b"'),
    reason: 'reference',
    inDocument: 'digest-mismatch',
  },
  {
    name: 'URI changed to an address',
    change: (s) => swap(s, 'URI=""', 'URI="https://example.kz/a.xml"'),
    reason: 'reference',
  },
  {
    name: 'signature method lowered to HMAC',
    change: (s) =>
      s.replace(/SignatureMethod Algorithm="[^"]*"/, `SignatureMethod Algorithm="${DSIG}hmac-sha1"`),
    reason: 'algorithm',
  },
  {
    name: 'signature method lowered to SHA-1',
    change: (s) =>
      s.replace(/SignatureMethod Algorithm="[^"]*"/, `SignatureMethod Algorithm="${DSIG}rsa-sha1"`),
    reason: 'algorithm',
  },
  {
    name: 'digest lowered to SHA-1',
    change: (s) => s.replace(/DigestMethod Algorithm="[^"]*"/, `DigestMethod Algorithm="${DSIG}sha1"`),
    reason: 'algorithm',
  },
  {
    name: 'signature method of GOST-2004',
    change: (s) =>
      s.replace(
        /SignatureMethod Algorithm="[^"]*"/,
        'SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#gost34310-gost34311"',
      ),
    reason: 'algorithm',
  },
  {
    name: 'signature twice',
    change: (s) => swap(s, part.signature(s), part.signature(s) + part.signature(s)),
    reason: 'several-signatures',
    inDocument: 'digest-mismatch',
  },
  {
    name: 'Id twice',
    change: (s) => swap(swap(s, '<kind>', '<kind Id="a">'), '<application>', '<application ID="a">'),
    reason: 'digest-mismatch',
  },
  {
    name: 'white space added in SignedInfo',
    change: (s) => swap(s, '</ds:SignedInfo>', ' </ds:SignedInfo>'),
    reason: 'signature-mismatch',
  },
  {
    name: 'processing instruction inside text',
    change: (s) => swap(s, '2026-000123', '<?p 2026-00?>0123'),
    reason: 'processing-instruction',
  },
  {
    name: 'comment inside text',
    change: (s) => swap(s, '2026-000123', '2026-000<!-- -->123'),
    reason: 'comment',
  },
  {
    name: 'comment inside DigestValue',
    change: (s) => swap(s, '<ds:DigestValue>', '<ds:DigestValue><!--AAAA-->'),
    reason: 'comment',
  },
  {
    name: 'comment inside SignatureValue',
    change: (s) => swap(s, '</ds:SignatureValue>', '<!--AAAA--></ds:SignatureValue>'),
    reason: 'comment',
  },
  {
    name: 'document type with a default attribute',
    change: (s) => `<!DOCTYPE statement [<!ATTLIST application a CDATA "1">]>${withoutDeclaration(s)}`,
    reason: 'doctype',
  },
  {
    name: 'CDATA in place of text',
    change: (s) => swap(s, APPLICATION, '<application><![CDATA[2026-000123]]></application>'),
    reason: 'cdata',
  },
  {
    name: 'a letter written as a number',
    change: (s) => swap(s, '2026-000123', '2026-00012&#51;'),
    reason: 'entity',
  },
  {
    name: 'an entity of its own',
    change: (s) => swap(s, '2026-000123', '2026-000123&application;'),
    reason: 'entity',
  },
  {
    name: 'a second root after the first',
    change: (s) => `${s}<statement>${FORGED}</statement>`,
    reason: 'after-root',
  },
  {
    name: 'foreign element inside Signature',
    change: (s) => swap(s, '</ds:Signature>', `<evil>${FORGED}</evil></ds:Signature>`),
    reason: 'foreign-element',
  },
  {
    name: 'Object inside Signature',
    change: (s) => swap(s, '</ds:Signature>', `<ds:Object>${FORGED}</ds:Object></ds:Signature>`),
    reason: 'foreign-element',
  },
  {
    name: 'transform for stylesheets',
    change: (s) => swap(s, `${C14N}#WithComments`, 'http://www.w3.org/TR/1999/REC-xslt-19991116'),
    reason: 'transforms',
  },
  {
    name: 'transforms in another order',
    change: (s) =>
      s
        .replace(ENVELOPED, 'first')
        .replace(`${C14N}#WithComments`, ENVELOPED)
        .replace('first', `${C14N}#WithComments`),
    reason: 'transforms',
  },
  {
    name: 'signature method of the other kind of key',
    change: (s) =>
      s.includes(KNCA)
        ? s.replace(
            /SignatureMethod Algorithm="[^"]*"/,
            'SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"',
          )
        : s.replace(
            /SignatureMethod Algorithm="[^"]*"/,
            `SignatureMethod Algorithm="${KNCA}gostr34102015-gostr34112015-512"`,
          ),
    reason: 'algorithm',
  },
];
