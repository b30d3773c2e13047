import { randomBytes } from 'node:crypto';
import { parseCertificate } from '../../web-sign/signature/certificate/certificate.ts';
import { DerError } from '../../web-sign/signature/der/reader.ts';
import { octets } from '../../web-sign/signature/der/writer.ts';
import { digestOf, publicKeyOf } from '../../web-sign/signature/keys.ts';
import type { AnswerFault, Authority, AuthoritySettings, Chain, OcspFault, StampFault } from './api.ts';
import { impostor } from './impostors.ts';
import { algorithms } from './key.ts';
import { listNumber, revocationList } from './lists.ts';
import {
  type CertificateId,
  OcspStatus,
  ocspAnswer,
  ocspError,
  readOcspRequest,
  type SingleAnswer,
} from './ocsp.ts';
import { chainOf, STAMP_POLICIES } from './profile.ts';
import type { CertificateAuthority, Certified, Register } from './register.ts';
import { messageImprint, readStampRequest, type Stamp, StampStatus, stampAnswer, stampToken } from './tsp.ts';

const DAY = 24 * 3_600_000;

interface Office {
  readonly register: Register;
  readonly settings: Required<AuthoritySettings>;
}

/** What the authority answers to the world: whether its certificates are good, and what time it is. */
export function createOffice(
  register: Register,
  settings: Required<AuthoritySettings>,
): Pick<Authority, 'ocsp' | 'crl' | 'tsp' | 'stamp'> {
  const office = { register, settings };
  return {
    ocsp: (request, fault = {}) => answerOcsp(office, request, fault),
    crl: (name, fault = {}) => publishList(office, name, fault),
    tsp: (request, fault = {}) => answerStamp(office, request, fault),
    stamp: async (signature, chain = 'GOST') => {
      const { digest, hash } = algorithms[chain === 'GOST' ? 'GOST-512' : 'RSA'];
      const imprint = messageImprint(digest, digestOf(hash, signature));
      const stamp = { imprint, nonce: undefined, withCertificate: true };
      return stampBy(office, chain, stamp, await register.service('tsa', chain));
    },
  };
}

async function answerOcsp(office: Office, bytes: Uint8Array, fault: OcspFault): Promise<Uint8Array> {
  if (fault.status === 'try-later') return ocspError(OcspStatus.TRY_LATER);
  let request: ReturnType<typeof readOcspRequest>;
  try {
    request = readOcspRequest(bytes);
  } catch (error) {
    if (!(error instanceof DerError || error instanceof RangeError)) throw error;
    return ocspError(OcspStatus.MALFORMED);
  }
  const [first] = request.ids;
  const issuer = first && issuerFor(office.register, first);
  if (!issuer || !request.ids.every((id) => issuerFor(office.register, id) === issuer)) {
    return ocspError(OcspStatus.UNAUTHORIZED);
  }
  const now = office.settings.clock.now();
  return ocspAnswer({
    answers: request.ids.map((id) => singleAnswer(office.register, issuer, id, now, fault)),
    thisUpdate: new Date(now.getTime() + (fault.shift ?? 0)),
    nonce: nonceFor(request.nonce, fault),
    responder: await responderFor(office, issuer, fault),
  });
}

function issuerFor({ authorities }: Register, id: CertificateId): CertificateAuthority | undefined {
  const same = (expected: Uint8Array, content: Uint8Array) =>
    Buffer.compare(expected, digestOf(id.hash, content)) === 0;
  return authorities.find(
    ({ name, key }) => same(id.issuerName, name) && same(id.issuerKey, publicKeyOf(key.spki).keyBits),
  );
}

function singleAnswer(
  register: Register,
  issuer: CertificateAuthority,
  id: CertificateId,
  now: Date,
  fault: OcspFault,
): SingleAnswer {
  const known = register.find(issuer, id.serial);
  const about = fault.otherCertificate ? { ...id, serial: id.serial + 1n } : id;
  if (!known || fault.status === 'unknown') return { id: about, state: 'unknown' };
  const { withdrawnAt } = known;
  if (withdrawnAt === undefined || withdrawnAt > now) return { id: about, state: 'good' };
  return { id: about, state: { revokedAt: withdrawnAt } };
}

function nonceFor(nonce: Uint8Array | undefined, fault: OcspFault): Uint8Array | undefined {
  if (fault.nonce === 'none') return undefined;
  return fault.nonce === 'other' ? octets(randomBytes(16)) : nonce;
}

/** The issuing authority has a delegate; a root answers itself, as it is asked once a year. */
async function responderFor(office: Office, issuer: CertificateAuthority, fault: OcspFault) {
  if (fault.signer === undefined && issuer.file.startsWith('root')) {
    return { name: issuer.name, key: issuer.key, certificate: undefined };
  }
  const { key, certificate } = await signerFor(office, chainOf(issuer), 'ocsp', fault);
  return { name: parseCertificate(certificate).subjectDer, key, certificate };
}

/** The right key of a service, or the wrong one that `fault` asks for. */
async function signerFor(
  { register, settings }: Office,
  chain: Chain,
  role: 'ocsp' | 'tsa',
  { signer }: AnswerFault,
): Promise<Certified> {
  if (signer === undefined) return register.service(role, chain);
  return impostor(signer, role, register.issuing(chain), settings);
}

/** Whole lists and deltas of the last day: `issuing-gost`, `issuing-gost-delta`. */
async function publishList(
  { register, settings }: Office,
  name: string,
  { signer, shift = 0 }: AnswerFault,
): Promise<Uint8Array | undefined> {
  const isDelta = name.endsWith('-delta');
  const file = isDelta ? name.slice(0, -'-delta'.length) : name;
  const issuer = register.authorities.find((one) => one.file === file);
  if (!issuer) return undefined;
  const thisUpdate = new Date(settings.clock.now().getTime() + shift);
  const base = new Date(thisUpdate.getTime() - DAY);
  const key =
    signer === undefined
      ? issuer.key
      : (await impostor(signer, 'ocsp', register.issuing(chainOf(issuer)), settings)).key;
  return revocationList({
    issuerName: issuer.name,
    issuerSpki: issuer.key.spki,
    key,
    thisUpdate,
    withdrawn: register.withdrawn(issuer, thisUpdate).filter(({ at }) => !isDelta || at > base),
    deltaOf: isDelta ? listNumber(base) : undefined,
  });
}

async function answerStamp(office: Office, bytes: Uint8Array, fault: StampFault): Promise<Uint8Array> {
  let request: ReturnType<typeof readStampRequest>;
  try {
    request = readStampRequest(bytes);
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    return stampAnswer(StampStatus.REJECTION);
  }
  if (fault.status === 'rejected') return stampAnswer(StampStatus.REJECTION);
  const chain: Chain = request.policy === STAMP_POLICIES.RSA ? 'RSA' : 'GOST';
  const { digest, hash } = algorithms['GOST-512'];
  const imprint =
    fault.imprint === 'other' ? messageImprint(digest, digestOf(hash, randomBytes(8))) : request.imprint;
  const nonce = fault.nonce === 'none' ? undefined : fault.nonce === 'other' ? 1n : request.nonce;
  const stamp = { imprint, nonce, withCertificate: request.wantsCertificate };
  const signer = await signerFor(office, chain, 'tsa', fault);
  return stampAnswer(StampStatus.GRANTED, await stampBy(office, chain, stamp, signer));
}

function stampBy(
  { settings }: Office,
  chain: Chain,
  what: Pick<Stamp, 'imprint' | 'nonce' | 'withCertificate'>,
  { key, certificate }: Certified,
): Promise<Uint8Array> {
  const serial = BigInt(`0x${randomBytes(8).toString('hex')}`);
  const stamp = { ...what, policy: STAMP_POLICIES[chain], serial, at: settings.clock.now() };
  return stampToken(stamp, { algorithm: key.algorithm, certificate, sign: key.sign });
}
