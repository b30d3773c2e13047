import { expect, it } from 'vitest';
import { fixedClock, type SignatureId } from '../core/index.ts';
import { startRecheck } from './recheck.ts';
import { testSignPages } from './testing/sign-pages.ts';
import { testVerifier } from './testing/verifier.ts';

const VALID_AT = new Date('2026-11-23T05:00:00Z');
const waiting = (word: string) => ({
  id: word as SignatureId,
  chain: [Buffer.from(word)],
  validAt: VALID_AT,
});

function desk() {
  const signPages = testSignPages(fixedClock(VALID_AT));
  const logged: string[] = [];
  const log = (fields: unknown, message?: string) => void logged.push(`${message} ${JSON.stringify(fields)}`);
  const start = () =>
    startRecheck({
      signPages,
      verifier: testVerifier(),
      log: { info: log, warn: log, error: log },
      everyMs: 1,
    });
  return { signPages, logged, start };
}

it('asks about every claimed signature and tells core what the authority said', async () => {
  const { signPages, logged, start } = desk();
  signPages.rechecks.push(waiting('good'), waiting('revoked'), waiting('silent'), waiting('broken'));
  const stop = start();
  await expect.poll(() => signPages.answers.size).toBe(3);
  signPages.rechecks.push(waiting('later'));
  await expect.poll(() => signPages.answers.size).toBe(4);
  await stop();
  expect(signPages.answers.get('good' as SignatureId)).toMatchObject({ state: 'GOOD', source: 'OCSP' });
  expect(signPages.answers.get('revoked' as SignatureId)).toBe('REVOKED');
  expect(signPages.answers.get('silent' as SignatureId)).toMatchObject({ state: 'UNAVAILABLE' });
  expect(logged.map((line) => line.split(' {')[0])).toEqual([
    'the key of an accepted signature is revoked',
    'a signature could not be rechecked',
  ]);
});

it('goes on after a round that failed, and stops when told', async () => {
  const { signPages, logged, start } = desk();
  const claim = signPages.claimRechecks;
  let rounds = 0;
  signPages.claimRechecks = async (limit) => {
    rounds += 1;
    if (rounds === 1) throw new Error('no database');
    return claim(limit);
  };
  signPages.rechecks.push(waiting('good'));
  const stop = start();
  await expect.poll(() => signPages.answers.size).toBe(1);
  await stop();
  expect(logged).toHaveLength(1);
  const before = rounds;
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(rounds).toBe(before);
});
