import { generateKeyPairSync, sign as signNative } from 'node:crypto';
import {
  type CertificateOptions,
  makeCertificate,
  newGostKey,
  personName,
  SIGNING,
  type TestKey,
} from '../../certificate/testing/make.ts';
import type { TestSigner } from './make-cms.ts';

/** Signers whom no authority knows: their certificates are self-signed. */

export const IIN = '900101300017';

function selfSigned(key: TestKey, more: Partial<CertificateOptions>): TestSigner {
  const certificate = makeCertificate({ key, subject: personName(IIN), ...SIGNING, ...more });
  return { algorithm: key.algorithm, certificate, sign: key.sign };
}

export function gostSigner(size: 256 | 512, more: Partial<CertificateOptions> = {}): TestSigner {
  return selfSigned(newGostKey(size), more);
}

let pair: ReturnType<typeof newPair> | undefined;
const newPair = () => generateKeyPairSync('rsa', { modulusLength: 2048 });

/** One key under all: it takes a while to make. */
export function rsaSigner(hash: 'SHA256' | 'SHA384' | 'SHA512'): TestSigner {
  pair ??= newPair();
  const { publicKey, privateKey } = pair;
  const key: TestKey = {
    algorithm: `RSA-${hash}`,
    spki: Uint8Array.from(publicKey.export({ format: 'der', type: 'spki' })),
    sign: (data) => signNative(hash, data, privateKey),
  };
  return selfSigned(key, {});
}
