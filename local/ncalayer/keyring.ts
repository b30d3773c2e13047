import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '../../core/clock.ts';
import { parseCertificate } from '../../web-sign/signature/certificate/certificate.ts';
import type { Authority, KeyKind, Order } from '../authority/api.ts';
import type { Key } from '../authority/key.ts';
import { readP12 } from '../authority/p12.ts';
import { usagesOf } from '../authority/profile.ts';

export const KEY_KINDS: readonly KeyKind[] = ['GOST', 'RSA-SIGN', 'RSA-AUTH'];
/** What is wrong with a key, so that one can see what the server says to it. */
export type KeyState = 'VALID' | 'EXPIRED' | 'REVOKED';
export const KEY_STATES: readonly KeyState[] = ['VALID', 'EXPIRED', 'REVOKED'];

/** Somebody who may have keys. Personal. */
export interface Holder {
  readonly iin: string;
  readonly surname: string;
  readonly name: string;
  readonly patronymic: string | null;
  /** What the chat page says of this person. */
  readonly role?: string | { readonly kk: string; readonly ru: string } | undefined;
  /** In whose name the person has a second set of keys. */
  readonly organisation?: { readonly name: string; readonly bin: string } | undefined;
}

/** A key that can be chosen; it is made when it is first used. */
export interface Offer {
  readonly id: string;
  readonly iin: string | null;
  readonly bin: string | null;
  readonly name: string;
  readonly kind: KeyKind;
  readonly state: KeyState;
  /** Object identifiers of the extended key usage. */
  readonly usages: readonly string[];
  /** Certificates that are made already; hex. */
  readonly serialNumber: string | null;
  /** From a .p12 file: another authority's. */
  readonly foreign: boolean;
}

export interface KeyChoice {
  readonly iin: string;
  readonly kind: KeyKind;
  /** VALID unless told. */
  readonly state?: KeyState | undefined;
  /** Of an organisation's key; the person's own unless told. */
  readonly bin?: string | undefined;
}

/** The keys of the people of this machine. */
export interface Keyring {
  holders(): readonly Holder[];
  offers(): readonly Offer[];
  /** Also for somebody who is in the state's base only. */
  find(choice: KeyChoice): Promise<Offer | undefined>;
  /** @throws RangeError for an unknown id. */
  key(id: string): Promise<Key>;
  /** Opens a .p12 file for as long as the program runs. @throws P12Error */
  addFile(bytes: Uint8Array, password: string): Offer;
}

export interface KeyringSettings {
  readonly authority: Authority;
  readonly clock: Clock;
  readonly holders: readonly Holder[];
  /** Anybody else by IIN. */
  readonly lookUp?: ((iin: string) => Promise<Holder | undefined>) | undefined;
  /** Keeps which certificates were revoked for trying, from one start to the next. */
  readonly file?: string | undefined;
}

const DAY = 24 * 3_600_000;

interface Slot {
  readonly id: string;
  readonly order: Order;
  readonly state: KeyState;
}

export function createKeyring({ authority, clock, holders, lookUp, file }: KeyringSettings): Keyring {
  const slots = new Map<string, Slot>();
  const strangers = new Map<string, { readonly offer: Offer; readonly key: Key }>();
  const revoked = new Map<string, string>(file === undefined ? [] : readRevoked(file));
  const known = [...holders];
  const take = (holder: Holder) => {
    for (const slot of slotsOf(holder)) slots.set(slot.id, slot);
  };
  known.forEach(take);

  const expired = async ({ order }: Slot): Promise<Key> => {
    const old = authority.keys().findLast((key) => isOf(key, order) && datesOf(key).notAfter < clock.now());
    if (old && ![...revoked.values()].includes(serialOf(old))) return old;
    const now = clock.now().getTime();
    return authority.issue({
      ...order,
      notBefore: new Date(now - 400 * DAY),
      notAfter: new Date(now - 35 * DAY),
    });
  };
  const takenBack = async ({ id, order }: Slot): Promise<Key> => {
    const serial = revoked.get(id);
    const old = authority.keys().find((key) => serialOf(key) === serial);
    if (old && datesOf(old).notAfter > clock.now()) return old;
    const now = clock.now().getTime();
    const key = await authority.issue({ ...order, notBefore: new Date(now - 30 * DAY) });
    authority.revoke(serialOf(key), new Date(now - DAY));
    revoked.set(id, serialOf(key));
    if (file !== undefined) writeRevoked(file, revoked);
    return key;
  };
  const open = async (slot: Slot): Promise<Key> => {
    if (slot.state === 'EXPIRED') return expired(slot);
    if (slot.state === 'REVOKED') return takenBack(slot);
    return authority.keyFor(slot.order);
  };
  return {
    holders: () => known,
    offers: () => {
      const made = serials(authority, clock, revoked);
      return [
        ...[...slots.values()].map((slot) => offerOf(slot, made.get(slot.id) ?? null)),
        ...[...strangers.values()].map(({ offer }) => offer),
      ];
    },
    find: async ({ iin, kind, state = 'VALID', bin }) => {
      const id = idOf(iin, bin ?? null, kind, state);
      if (!slots.has(id)) {
        const found = await lookUp?.(iin);
        if (found) take(found);
      }
      const slot = slots.get(id);
      return slot && offerOf(slot, serials(authority, clock, revoked).get(id) ?? null);
    },
    key: async (id) => {
      const stranger = strangers.get(id);
      if (stranger) return stranger.key;
      const slot = slots.get(id);
      if (!slot) throw new RangeError('no such key');
      return open(slot);
    },
    addFile: (bytes, password) => {
      const key = readP12(bytes, password);
      const offer = strangerOf(key, clock.now());
      strangers.set(offer.id, { offer, key });
      return offer;
    },
  };
}

const idOf = (iin: string, bin: string | null, kind: KeyKind, state: KeyState) =>
  [iin, bin ?? '-', kind, state].join('.');

function slotsOf({ iin, surname, name, patronymic, organisation }: Holder): Slot[] {
  const person = { iin, surname, name, patronymic: patronymic ?? undefined };
  const own = KEY_STATES.flatMap((state) =>
    KEY_KINDS.map((kind) => ({ id: idOf(iin, null, kind, state), order: { ...person, kind }, state })),
  );
  if (!organisation) return own;
  const { bin } = organisation;
  const order: Order = { ...person, kind: 'GOST', bin, organisation: organisation.name };
  return [...own, { id: idOf(iin, bin, 'GOST', 'VALID'), order, state: 'VALID' }];
}

function offerOf({ id, order, state }: Slot, serialNumber: string | null): Offer {
  return {
    id,
    iin: order.iin,
    bin: order.bin ?? null,
    name: order.organisation ?? `${order.surname} ${order.name}`,
    kind: order.kind,
    state,
    usages: usagesOf(order),
    serialNumber,
    foreign: false,
  };
}

function strangerOf(key: Key, now: Date): Offer {
  const { extendedKeyUsage, notAfter, serialNumber } = parseCertificate(key.certificate);
  return {
    id: `file.${serialNumber}`,
    iin: key.holder.iin,
    bin: key.holder.bin,
    name: key.holder.name,
    kind: kindOf(key),
    state: notAfter < now ? 'EXPIRED' : 'VALID',
    usages: extendedKeyUsage,
    serialNumber,
    foreign: true,
  };
}

const kindOf = ({ algorithm, purpose }: Key): KeyKind =>
  algorithm === 'GOST-512' ? 'GOST' : purpose === 'AUTH' ? 'RSA-AUTH' : 'RSA-SIGN';

const isOf = (key: Key, { iin, bin, kind }: Order) =>
  key.holder.iin === iin && key.holder.bin === (bin ?? null) && kindOf(key) === kind;

const datesOf = (key: Key) => parseCertificate(key.certificate);
const serialOf = (key: Key) => parseCertificate(key.certificate).serialNumber;

/** Serial numbers of the certificates that are there, by the id of the key that stands for them. */
function serials(
  authority: Authority,
  clock: Clock,
  revoked: ReadonlyMap<string, string>,
): Map<string, string> {
  const now = clock.now();
  const bad = new Set(revoked.values());
  const found = new Map<string, string>(revoked);
  for (const key of authority.keys()) {
    const { serialNumber, notAfter } = datesOf(key);
    const { iin, bin } = key.holder;
    if (iin === null || bad.has(serialNumber)) continue;
    found.set(idOf(iin, bin, kindOf(key), notAfter < now ? 'EXPIRED' : 'VALID'), serialNumber);
  }
  return found;
}

/** A file that cannot be read is as good as none: other keys are revoked in their place. */
function readRevoked(file: string): [string, string][] {
  try {
    const kept: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof kept !== 'object' || kept === null) return [];
    return Object.entries(kept).flatMap(([id, serial]) =>
      typeof serial === 'string' ? [[id, serial] as [string, string]] : [],
    );
  } catch {
    return [];
  }
}

function writeRevoked(file: string, revoked: ReadonlyMap<string, string>): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(Object.fromEntries(revoked)));
  renameSync(`${file}.new`, file);
}
