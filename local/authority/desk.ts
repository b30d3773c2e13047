import type { Authority, AuthoritySettings, Chain, Order } from './api.ts';
import { entry, privateKeyOf, serialOf } from './founding.ts';
import type { Journal, Made } from './journal.ts';
import { certifiedKey, type Key } from './key.ts';
import type { Ledger } from './ledger.ts';
import { type Issuer, leafExtensions, roleOf, serviceExtensions, serviceName, subjectOf } from './profile.ts';
import type { Certified } from './register.ts';
import { signCertificate, type Unsigned } from './x509.ts';

const HOUR = 3_600_000;
const YEAR = 365 * 24 * HOUR;

export interface Maker {
  readonly journal: Journal;
  readonly ledger: Ledger;
  readonly settings: Required<AuthoritySettings>;
  issuing(chain: Chain): Issuer;
}

type Wanted = Omit<Unsigned, 'serial' | 'spki' | 'extensions'> & {
  readonly role: Made['role'];
  readonly chain: Chain;
  readonly owner?: string;
  extensions(spki: Uint8Array, issuer: Issuer): Uint8Array[];
};

/** A new key, its certificate by the issuing authority, and their line in the journal. */
async function make({ journal, ledger, settings, issuing }: Maker, wanted: Wanted) {
  const { role, chain, owner, extensions, ...dates } = wanted;
  const secret = chain === 'GOST' ? settings.keys.gost() : await settings.keys.rsa();
  const issuer = issuing(chain);
  const { spki } = privateKeyOf(chain, secret);
  const serial = serialOf(spki, (one) => ledger.bySerial.has(one));
  const what = { ...dates, serial, spki, extensions: extensions(spki, issuer) };
  const made = entry(role, chain, secret, signCertificate(what, issuer.name, issuer.key), owner);
  journal.add(made);
  return ledger.add(made);
}

/** Issues people's keys. */
export function keyDesk(maker: Maker): Pick<Authority, 'issue' | 'keyFor' | 'keys'> {
  const { ledger, settings } = maker;
  const issue = async (order: Order): Promise<Key> => {
    const { notBefore = new Date(settings.clock.now().getTime() - HOUR) } = order;
    const { notAfter = new Date(notBefore.getTime() + YEAR) } = order;
    const { key, certificate } = await make(maker, {
      role: 'leaf',
      chain: order.kind === 'GOST' ? 'GOST' : 'RSA',
      owner: ownerOf(order),
      subject: subjectOf(order),
      notBefore,
      notAfter,
      extensions: (spki, issuer) => leafExtensions(spki, order, issuer),
    });
    return certifiedKey(key, certificate);
  };
  const held = (owner: string): Key | undefined => {
    const now = settings.clock.now();
    const found = ledger.issued.findLast(
      (one) =>
        one.made.owner === owner &&
        one.notBefore <= now &&
        now <= one.notAfter &&
        (one.withdrawnAt === undefined || one.withdrawnAt > now),
    );
    return found && certifiedKey(found.key, found.certificate);
  };
  const underWay = new Map<string, Promise<Key>>();
  return {
    issue,
    keyFor: async (order) => {
      const owner = ownerOf(order);
      const key = held(owner) ?? underWay.get(owner);
      if (key) return key;
      const made = issue(order).finally(() => underWay.delete(owner));
      underWay.set(owner, made);
      return made;
    },
    keys: () =>
      ledger.issued.flatMap(({ made, key, certificate }) =>
        made.role === 'leaf' ? [certifiedKey(key, certificate)] : [],
      ),
  };
}

/** One person has one key of each kind in each role. */
function ownerOf(order: Order): string {
  return [order.iin ?? '-', order.bin ?? '-', roleOf(order), order.kind].join('/');
}

/** The authority's own keys that answer for it, made when first needed. */
export function serviceDesk(maker: Maker): (role: 'ocsp' | 'tsa', chain: Chain) => Promise<Certified> {
  const services = new Map<string, Promise<Certified>>();
  return (role, chain) => {
    const name = `${role} ${chain}`;
    const known = services.get(name) ?? service(maker, role, chain);
    services.set(name, known);
    return known;
  };
}

async function service(maker: Maker, role: 'ocsp' | 'tsa', chain: Chain): Promise<Certified> {
  const kept = maker.ledger.issued.find(({ made }) => made.role === role && made.chain === chain);
  if (kept) return kept;
  const now = maker.settings.clock.now().getTime();
  return make(maker, {
    role,
    chain,
    subject: serviceName(role, chain),
    // As long as the authorities themselves: nobody is there to renew them.
    notBefore: new Date(now - 5 * YEAR),
    notAfter: new Date(now + 14 * YEAR),
    extensions: (spki, issuer) => serviceExtensions(role, spki, issuer),
  });
}
