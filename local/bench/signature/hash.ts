import { createRequire, registerHooks } from 'node:module';
import { streebog } from '../../../web-sign/signature/gost/streebog.ts';
import { median } from '../report.ts';

type Hash = (data: Uint8Array) => Uint8Array;

const ROUNDS = 30;
const WARMING = 5;

/** MB/s of Streebog-512; null for a peer that could not be loaded. MB are millions of bytes. */
export interface HashSpeeds {
  readonly ours: number;
  readonly gostCrypto: number | null;
  readonly li0ard: number | null;
}

/** By turns, each over as many bytes as take it some hundredths of a second. */
export async function measureHash(say: (line: string) => void): Promise<HashSpeeds> {
  const peers = [
    { name: 'ours', hash: (data: Uint8Array) => streebog(512, data), bytes: 500_000 },
    { name: 'gost-crypto', hash: await loaded(gostCrypto, say), bytes: 250_000 },
    { name: '@li0ard/streebog', hash: await loaded(li0ard, say), bytes: 10_000 },
  ];
  const sample = new Uint8Array(1_000).fill(0x5a);
  const expected = Buffer.from(streebog(512, sample));
  for (const { name, hash } of peers) {
    if (hash && !expected.equals(hash(sample))) throw new Error(`${name} finds another digest`);
  }
  const speeds = peers.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [i, { hash, bytes }] of peers.entries()) {
      if (!hash) continue;
      const data = new Uint8Array(bytes).fill(round);
      const began = performance.now();
      hash(data);
      if (round >= WARMING) speeds[i]?.push(bytes / 1_000 / (performance.now() - began));
    }
  }
  const [ours = 0, other = 0, another = 0] = speeds.map(median);
  return { ours, gostCrypto: other || null, li0ard: another || null };
}

async function loaded(load: () => Promise<Hash>, say: (line: string) => void): Promise<Hash | null> {
  try {
    return await load();
  } catch (error) {
    say(`left out: ${error instanceof Error ? error.message : error}`);
    return null;
  }
}

/** Its own door wants a browser's worker; the class behind it does not. */
async function gostCrypto(): Promise<Hash> {
  const GostDigest = createRequire(import.meta.url)('gost-crypto/lib/gostDigest.js') as new (settings: {
    version: number;
    length: number;
  }) => { digest(data: Uint8Array): ArrayBuffer };
  const digest = new GostDigest({ version: 2012, length: 512 });
  return (data) => new Uint8Array(digest.digest(data));
}

/** Its files import one another without their extensions, which Node does not take. */
async function li0ard(): Promise<Hash> {
  const hooks = registerHooks({
    resolve: (name, context, next) => {
      const own = context.parentURL?.includes('/@li0ard/streebog/') && name.startsWith('./');
      return next(own && !name.endsWith('.js') ? `${name}.js` : name, context);
    },
  });
  try {
    return (await import('@li0ard/streebog')).streebog512;
  } finally {
    hooks.deregister();
  }
}
