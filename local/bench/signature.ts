import { atLeast, atMost, type Benchmark, median, quantile, rounded } from './report.ts';
import { measureGost } from './signature/gost.ts';
import { measureHash } from './signature/hash.ts';
import { measureStatements } from './signature/statements.ts';

const STATEMENTS = { gost: 400, rsa: 1_000, warming: 200 };

/**
 * What the verification of a digital signature costs, on one core: GOST-512 and Streebog-512 beside the packages that npm
 * has, then signed statements verified whole, one after the other.
 */
export const run: Benchmark = async (say) => {
  const gost = measureGost();
  say(
    `GOST-512: new key p50 ${rounded(median(gost.newKey))} p99 ${rounded(quantile(gost.newKey, 0.99))} ms, ` +
      `known key ${rounded(median(gost.knownKey))} ms, @noble/curves ${rounded(median(gost.noble))} ms`,
  );
  const hash = await measureHash(say);
  say(`Streebog-512: ${rounded(hash.ours)} MB/s`);
  const statements = await measureStatements(STATEMENTS, say);
  const gostPerSecond = perSecond(statements.gost);
  const rsaPerSecond = perSecond(statements.rsa);
  return {
    name: 'signature',
    figures: {
      gost512P50Ms: rounded(median(gost.newKey)),
      gost512P99Ms: rounded(quantile(gost.newKey, 0.99)),
      gost512KnownKeyP50Ms: rounded(median(gost.knownKey)),
      streebog512MbPerSecond: rounded(hash.ours),
      gostStatementsPerSecond: rounded(gostPerSecond),
      gostStatementP99Ms: rounded(quantile(statements.gost, 0.99)),
      rsaStatementsPerSecond: rounded(rsaPerSecond),
      rsaStatementP99Ms: rounded(quantile(statements.rsa, 0.99)),
      gostStatements: statements.gost.length,
      rsaStatements: statements.rsa.length,
    },
    baseline: {
      nobleCurvesP50Ms: rounded(median(gost.noble)),
      nobleCurvesP99Ms: rounded(quantile(gost.noble, 0.99)),
      ...(hash.gostCrypto === null ? {} : { gostCryptoMbPerSecond: rounded(hash.gostCrypto) }),
      ...(hash.li0ard === null ? {} : { li0ardStreebogMbPerSecond: rounded(hash.li0ard) }),
    },
    targets: [
      atMost('ms, median: GOST-512 verification, a new key each time', 4, median(gost.newKey)),
      atLeast('MB/s: Streebog-512', 15, hash.ours),
      atLeast('signed statements a second verified whole, GOST', 150, gostPerSecond),
      atLeast('signed statements a second verified whole, RSA', 1_000, rsaPerSecond),
    ],
  };
};

const ROUND = 50;

/** The median of rounds: what collects garbage counts, what else the machine does for a moment does not. */
function perSecond(times: readonly number[]): number {
  const rates: number[] = [];
  for (let at = 0; at + ROUND <= times.length; at += ROUND) {
    rates.push((1_000 * ROUND) / times.slice(at, at + ROUND).reduce((sum, time) => sum + time, 0));
  }
  return median(rates);
}
