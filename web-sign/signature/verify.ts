import type {
  CertificateFacts,
  Expected,
  Revocation,
  TimeStamp,
  VerifiedSignature,
  Verifier,
} from './api.ts';
import { type Certificate, certificateFacts, parseCertificate } from './certificate/certificate.ts';
import { buildChain } from './certificate/chain.ts';
import type { TrustStore } from './certificate/trust.ts';
import { type CmsTimeStamp, judgeTimeStamps } from './cms/time-stamp.ts';
import { verifyStatementCms } from './cms/verify-cms.ts';
import { SignatureRefused } from './reasons.ts';
import { verifyStatementXml } from './xml/verify-xml.ts';

export interface VerifierDeps {
  readonly trust: TrustStore;
  readonly revocation: {
    /** Throws SignatureRefused('revoked'). */
    check(chain: readonly Certificate[], at: Date): Promise<Revocation>;
  };
  /** For whoever runs the server; nothing personal is said. */
  readonly log?: { warn(fields: object, message: string): void } | undefined;
}

/** Bytes. A statement is a few kilobytes, a PDF of one some hundred. */
const MAX_XML = 512 * 1024;
const MAX_CMS = 1024 * 1024;
const MAX_CONTENT = 4 * 1024 * 1024;
/**
 * What a signature may add to the content: certificates, a time stamp, line breaks. Hashing with GOST takes a second per
 * megabyte, and whoever sends an upload has no key of ours yet: it must not be longer than it can be worth.
 */
const XML_ROOM = 32 * 1024;
const CMS_ROOM = 64 * 1024;
/** A serialiser may write a letter of two bytes as a reference of seven. */
const XML_GROWTH = 4;

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What both formats say of a signature that is right over the expected content. */
interface Signed {
  readonly format: VerifiedSignature['format'];
  readonly algorithm: VerifiedSignature['algorithm'];
  readonly certificate: Certificate;
  readonly extraCertificates: readonly Certificate[];
  readonly timeStamps: readonly CmsTimeStamp[];
  readonly container: Uint8Array;
}

interface Standing {
  readonly chain: readonly Certificate[];
  readonly revocation: Revocation;
  readonly validAt: Date;
}

/**
 * The way of every signature that comes in through the pages: the signature over exactly our bytes, then whose key it is
 * and for what, the chain to our anchors, and what the authority says of the certificate. Validity is judged at the time
 * stamp's moment when its authority is one of ours, otherwise at the receipt (EDS.md §3.1).
 */
export function createVerifier(deps: VerifierDeps): Verifier {
  return {
    async verifyXml(signed, expected) {
      const limit = Math.min(MAX_XML, XML_GROWTH * expected.content.length + XML_ROOM);
      if (signed.length > limit) throw new SignatureRefused('too-large');
      const container = Buffer.from(signed, 'utf8');
      checkSizes(container, limit, expected);
      const { algorithm, certificate } = verifyStatementXml(signed, UTF8.decode(expected.content));
      const none = { extraCertificates: [], timeStamps: [] };
      return accept(deps, { format: 'XML', algorithm, certificate, ...none, container }, expected);
    },

    async verifyCms(signed, expected) {
      checkSizes(signed, Math.min(MAX_CMS, expected.content.length + CMS_ROOM), expected);
      // The upload is kept as evidence: what the caller does to its buffer later must not reach it.
      const container = Uint8Array.from(signed);
      const signature = verifyStatementCms(container, expected.content);
      return accept(deps, { format: 'CMS', ...signature, container }, expected);
    },

    async recheck(chain, validAt) {
      if (chain.length === 0) throw new SignatureRefused('certificate-missing');
      return deps.revocation.check(
        chain.map((der) => parseCertificate(der)),
        validAt,
      );
    },
  };
}

function checkSizes(signed: Uint8Array, limit: number, { content }: Expected): void {
  if (signed.length > limit) throw new SignatureRefused('too-large', `${signed.length} bytes`);
  if (content.length > MAX_CONTENT)
    throw new SignatureRefused('too-large', `content of ${content.length} bytes`);
}

async function accept(deps: VerifierDeps, signed: Signed, expected: Expected): Promise<VerifiedSignature> {
  const signer = certificateFacts(signed.certificate);
  checkHolder(signer, expected.use);
  const { timeStamp, chain, revocation, validAt } = await standing(deps, signed, expected.at);
  const { format, algorithm, container } = signed;
  const ders = chain.map(({ der }) => der);
  return { format, algorithm, signer, chain: ders, revocation, timeStamp, validAt, container };
}

/** DOMAIN: a parent signs and logs in as a person, with the key that the law made for that end. */
function checkHolder(signer: CertificateFacts, use: Expected['use']): void {
  if (use === 'SIGN' && !signer.canSign) throw new SignatureRefused('need-signing-key');
  if (use === 'LOGIN' && !signer.canAuthenticate) throw new SignatureRefused('need-authentication-key');
  if (signer.holder !== 'INDIVIDUAL') throw new SignatureRefused('need-individual-key');
  if (signer.iin === null) throw new SignatureRefused('no-iin');
}

/** A stamp counts while nobody has revoked its authority; without it, or with any other, the receipt counts. */
async function standing(
  deps: VerifierDeps,
  signed: Signed,
  receivedAt: Date,
): Promise<Standing & { timeStamp: TimeStamp | null }> {
  const stamp = judgeTimeStamps(signed.timeStamps, deps.trust);
  if (stamp === null) return { ...(await standingAt(deps, signed, receivedAt)), timeStamp: null };
  const { at, token } = stamp;
  if (stamp.chain !== null) {
    const earlier = at < receivedAt ? at : receivedAt;
    const found = await standingAt(deps, signed, earlier);
    const silent = found.revocation.state === 'UNAVAILABLE';
    if (silent || !(await isRevoked(deps, stamp.chain, receivedAt))) {
      return { ...found, timeStamp: { at, token, trusted: true } };
    }
  }
  deps.log?.warn({ stampedBy: stamp.certificate.fingerprint }, 'a time stamp by no authority of ours');
  return { ...(await standingAt(deps, signed, receivedAt)), timeStamp: { at, token, trusted: false } };
}

async function standingAt(deps: VerifierDeps, signed: Signed, validAt: Date): Promise<Standing> {
  const chain = buildChain(signed.certificate, deps.trust, validAt, signed.extraCertificates);
  return { chain, revocation: await deps.revocation.check(chain, validAt), validAt };
}

async function isRevoked(deps: VerifierDeps, chain: readonly Certificate[], at: Date): Promise<boolean> {
  try {
    await deps.revocation.check(chain, at);
    return false;
  } catch (error) {
    if (error instanceof SignatureRefused) return true;
    throw error;
  }
}
