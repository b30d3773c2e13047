import type { Reason } from '../../reasons.ts';
import { part, swap } from './mutations.ts';
import { C14N, DSIG, ENVELOPED, EXCLUSIVE, signXml } from './sign.ts';
import { rsa, statement, stranger } from './statement.ts';

/**
 * What the corpora of node-saml (test/static/signatures/invalid) and xml-crypto (test/static) do to SAML answers, done
 * to statements: a response is a root, an assertion an element inside it, an advice an element inside that.
 */

export const content = statement();
export const signed = signXml(content, rsa);
const bare = content.replace(/^<\?xml[^>]*\?>/, '');
const bareSigned = signed.replace(/^<\?xml[^>]*\?>/, '');
const evil = bare.replace('2026-000123', '2026-000999');
const inner = (id: string, body = '') => `<group Id="${id}"><name>1</name>${body}</group>`;
const wrap = (body: string) => `<statement xmlns="urn:kezek:statement:1" Id="root">${body}</statement>`;

/** Signs the element with that Id inside itself, as SAML does. */
function signInside(xml: string, id: string, end: string, signer = rsa): string {
  return signXml(xml, signer, { transforms: [ENVELOPED, EXCLUSIVE], reference: id, before: end });
}

export interface Case {
  readonly name: string;
  readonly text: string;
  readonly strict: Reason;
  /** What is told of it as a document of others: a reason, or which parts are signed. */
  readonly lenient: Reason | readonly string[];
}

export const cases: readonly Case[] = [
  {
    name: 'root and inner unsigned',
    text: wrap(inner('a')),
    strict: 'no-signature',
    lenient: 'no-signature',
  },
  {
    name: 'root, inner and two inside it unsigned',
    text: wrap(inner('a', inner('b') + inner('c'))),
    strict: 'no-signature',
    lenient: 'no-signature',
  },
  {
    name: 'a signature without content, as an unsigned answer carries one',
    text: wrap(`<ds:Signature xmlns:ds="${DSIG}"></ds:Signature>`),
    strict: 'signature-shape',
    lenient: 'signature-shape',
  },
  {
    name: 'root unsigned, inner signed',
    text: signInside(wrap(inner('a')), 'a', '</group>'),
    strict: 'signature-place',
    lenient: ['ELEMENT a'],
  },
  {
    name: 'root unsigned, inner signed and changed afterwards',
    text: signInside(wrap(inner('a')), 'a', '</group>').replace('<name>1', '<name>2'),
    strict: 'signature-place',
    lenient: 'digest-mismatch',
  },
  {
    name: 'root unsigned, inner signed, one more inside it unsigned',
    text: signInside(wrap(inner('a')), 'a', '</group>').replace('</name>', `</name>${inner('b')}`),
    strict: 'signature-place',
    lenient: 'digest-mismatch',
  },
  {
    name: 'root unsigned, two inside each other signed, the outer changed',
    text: swap(
      signInside(signInside(wrap(inner('a', inner('b'))), 'b', '</group>'), 'a', '</group></statement>'),
      '<group Id="a"><name>1',
      '<group Id="a"><name>2',
    ),
    strict: 'several-signatures',
    lenient: 'digest-mismatch',
  },
  {
    name: 'root signed, inner added',
    text: swap(bareSigned, '<kind>', `${inner('a')}<kind>`),
    strict: 'digest-mismatch',
    lenient: 'digest-mismatch',
  },
  {
    name: 'root signed, inner signed and added afterwards',
    text: swap(bareSigned, '<kind>', `${part.signature(signed)}<kind>`),
    strict: 'several-signatures',
    lenient: 'digest-mismatch',
  },
  {
    name: 'root signed, inner wrongly signed',
    text: signXml(swap(signInside(wrap(inner('a')), 'a', '</group>'), '<name>1', '<name>2'), rsa),
    strict: 'several-signatures',
    lenient: 'digest-mismatch',
  },
  {
    name: 'root signed with the enveloped transform twice',
    text: signXml(content, rsa, { transforms: [ENVELOPED, ENVELOPED, C14N] }),
    strict: 'transforms',
    lenient: 'transforms',
  },
  {
    name: 'inner signed with the enveloped transform twice',
    text: signXml(wrap(inner('a')), rsa, {
      reference: 'a',
      transforms: [ENVELOPED, ENVELOPED, EXCLUSIVE],
      before: '</group>',
    }),
    strict: 'signature-place',
    lenient: 'transforms',
  },
  {
    name: 'several roots, the signed one first',
    text: `${bareSigned}${evil}`,
    strict: 'after-root',
    lenient: 'after-root',
  },
  {
    name: 'several roots, the signed one last',
    text: `${evil}${bareSigned}`,
    strict: 'after-root',
    lenient: 'after-root',
  },
  {
    name: 'two references in one signature',
    text: swap(signed, part.reference(signed), part.reference(signed) + part.reference(signed)),
    strict: 'reference',
    lenient: 'reference',
  },
  {
    name: 'SignedInfo wrapped, a true one beside it',
    text: swap(signed, '<ds:SignedInfo>', `<wrapper>${part.signedInfo(signed)}</wrapper><ds:SignedInfo>`),
    strict: 'foreign-element',
    lenient: 'foreign-element',
  },
  {
    name: 'SignedInfo twice, the forged one second and without its methods',
    text: swap(
      signed,
      '</ds:SignedInfo>',
      `</ds:SignedInfo><ds:SignedInfo>${part.reference(signed)}</ds:SignedInfo>`,
    ),
    strict: 'several-signed-info',
    lenient: 'several-signed-info',
  },
  {
    name: 'no SignedInfo, its parts loose in the signature',
    text: signed.replace('<ds:SignedInfo>', '').replace('</ds:SignedInfo>', ''),
    strict: 'foreign-element',
    lenient: 'foreign-element',
  },
  {
    name: 'SignedInfo loose in the statement, found first by name',
    text: swap(bareSigned, '<kind>', `<ds:SignedInfo xmlns:ds="${DSIG}"></ds:SignedInfo><kind>`),
    strict: 'signature-shape',
    lenient: 'signature-shape',
  },
  {
    name: 'the true element wrapped, a forged one with the same Id and the same signature in its place',
    text: (() => {
      const one = signInside(wrap(inner('a')), 'a', '</group>');
      const element = one.slice(one.indexOf('<group'), one.indexOf('</group>') + 8);
      const forged = element.replace('<name>1', '<name>malicious');
      return swap(one, element, `<wrap>${element}</wrap>${forged}`);
    })(),
    strict: 'several-signatures',
    lenient: 'duplicate-id',
  },
  {
    name: 'a comment in DigestValue before the true one',
    text: swap(signed, '<ds:DigestValue>', '<ds:DigestValue><!--6zWeUASlD8E73xzDn4ggf0r7ysQ=-->'),
    strict: 'comment',
    lenient: 'comment',
  },
  {
    name: 'DigestValue twice',
    text: swap(signed, '<ds:DigestValue>', '<ds:DigestValue>AAAA</ds:DigestValue><ds:DigestValue>'),
    strict: 'reference',
    lenient: 'reference',
  },
  {
    name: 'white space in DigestValue: harmless to the digest, but signed',
    text: swap(signed, '</ds:DigestValue>', ' </ds:DigestValue>'),
    strict: 'signature-mismatch',
    lenient: 'signature-mismatch',
  },
  {
    name: 'another digest',
    text: signed.replace(/<ds:DigestValue>.{4}/, '<ds:DigestValue>AAAA'),
    strict: 'digest-mismatch',
    lenient: 'digest-mismatch',
  },
  {
    name: 'a reference to what is not there',
    text: swap(signInside(wrap(inner('a')), 'a', '</group>'), 'Id="a"', 'Id="z"'),
    strict: 'signature-place',
    lenient: 'reference',
  },
  {
    name: 'an Id with a quote',
    text: swap(signed, 'URI=""', `URI="#t't"`),
    strict: 'reference',
    lenient: 'reference',
  },
  {
    name: 'a reference to KeyInfo',
    text: signed.replace('<ds:KeyInfo>', '<ds:KeyInfo Id="k">').replace('URI=""', 'URI="#k"'),
    strict: 'reference',
    lenient: 'reference',
  },
  {
    name: 'the whole signed statement inside a forged one',
    text: swap(evil, '</statement>', `<wrap>${bareSigned}</wrap></statement>`),
    strict: 'signature-place',
    lenient: 'digest-mismatch',
  },
  {
    name: 'the signature moved to a forged statement, the true one inside Object',
    text: swap(
      evil,
      '</statement>',
      `${swap(part.signature(signed), '</ds:Signature>', `<ds:Object>${bare}</ds:Object></ds:Signature>`)}</statement>`,
    ),
    strict: 'foreign-element',
    lenient: 'foreign-element',
  },
  {
    name: 'the signature as the root, the statement inside',
    text: swap(part.signature(signed), '</ds:Signature>', `<ds:Object>${bare}</ds:Object></ds:Signature>`),
    strict: 'signature-place',
    lenient: 'signature-place',
  },
  {
    name: 'the signature first instead of last',
    text: swap(bareSigned.replace(part.signature(signed), ''), '<kind>', `${part.signature(signed)}<kind>`),
    strict: 'signature-place',
    lenient: ['DOCUMENT '],
  },
  {
    name: 'a second signer, a stranger',
    text: signXml(signed, stranger),
    strict: 'several-signatures',
    lenient: ['DOCUMENT ', 'DOCUMENT '],
  },
  {
    name: 'a prefix bound to another namespace inside the signature',
    text: swap(signed, '<ds:SignedInfo>', '<ds:SignedInfo xmlns:ds="urn:evil">'),
    strict: 'foreign-element',
    lenient: 'foreign-element',
  },
  {
    name: 'a namespace declared on the signature',
    text: swap(signed, '<ds:Signature ', '<ds:Signature xmlns:evil="urn:evil" '),
    strict: 'signature-shape',
    lenient: 'signature-mismatch',
  },
  {
    name: 'a namespace declared on the root',
    text: swap(signed, '<statement ', '<statement xmlns:evil="urn:evil" '),
    strict: 'digest-mismatch',
    lenient: 'digest-mismatch',
  },
  {
    name: 'a Signature that is none, of another namespace',
    text: swap(signed, `xmlns:ds="${DSIG}"`, 'xmlns:ds="urn:evil"'),
    strict: 'no-signature',
    lenient: 'no-signature',
  },
  {
    name: 'a parameter of HMAC',
    text: signed.replace(
      /(<ds:SignatureMethod [^>]*)\/>/,
      '$1><ds:HMACOutputLength>1</ds:HMACOutputLength></ds:SignatureMethod>',
    ),
    strict: 'algorithm',
    lenient: 'algorithm',
  },
  {
    name: 'a prefix list for the canonical form',
    text: signed.replace(
      /(<ds:CanonicalizationMethod [^>]*)\/>/,
      `$1><i:InclusiveNamespaces xmlns:i="${EXCLUSIVE}" PrefixList="x"/></ds:CanonicalizationMethod>`,
    ),
    strict: 'foreign-element',
    lenient: 'foreign-element',
  },
  {
    name: 'a canonical form nobody knows',
    text: swap(signed, `"${C14N}"`, '"urn:evil"'),
    strict: 'canonicalization',
    lenient: 'canonicalization',
  },
  {
    name: 'text between the elements of the signature',
    text: swap(signed, '<ds:KeyInfo>', 'evil<ds:KeyInfo>'),
    strict: 'signature-shape',
    lenient: 'signature-shape',
  },
];
