import type { AuthoritySettings, Impostor, Order } from './api.ts';
import { privateKeyOf } from './founding.ts';
import {
  chainOf,
  type Issuer,
  leafExtensions,
  serviceExtensions,
  serviceName,
  subjectOf,
} from './profile.ts';
import type { Certified } from './register.ts';
import { signCertificate } from './x509.ts';

const YEAR = 365 * 24 * 3_600_000;

/** A signer that must not be believed, in place of a service of `issuer`. It is never written into the journal. */
export async function impostor(
  kind: Impostor,
  service: 'ocsp' | 'tsa',
  issuer: Issuer,
  { clock, keys }: Required<AuthoritySettings>,
): Promise<Certified> {
  const chain = chainOf(issuer);
  const key = privateKeyOf(chain, chain === 'GOST' ? keys.gost() : await keys.rsa());
  const now = clock.now().getTime();
  const years = kind === 'expired' ? [-2, -1] : [-1, 1];
  const [notBefore, notAfter] = years.map((count) => new Date(now + count * YEAR));
  if (!notBefore || !notAfter) throw new RangeError('no dates');
  const order = { ...SOMEBODY, kind: chain === 'GOST' ? 'GOST' : 'RSA-SIGN' } satisfies Order;
  const what = {
    serial: issuer.serial + 1n,
    subject: kind === 'leaf' ? subjectOf(order) : serviceName(service, chain),
    spki: key.spki,
    notBefore,
    notAfter,
    extensions:
      kind === 'leaf'
        ? leafExtensions(key.spki, order, issuer)
        : serviceExtensions(service, key.spki, issuer),
  };
  const signer = kind === 'stranger' ? key : issuer.key;
  return { key, certificate: signCertificate(what, issuer.name, signer) };
}

const SOMEBODY = { iin: '000000000000', surname: 'Бөтен', name: 'Біреу' };
