import { generateKeyPairSync, type KeyObject, sign as signNative } from 'node:crypto';
import {
  distinguishedName,
  extendedKeyUsage,
  keyUsage,
  subjectKey,
} from '../../../../local/authority/x509.ts';
import type { SignatureAlgorithm } from '../../api.ts';
import { bits, context, integer, octets, oid, sequence, time } from '../../der/writer.ts';
import { gostPublicKey, newGostPrivateKey, signGost3410 } from '../../gost/sign.ts';
import { streebog } from '../../gost/streebog.ts';
import { KeyOid, oidOfHash, oidOfSignatureAlgorithm } from '../../keys.ts';
import { algorithmId, type TestSigner } from './make-cms.ts';

/** Self-signed certificates of keys that the test authority does not issue: other sizes and other hashes. */

const PURPOSES = ['1.3.6.1.5.5.7.3.4', '1.2.398.3.3.4.1.1'];

function selfSigned(
  name: string,
  spki: Uint8Array,
  algorithm: SignatureAlgorithm,
  sign: (data: Uint8Array) => Uint8Array,
): TestSigner {
  const subject = distinguishedName([
    ['CN', name],
    ['SERIALNUMBER', 'IIN900101300017'],
  ]);
  const identifier = algorithmId(oidOfSignatureAlgorithm(algorithm));
  const content = sequence(
    context(0, true, integer(2)),
    integer(BigInt(Buffer.byteLength(name)) * 65_537n),
    identifier,
    subject,
    sequence(time(new Date('2026-01-01T00:00:00Z')), time(new Date('2028-01-01T00:00:00Z'))),
    subject,
    spki,
    context(3, true, sequence(keyUsage(0, 1), extendedKeyUsage(PURPOSES), subjectKey(spki))),
  );
  return { algorithm, certificate: sequence(content, identifier, bits(sign(content))), sign };
}

let rsaKey: { publicKey: KeyObject; privateKey: KeyObject } | undefined;

/** One key for the whole process: it takes a while to make. */
export function rsaSigner(hash: 'SHA256' | 'SHA384' | 'SHA512'): TestSigner {
  rsaKey ??= generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { publicKey, privateKey } = rsaKey;
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  return selfSigned(`RSA ${hash}`, spki, `RSA-${hash}`, (data) => signNative(hash, data, privateKey));
}

export function gostSigner(size: 256 | 512, name = `GOST ${size}`): TestSigner {
  const secret = newGostPrivateKey(size);
  const parameters = sequence(
    oid(size === 512 ? KeyOid.GOST_512_PARAMETERS : KeyOid.GOST_256_PARAMETERS),
    oid(oidOfHash(`STREEBOG${size}`)),
  );
  const key = sequence(oid(size === 512 ? KeyOid.GOST_512 : KeyOid.GOST_256), parameters);
  const spki = sequence(key, bits(octets(gostPublicKey(size, secret))));
  return selfSigned(name, spki, `GOST3410-2015-${size}`, (data) =>
    signGost3410(size, secret, streebog(size, data)),
  );
}
