import { createRevocationChecker, type RevocationOptions } from '../checker.ts';
import { type ListOptions, makeList, makeOcspAnswer, nonceOf, type OcspOptions } from './answers.ts';
import { type Answer, createNetwork, createWorld, type Holder, minutes, NOW, type World } from './world.ts';

export const world = createWorld('GOST');
export const HALF_DAY = 720;

/** A responder that is right in everything but what the options change. */
export function responder(
  options: Partial<OcspOptions> = {},
  of: World = world,
  holder: Holder = of.person,
): Answer {
  return (request) =>
    makeOcspAnswer({
      certificate: holder.certificate,
      issuer: of.root.certificate,
      signer: of.responder,
      certificates: [of.responder.certificate.der],
      thisUpdate: NOW,
      nonce: nonceOf(request),
      ...options,
    });
}

export function list(options: Partial<ListOptions> = {}, of: World = world): Answer {
  const { key, certificate } = of.root;
  const bytes = makeList({
    key,
    issuer: certificate.subjectDer,
    thisUpdate: minutes(-60),
    number: 5,
    ...options,
  });
  return () => bytes;
}

interface Setting extends Partial<RevocationOptions> {
  readonly of?: World;
  readonly holder?: Holder;
}

export function setUp(answers: Record<string, Answer | undefined>, setting: Setting = {}) {
  const { of = world, holder = of.person, ...options } = setting;
  const network = createNetwork(answers);
  const problems: string[] = [];
  const clock = { time: NOW, now: () => clock.time };
  const checker = createRevocationChecker({
    trust: of.trust,
    clock,
    fetch: network.fetch,
    onProblem: (detail) => problems.push(detail),
    ...options,
  });
  const chain = [holder.certificate, of.root.certificate];
  return { check: (at = NOW) => checker.check(chain, at), problems, clock, asked: network.asked, checker };
}

export const UNAVAILABLE = { state: 'UNAVAILABLE', source: null, checkedAt: NOW, evidence: null };
export const byOcsp = { state: 'GOOD', source: 'OCSP', checkedAt: NOW };
export const byList = { state: 'GOOD', source: 'CRL', checkedAt: NOW };
export const revoked = (n: number, reason?: number): Partial<OcspOptions> => ({
  status: { revokedAt: minutes(n), ...(reason === undefined ? {} : { reason }) },
});
export const listed = (n: number, reason?: number, of = world) => ({
  entries: [
    {
      serialNumber: of.person.certificate.serialNumber,
      revokedAt: minutes(n),
      ...(reason === undefined ? {} : { reason }),
    },
  ],
});
