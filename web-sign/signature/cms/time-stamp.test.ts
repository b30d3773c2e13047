import { beforeAll, describe, expect, it } from 'vitest';
import type { Authority } from '../../../local/authority/api.ts';
import { createAuthority } from '../../../local/authority/authority.ts';
import { fewRsaKeys } from '../../../local/authority/key.ts';
import {
  AUTHORITY,
  type CertificateOptions,
  makeCertificate,
  makeExtension,
  makeName,
  newGostKey,
} from '../certificate/testing/make.ts';
import { createTrust, type TrustStore } from '../certificate/trust.ts';
import { context, generalizedTime, integer, octets, oid, sequence } from '../der/writer.ts';
import { digestOf, oidOfHash } from '../keys.ts';
import { type Reason, SignatureRefused } from '../reasons.ts';
import { CmsOid } from './oids.ts';
import { gostSigner, rsaSigner } from './testing/keys.ts';
import { algorithmId, attribute, makeCms, type SignerFaults, type TestSigner } from './testing/make-cms.ts';
import { judgeTimeStamps } from './time-stamp.ts';
import { verifyCms } from './verify-cms.ts';

const NOW = new Date('2026-11-22T05:00:00Z');
const CONTENT = Buffer.from('Өтініш № 17');
const gost = gostSigner(512);
const stranger = gostSigner(512);

let authority: Authority;
let trust: TrustStore;

beforeAll(async () => {
  authority = await createAuthority({
    clock: { now: () => NOW },
    baseUrl: 'http://localhost:1/authority',
    keys: fewRsaKeys(),
  });
  trust = createTrust(authority.trust().map(({ der }) => der));
});

/** A CMS with these tokens; the signature is made first, so that tokens can be made over it. */
async function stamped(...tokens: ((signature: Uint8Array) => Uint8Array | Promise<Uint8Array>)[]) {
  let signature: Uint8Array = new Uint8Array();
  const signer = { ...gost, sign: (data: Uint8Array) => (signature = gost.sign(data)) };
  makeCms({ content: CONTENT, signers: [signer] });
  const made = await Promise.all(tokens.map((token) => token(signature)));
  const faults: SignerFaults = {
    signature: () => signature,
    unsigned: () => (made.length === 0 ? [] : [attribute(CmsOid.TIME_STAMP_TOKEN, ...made)]),
  };
  return makeCms({ content: CONTENT, signers: [{ ...gost, faults }] });
}

interface TokenRecipe {
  readonly imprint?: Uint8Array;
  readonly hash?: string;
  readonly signer?: TestSigner;
  readonly faults?: SignerFaults;
  readonly contentType?: string;
  readonly certificates?: readonly Uint8Array[];
  readonly rest?: readonly Uint8Array[];
  readonly at?: Uint8Array;
}

function token(recipe: TokenRecipe = {}): (signature: Uint8Array) => Uint8Array {
  return (signature) => {
    const imprint = sequence(
      algorithmId(recipe.hash ?? oidOfHash('STREEBOG512')),
      octets(recipe.imprint ?? digestOf('STREEBOG512', signature)),
    );
    const at = recipe.at ?? generalizedTime(NOW);
    const info = sequence(integer(1), oid('1.2.3'), imprint, integer(7), at, ...(recipe.rest ?? []));
    const signer = recipe.signer ?? stranger;
    return makeCms({
      content: info,
      contentType: recipe.contentType ?? CmsOid.TST_INFO,
      version: 3,
      ...(recipe.certificates ? { certificates: recipe.certificates } : {}),
      signers: [{ ...signer, ...(recipe.faults ? { faults: recipe.faults } : {}) }],
    });
  };
}

async function verdictUnder(
  anchors: TrustStore,
  ...tokens: Parameters<typeof stamped>
): Promise<Reason | 'none' | 'whole' | 'trusted'> {
  try {
    const stamp = judgeTimeStamps(verifyCms(await stamped(...tokens))[0]?.timeStamps ?? [], anchors);
    if (stamp === null) return 'none';
    return stamp.chain === null ? 'whole' : 'trusted';
  } catch (error) {
    if (error instanceof SignatureRefused) return error.reason;
    throw error;
  }
}

const verdict = (...tokens: Parameters<typeof stamped>) => verdictUnder(trust, ...tokens);

describe('a stamp of an authority of ours', () => {
  it.each(['GOST', 'RSA'] as const)('%s', async (chain) => {
    const cms = await stamped((signature) => authority.stamp(signature, chain));
    const stamp = judgeTimeStamps(verifyCms(cms)[0]?.timeStamps ?? [], trust);
    expect(stamp?.at).toEqual(NOW);
    expect(stamp?.chain).toHaveLength(3);
  });

  it('is not ours without our roots', async () => {
    const cms = await stamped((signature) => authority.stamp(signature));
    const stamp = judgeTimeStamps(verifyCms(cms)[0]?.timeStamps ?? [], createTrust([]));
    expect(stamp?.at).toEqual(NOW);
    expect(stamp?.chain).toBeNull();
  });

  it('over another signature', async () => {
    expect(await verdict(() => authority.stamp(Buffer.from('another')))).toBe('time-stamp');
  });

  it('is found beside one of a stranger', async () => {
    expect(await verdict(token(), (signature) => authority.stamp(signature))).toBe('trusted');
  });

  it('does not save a signature that has a broken one too', async () => {
    const broken = token({ imprint: Buffer.alloc(64) });
    expect(await verdict((signature) => authority.stamp(signature), broken)).toBe('time-stamp');
  });
});

describe('a stamp by a certificate of ours that is not for time stamping', () => {
  const STAMPING = '1.3.6.1.5.5.7.3.8';
  const root = newGostKey();
  const rootName = makeName([['2.5.4.3', 'Root']]);
  const rootDer = makeCertificate({ key: root, subject: rootName, ...AUTHORITY });

  function signerWith(more: Partial<CertificateOptions>): TestSigner {
    const key = newGostKey();
    const issuer = { key: root, subject: rootName };
    const subject = makeName([['2.5.4.3', 'TSA']]);
    const usual = { key, subject, issuer, keyUsage: ['digitalSignature'] } as const;
    return { algorithm: key.algorithm, certificate: makeCertificate({ ...usual, ...more }), sign: key.sign };
  }

  const purposes = (critical: boolean, ...ids: string[]) => ({
    extensions: [makeExtension('2.5.29.37', sequence(...ids.map((id) => oid(id))), critical)],
  });

  it.each([
    ['trusted', 'stamping alone, critical', purposes(true, STAMPING)],
    ['whole', 'stamping, not critical', purposes(false, STAMPING)],
    ['whole', 'stamping and another', purposes(true, STAMPING, '1.3.6.1.5.5.7.3.4')],
    ['whole', 'signing', purposes(true, '1.3.6.1.5.5.7.3.4')],
    ['whole', 'nothing', {}],
    ['whole', 'encryption', { ...purposes(true, STAMPING), keyUsage: ['keyEncipherment'] }],
    ['whole', 'stamping, until yesterday', { ...purposes(true, STAMPING), notAfter: new Date('2026-11-21') }],
  ] as [string, string, Partial<CertificateOptions>][])('%s: %s', async (expected, _, more) => {
    expect(await verdictUnder(createTrust([rootDer]), token({ signer: signerWith(more) }))).toBe(expected);
  });
});

describe('a stamp of a stranger', () => {
  it('whole', async () => {
    expect(await verdict(token())).toBe('whole');
    expect(await verdict(token({ signer: rsaSigner('SHA256') }))).toBe('whole');
  });

  it('with everything that may stand in it', async () => {
    const accuracy = sequence(integer(1));
    const rest = [accuracy, integer(5), context(0, true, context(4, true, sequence()))];
    expect(await verdict(token({ rest }))).toBe('whole');
    const at = Buffer.from(generalizedTime(NOW));
    const fraction = Buffer.concat([Uint8Array.of(0x18, 19), at.subarray(2, 16), Buffer.from('.123Z')]);
    expect(await verdict(token({ at: fraction }))).toBe('whole');
  });

  it('earliest first', async () => {
    const early = token({ at: generalizedTime(new Date('2026-01-05T00:00:00Z')) });
    const [stamp] = verifyCms(await stamped(token(), early))[0]?.timeStamps ?? [];
    expect(stamp?.at).toEqual(new Date('2026-01-05T00:00:00Z'));
  });

  it.each([
    ['another imprint', { imprint: Buffer.alloc(64) }],
    ['an imprint of another length', { imprint: Buffer.alloc(63) }],
    ['a wrong imprint by SHA-1', { imprint: Buffer.alloc(20), hash: oidOfHash('SHA1') }],
    ['another signature', { faults: { signature: () => new Uint8Array(128) } }],
    ['no signed attributes', { faults: { attributes: null } }],
    ['another kind of content', { contentType: CmsOid.DATA }],
    ['the certificate of another', { certificates: [gost.certificate] }],
    ['no time', { at: integer(1) }],
    ['something left over', { rest: [octets()] }],
  ] as [string, TokenRecipe][])('broken: %s', async (_, recipe) => {
    expect(await verdict(token(recipe))).toBe('time-stamp');
  });

  it('broken: no CMS, or a date that is none', async () => {
    expect(await verdict(() => sequence(integer(1)))).toBe('time-stamp');
    const at = Buffer.from(generalizedTime(NOW));
    at.write('13', 6, 'latin1');
    expect(await verdict(token({ at }))).toBe('time-stamp');
  });

  it.each([
    ['a signature of GOST-2004', { faults: { signatureAlgorithm: algorithmId('1.2.398.3.10.1.1.1.2') } }],
    ['a digest of GOST-95', { hash: '1.2.398.3.10.1.3.1' }],
    ['no certificate', { certificates: [] }],
  ] as [string, TokenRecipe][])('not to be followed, and so of no consequence: %s', async (_, recipe) => {
    expect(await verdict(token(recipe))).toBe('none');
  });

  it('right by SHA-1 counts for nothing', async () => {
    const sha1 = (signature: Uint8Array) =>
      token({ imprint: digestOf('SHA1', signature), hash: oidOfHash('SHA1') })(signature);
    expect(await verdict(sha1)).toBe('none');
  });

  it('five of them', async () => {
    expect(await verdict(token(), token(), token(), token(), token())).toBe('time-stamp');
  });
});
