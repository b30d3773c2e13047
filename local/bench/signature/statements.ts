import { randomUUID } from 'node:crypto';
import { statementText } from '../../../core/signing/statement.ts';
import { parseCertificate } from '../../../web-sign/signature/certificate/certificate.ts';
import { createTrust } from '../../../web-sign/signature/certificate/trust.ts';
import { createRevocationChecker } from '../../../web-sign/signature/revocation/checker.ts';
import { createVerifier } from '../../../web-sign/signature/verify.ts';
import type { Authority, KeySource } from '../../authority/api.ts';
import { createAuthority } from '../../authority/authority.ts';
import { freshKeys } from '../../authority/key.ts';
import { authorityFetch } from '../../authority/server.ts';
import { signXml } from '../../authority/sign-xml.ts';

const NOW = new Date('2026-11-23T05:00:00Z');
const clock = { now: () => NOW };
/** RSA keys are slow to make: so many serve all people by turns, each person with a certificate of her own. */
const RSA_KEYS = 8;
/** How many certificates the parser remembers at most, and some. */
const FORGOTTEN = 2_200;

interface Signed {
  readonly content: string;
  readonly signed: string;
  readonly certificate: Uint8Array;
}

/** Milliseconds of each statement, from the text that came in to the verdict. */
export interface StatementTimes {
  readonly gost: readonly number[];
  readonly rsa: readonly number[];
}

/**
 * Signed statements verified whole: scan, canonical form, signature, chain, revocation from the answers of the last minutes.
 * Every statement is another person's, with a certificate that this program has read and verified never before.
 */
export async function measureStatements(
  counts: { gost: number; rsa: number; warming: number },
  say: (line: string) => void,
): Promise<StatementTimes> {
  const authority = await createAuthority({ clock, baseUrl: 'http://authority.test', keys: someKeys() });
  const trust = createTrust(authority.trust().map(({ der }) => der));
  const revocation = createRevocationChecker({ trust, clock, fetch: authorityFetch(authority) });
  const verifier = createVerifier({ trust, revocation });
  const verify = async ({ content, signed }: Signed): Promise<number> => {
    const expected = { content: Buffer.from(content), at: NOW, use: 'SIGN' } as const;
    const began = performance.now();
    const { revocation: found } = await verifier.verifyXml(signed, expected);
    const took = performance.now() - began;
    if (found.state !== 'GOOD') throw new Error('the authority did not answer');
    return took;
  };
  const measure = async (kind: 'GOST' | 'RSA-SIGN', count: number): Promise<number[]> => {
    const all = await people(authority, kind, count + counts.warming);
    await askAll(authority, kind, revocation, all);
    forgetCertificates(all);
    say(`${kind}: ${all.length} statements of as many people are signed`);
    const times: number[] = [];
    for (const one of all) times.push(await verify(one));
    return times.slice(counts.warming);
  };
  return { gost: await measure('GOST', counts.gost), rsa: await measure('RSA-SIGN', counts.rsa) };
}

function someKeys(): KeySource {
  const made: Promise<Uint8Array>[] = [];
  let asked = 0;
  return {
    gost: freshKeys.gost,
    rsa: () => {
      const index = asked % RSA_KEYS;
      asked += 1;
      made[index] ??= freshKeys.rsa();
      return made[index];
    },
  };
}

async function people(authority: Authority, kind: 'GOST' | 'RSA-SIGN', count: number): Promise<Signed[]> {
  const signed: Signed[] = [];
  for (let i = 0; i < count; i += 1) {
    const iin = String(900_101_300_000 + i);
    const key = await authority.issue({ iin, surname: 'СЫНАҚОВ', name: `АДАМ${i}`, kind });
    const content = statement(i);
    signed.push({ content, signed: signXml(content, key), certificate: key.certificate });
  }
  return signed;
}

function statement(i: number): string {
  return statementText({
    id: randomUUID(),
    kind: 'CHOICE',
    applicationNumber: String(100_000 + i),
    applicant: randomUUID(),
    groups: [
      {
        id: randomUUID(),
        name: 'Күншуақ',
        kindergartenId: randomUUID(),
        kindergarten: { kk: `№${i} «Балдәурен» балабақшасы`, ru: `Детский сад №${i} «Балдаурен»` },
      },
    ],
    issuedAt: NOW,
    expiresAt: new Date(NOW.getTime() + 900_000),
  });
}

/** Leaves the answers about all certificates with the checker; no chain is verified here. */
async function askAll(
  authority: Authority,
  kind: 'GOST' | 'RSA-SIGN',
  revocation: ReturnType<typeof createRevocationChecker>,
  all: readonly Signed[],
): Promise<void> {
  const names = kind === 'GOST' ? ['issuing-gost', 'root-gost'] : ['issuing-rsa', 'root-rsa'];
  const above = names.map((name) => parseCertificate(authority.cer(name) ?? new Uint8Array()));
  for (const { certificate } of all) await revocation.check([parseCertificate(certificate), ...above], NOW);
}

/** The parser remembers the newest certificates: others, that differ in the last byte of a signature, drive ours out. */
function forgetCertificates(all: readonly Signed[]): void {
  for (let i = 0; i < FORGOTTEN; i += 1) {
    const other = Uint8Array.from(all[i % all.length]?.certificate ?? []);
    const last = other.length - 1 - Math.floor(i / all.length);
    other[last] = (other[last] ?? 0) ^ 1;
    parseCertificate(other);
  }
}
