import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { fixedClock } from '../../core/clock.ts';
import type { Verifier } from '../../web-sign/signature/api.ts';
import { createTrust, type TrustStore } from '../../web-sign/signature/certificate/trust.ts';
import { verifyCms } from '../../web-sign/signature/cms/verify-cms.ts';
import { digestOf } from '../../web-sign/signature/keys.ts';
import { createRevocationChecker } from '../../web-sign/signature/revocation/checker.ts';
import { createVerifier } from '../../web-sign/signature/verify.ts';
import { verifySignedXml, verifyStatementXml } from '../../web-sign/signature/xml/verify-xml.ts';
import type { Authority, Chain, KeyKind } from './api.ts';
import { createAuthority } from './authority.ts';
import { fewRsaKeys, type Key } from './key.ts';
import { authorityFetch } from './server.ts';
import { signCms } from './sign-cms.ts';
import { signXml, type XmlLayout, XmlMalformed } from './sign-xml.ts';

const NOW = new Date('2026-11-22T10:00:00Z');
const PERSON = { iin: '900101300017', surname: 'Сынақов', name: 'Айдос' };
const STATEMENT =
  '<statement xmlns="urn:kezek" id="1"><text lang="kk">Мен, «Балапан» бөбекжайын таңдаймын</text></statement>';
const LAYOUTS: readonly XmlLayout[] = ['BASICS', 'COMMON_UTILS', 'COMMON_UTILS_CR'];
const KINDS: readonly KeyKind[] = ['GOST', 'RSA-SIGN'];

const clock = fixedClock(NOW);
let authority: Authority;
let trust: TrustStore;
let verifier: Verifier;
const keys = new Map<KeyKind, Key>();

beforeAll(async () => {
  authority = await createAuthority({ clock, baseUrl: 'http://authority.test', keys: fewRsaKeys() });
  trust = createTrust(authority.trust().map(({ der }) => der));
  const revocation = createRevocationChecker({ trust, clock, fetch: authorityFetch(authority) });
  verifier = createVerifier({ trust, revocation });
  for (const kind of KINDS) keys.set(kind, await authority.issue({ ...PERSON, kind }));
});

function keyOf(kind: KeyKind): Key {
  const key = keys.get(kind);
  if (!key) throw new Error(`no ${kind} key`);
  return key;
}

const expected = (content: string) => ({ content: Buffer.from(content), at: NOW, use: 'SIGN' as const });

describe.each(KINDS)('XML, %s', (kind) => {
  it.each(LAYOUTS)('is accepted whole, laid out as %s', async (layout) => {
    const signed = signXml(STATEMENT, keyOf(kind), layout);
    const found = await verifier.verifyXml(signed, expected(STATEMENT));
    expect(found.signer).toMatchObject({ iin: PERSON.iin, name: 'СЫНАҚОВ АЙДОС' });
    expect(found.revocation.state).toBe('GOOD');
    expect(found.chain).toHaveLength(3);
  });

  it('is over the statement and nothing else', () => {
    const signed = signXml(STATEMENT, keyOf(kind));
    const changed = signed.replace('Балапан', 'Балдырған');
    expect(() => verifyStatementXml(changed, STATEMENT)).toThrow();
    expect(() => verifyStatementXml(signed, STATEMENT.replace('id="1"', 'id="2"'))).toThrow('other-document');
  });

  it('follows the first signature with a second', () => {
    const twice = signXml(signXml(STATEMENT, keyOf('GOST'), 'COMMON_UTILS'), keyOf(kind), 'COMMON_UTILS');
    expect(verifySignedXml(twice)).toHaveLength(2);
  });
});

describe('XML as NCALayer writes it', () => {
  const layoutOf = (layout: XmlLayout) => signXml('<a/>', keyOf('RSA-SIGN'), layout);

  it('begins with its declaration and ends with the root', () => {
    const compact = layoutOf('BASICS');
    expect(compact).toMatch(/^<\?xml version="1\.0" encoding="UTF-8" standalone="no"\?><a><ds:Signature /);
    expect(compact).toMatch(/<\/ds:Signature><\/a>$/);
    expect(compact).not.toMatch(/\s</);
  });

  it('breaks its lines as commonUtils does', () => {
    const lines = layoutOf('COMMON_UTILS').split('\n');
    expect(lines.slice(1, 4)).toEqual([
      '<ds:SignedInfo>',
      '<ds:CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"/>',
      '<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>',
    ]);
    expect(Math.max(...lines.filter((line) => !line.includes('<')).map((line) => line.length))).toBe(76);
    expect(layoutOf('COMMON_UTILS_CR')).toContain('&#13;\n');
  });

  it.each(['', 'not XML', '<a>', '<a></b>', '<a/><b/>', '<a', '<a b=1/>'])('takes no %j', (text) => {
    expect(() => signXml(text, keyOf('RSA-SIGN'))).toThrow(XmlMalformed);
  });
});

describe('canonical form', () => {
  const name = fc.constantFrom('a', 'b', 'ә', 'x-1');
  const text = fc.string({
    unit: fc.constantFrom('а', 'қ', '&', '<', '>', '"', "'", '\n', '\t', '\r', ' ', '😀', ']'),
  });
  const escapeXml = (raw: string) => raw.replace(/[&<>"'\r\n\t]/g, (one) => `&#${one.charCodeAt(0)};`);
  const attributes = fc
    .uniqueArray(fc.tuple(fc.constantFrom('p', 'q', 'xml:lang', 'n:p', 'xmlns', 'xmlns:m'), text), {
      selector: ([one]) => one,
    })
    .map((all) =>
      all
        .map(([key, value]) => ` ${key}="${key.startsWith('xmlns') ? 'urn:other' : escapeXml(value)}"`)
        .join(''),
    );
  const { node } = fc.letrec<{ node: string }>((tie) => ({
    node: fc
      .tuple(
        name,
        attributes,
        fc.array(fc.oneof({ depthSize: 'small' }, text.map(escapeXml), tie('node')), { maxLength: 4 }),
      )
      .map(([element, own, content]) => `<${element}${own}>${content.join('')}</${element}>`),
  }));

  it('is the one that the verifying library finds, whatever the document', () => {
    fc.assert(
      fc.property(node, fc.constantFrom(...LAYOUTS), (inside, layout) => {
        const document = `<r xmlns:n="urn:n">${inside}</r>`;
        verifyStatementXml(signXml(document, keyOf('RSA-SIGN'), layout), document);
      }),
      { numRuns: 150 },
    );
  });
});

describe.each(KINDS)('CMS, %s', (kind) => {
  const content = Buffer.from('Құжаттың мәтіні');

  it.each([true, false])('is accepted whole, attached: %s', async (attached) => {
    const signed = await signCms(content, keyOf(kind), { attached, at: NOW });
    const found = await verifier.verifyCms(signed, { content, at: NOW, use: 'SIGN' });
    expect(found.signer.iin).toBe(PERSON.iin);
    expect(found.timeStamp).toBeNull();
  });

  it.each<Chain>(['GOST', 'RSA'])('carries a time stamp by the %s authority', async (chain) => {
    const timeStamp = (signature: Uint8Array) => authority.stamp(signature, chain);
    const signed = await signCms(content, keyOf(kind), { attached: false, at: NOW, timeStamp });
    const found = await verifier.verifyCms(signed, { content, at: NOW, use: 'SIGN' });
    expect(found.timeStamp).toMatchObject({ at: NOW, trusted: true });
  });

  it('may be made of the digest alone', async () => {
    const digest = digestOf(kind === 'GOST' ? 'STREEBOG512' : 'SHA256', content);
    const signed = await signCms(digest, keyOf(kind), { attached: false, digested: true, at: NOW });
    expect(verifyCms(signed, content)).toHaveLength(1);
  });

  it("tells the signer's own clock", async () => {
    const at = new Date('2026-11-21T09:08:07Z');
    const [found] = verifyCms(await signCms(content, keyOf(kind), { attached: true, at }));
    expect(found?.signingTime).toEqual(at);
  });

  it('is over the content and nothing else', async () => {
    const signed = await signCms(content, keyOf(kind), { attached: false, at: NOW });
    expect(() => verifyCms(signed, Buffer.from('Басқа құжат'))).toThrow('other-document');
  });
});
