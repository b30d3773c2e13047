import { addDays, type CivilDate, civil } from '../../../core/calendar/civil-date.ts';
import { createSecrets } from '../../../core/db/crypto.ts';
import type { Db } from '../../../core/db/db.ts';
import type { Address } from '../../../core/draft/api.ts';
import { settle } from '../../../core/notice/testing/families.ts';
import { type Iin, makeIin } from '../../../core/people/iin.ts';
import { openSandboxRegistry } from '../../registry/sandbox.ts';

/** A parent who is logged in and whose child the registry knows. */
export interface Parent {
  /** Counts from 0; the chat's id is above. */
  readonly n: number;
  readonly chat: number;
  readonly phone: string;
  readonly childIin: Iin;
  /** The registry knows where the parent lives; of the others it is asked part by part. */
  readonly hasAddress: boolean;
}

const FIRST_CHAT = 610_000_001;
/** Of every fourth the registry has no address. */
const WITHOUT_ADDRESS = 4;
const ADULT = civil('1990-05-05');
const NAME = { surname: 'Үлгиева', name: 'Айгүл', patronymic: null } as const;
/** Parents of one birthday. */
const SAME_DAY = 400;
const BORN_FROM = civil('2022-01-03');
const BIRTHDAYS = 1_000;

/** `count` parents in one district, with children of three years. */
export async function inventParents(db: Db, dataKey: Buffer, count: number): Promise<Parent[]> {
  await settle(db.pool);
  const parents = Array.from({ length: count }, (_, n) => ({
    n,
    chat: FIRST_CHAT + n,
    phone: `+7702${String(1_000_000 + n)}`,
    iin: iinOf(addDays(ADULT, Math.floor(n / SAME_DAY)), n % SAME_DAY),
    childIin: iinOf(birthday(n), Math.floor(n / BIRTHDAYS)),
    hasAddress: n % WITHOUT_ADDRESS !== 0,
  }));
  await writePeople(db, dataKey, parents);
  const { add } = await openSandboxRegistry(db.pool);
  await add({
    persons: parents.flatMap(({ n, iin, childIin, hasAddress }) => [
      {
        iin,
        ...NAME,
        birthDate: addDays(ADULT, Math.floor(n / SAME_DAY)),
        ...(hasAddress ? { address: addressOf(n) } : {}),
      },
      { iin: childIin, surname: 'Үлгиев', name: 'Нұрлан', patronymic: null, birthDate: birthday(n) },
    ]),
    parents: parents.map(({ iin, childIin }) => ({ child: childIin, parent: iin })),
  });
  await db.pool.query('VACUUM ANALYZE');
  return parents;
}

function addressOf(n: number): Address {
  return { city: 'Көкшетау', district: '', street: 'Абай көшесі', house: '118Б', flat: String(n + 1) };
}

/** When the child of the `n`-th parent was born. */
function birthday(n: number): CivilDate {
  return addDays(BORN_FROM, n % BIRTHDAYS);
}

/** The `n`-th IIN of those born on this day. */
function iinOf(birth: CivilDate, n: number): Iin {
  for (let serial = 5000, left = n; serial < 10_000; serial += 1) {
    const iin = makeIin(birth, 'female', serial);
    if (iin !== undefined && left-- === 0) return iin;
  }
  throw new Error(`no IIN is left for ${birth}`);
}

async function writePeople(
  db: Db,
  dataKey: Buffer,
  parents: readonly (Parent & { readonly iin: Iin })[],
): Promise<void> {
  const secrets = createSecrets(dataKey);
  const now = new Date();
  const sealed = parents.map(({ iin }) => secrets.sealIin(iin));
  const people = await db.prisma.person.createManyAndReturn({
    data: sealed.map((columns) => ({
      ...columns,
      ...NAME,
      birth_date: new Date(ADULT),
      created_at: now,
    })),
    select: { id: true, iin_hash: true },
  });
  const ids = new Map(people.map(({ id, iin_hash }) => [Buffer.from(iin_hash).toString('hex'), id]));
  const rows = parents.map((parent, n) => ({
    ...parent,
    id: ids.get(Buffer.from(sealed[n]?.iin_hash ?? []).toString('hex')) ?? '',
  }));
  const shared = { is_main: true, confirmed_at: now, created_at: now };
  await db.prisma.contact.createMany({
    data: rows.flatMap(({ id, n, phone }) => [
      { person_id: id, kind: 'PHONE', value: phone, ...shared },
      { person_id: id, kind: 'EMAIL', value: `bench${n}@example.invalid`, ...shared },
    ]),
  });
  await db.prisma.messenger_account.createMany({
    data: rows.map(({ id, chat }) => ({
      channel: 'TELEGRAM',
      address: String(chat),
      language: 'kk',
      person_id: id,
      consented_at: now,
      logged_in_at: now,
      verified_at: now,
      created_at: now,
    })),
  });
}
