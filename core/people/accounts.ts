import type { Language, ProofMethod } from '../act.ts';
import { Batcher } from '../db/batcher.ts';
import type { NamedQuery, WriteTx } from '../db/db.ts';
import type { DistrictId, KindergartenId, PersonId } from '../ids.ts';
import { Refusal } from '../refusal.ts';
import type { Account, People, Role } from './api.ts';
import type { PeopleDeps } from './people.ts';
import { type Phone, parsePhone } from './phone.ts';

interface AccountRow {
  readonly address: string;
  readonly language: Language | null;
  readonly consented: boolean;
  readonly phone: string | null;
  readonly person_id: PersonId | null;
  readonly verified_at: Date | null;
  readonly verified_by: ProofMethod;
  readonly name: string | null;
  readonly patronymic: string | null;
  readonly has_email: boolean;
  readonly roles: readonly RoleColumns[] | null;
}

/** A live row of staff_role as the database gives it. */
export interface RoleColumns {
  readonly role: string;
  readonly districtId: DistrictId | null;
  readonly kindergartenId: KindergartenId | null;
}

/** Roles as an expression over a column that names the person; null when there is none. */
export const rolesOfPerson = (personColumn: string): string => `
  (SELECT json_agg(json_build_object('role', r.role, 'districtId', r.district_id, 'kindergartenId', r.kindergarten_id)
                   ORDER BY r.granted_at, r.id)
     FROM staff_role AS r WHERE r.person_id = ${personColumn} AND r.revoked_at IS NULL)`;

const ACCOUNT: NamedQuery = {
  name: 'account',
  text: `SELECT a.address, a.language, a.consented_at IS NOT NULL AS consented, a.phone, a.person_id, a.verified_at, a.verified_by, p.name, p.patronymic,
                EXISTS (SELECT FROM contact AS c WHERE c.person_id = a.person_id AND c.kind = 'EMAIL') AS has_email,
                ${rolesOfPerson('a.person_id')} AS roles
           FROM messenger_account AS a LEFT JOIN person AS p ON p.id = a.person_id
          WHERE a.channel = 'TELEGRAM' AND a.address = ANY ($1::text[])`,
};

const FIRST_SIGHT: NamedQuery = {
  name: 'account-first-sight',
  text: `INSERT INTO messenger_account (channel, address, created_at) VALUES ('TELEGRAM', $1, $2)
         ON CONFLICT (channel, address) DO NOTHING`,
};

const REACHABLE: NamedQuery = {
  name: 'account-reachable',
  text: `UPDATE messenger_account SET unreachable_since = NULL
          WHERE channel = 'TELEGRAM' AND address = $1 AND unreachable_since IS NOT NULL`,
};

const UNREACHABLE: NamedQuery = {
  name: 'account-unreachable',
  text: `UPDATE messenger_account SET unreachable_since = $2
          WHERE channel = 'TELEGRAM' AND address = $1 AND unreachable_since IS NULL`,
};

type Accounts = Pick<
  People,
  'account' | 'languageOf' | 'setLanguage' | 'giveConsent' | 'shareContact' | 'logout' | 'setReachable'
>;

/** What is kept of a chat itself, logged in or not. */
export function createAccounts(deps: Pick<PeopleDeps, 'db' | 'clock'>): Accounts {
  const { db, clock } = deps;
  // Read on every message: those of many chats at once share one statement.
  const reading = new Batcher<string, { row: AccountRow | undefined }>(async (addresses) => {
    const rows = await db.rows<AccountRow>(ACCOUNT, [addresses]);
    const byAddress = new Map(rows.map((row) => [row.address, row]));
    return addresses.map((address) => ({ row: byAddress.get(address) }));
  });
  const rowOf = async (address: string) => (await reading.add(address)).row;
  const account = async (address: string): Promise<Account> => {
    let row = await rowOf(address);
    if (row === undefined) {
      await db.rows(FIRST_SIGHT, [address, clock.now()]);
      row = await rowOf(address);
    }
    if (row === undefined) throw new Error('a chat that was just written down is not there');
    return accountOf(address, row);
  };
  /** Changes the chat's row, written down first where the chat was never seen. */
  const change = (address: string, work: (tx: WriteTx, at: Date) => Promise<unknown>): Promise<void> =>
    db.write(async (tx) => {
      const at = clock.now();
      await tx.messenger_account.createMany({
        data: [{ channel: 'TELEGRAM', address, created_at: at }],
        skipDuplicates: true,
      });
      await work(tx, at);
    });
  const where = (address: string) => ({ channel_address: { channel: 'TELEGRAM', address } });
  return {
    account,
    languageOf: async (address) => (await rowOf(address))?.language ?? null,
    setLanguage: (address, language) =>
      change(address, async (tx) => {
        const { person_id } = await tx.messenger_account.update({
          where: where(address),
          data: { language },
          select: { person_id: true },
        });
        if (person_id !== null) await tx.person.update({ where: { id: person_id }, data: { language } });
      }),
    giveConsent: (address) =>
      change(address, (tx, at) =>
        tx.messenger_account.updateMany({
          where: { address, consented_at: null },
          data: { consented_at: at },
        }),
      ),
    shareContact: async (address, text) => {
      const phone = readMobile(text);
      await change(address, (tx) =>
        tx.messenger_account.update({ where: where(address), data: { phone }, select: { id: true } }),
      );
    },
    // The number goes as well: who comes back shares it anew, so a changed SIM card needs no other way.
    logout: (address) =>
      change(address, (tx) =>
        tx.messenger_account.update({
          where: where(address),
          data: { person_id: null, logged_in_at: null, verified_at: null, phone: null },
          select: { id: true },
        }),
      ),
    setReachable: async (address, reachable) => {
      await (reachable ? db.rows(REACHABLE, [address]) : db.rows(UNREACHABLE, [address, clock.now()]));
    },
  };
}

/** A phone that can be sent a code. Refusals: phone.invalid, phone.russian, phone.foreign, phone.notMobile. */
export function readMobile(text: string): Phone {
  const parsed = parsePhone(text);
  if (!parsed.ok) throw new Refusal(`phone.${parsed.code}`);
  if (!parsed.mobile) throw new Refusal('phone.notMobile');
  return parsed.phone;
}

/** Rows of staff_role as roles. */
export function rolesFrom(rows: readonly RoleColumns[] | null): Role[] {
  return (rows ?? []).flatMap(({ role, districtId, kindergartenId }): Role[] => {
    if (role === 'OPERATOR' && districtId !== null) return [{ role, districtId }];
    if (role === 'KINDERGARTEN_HEAD' && kindergartenId !== null) return [{ role, kindergartenId }];
    return role === 'REGION_ADMIN' ? [{ role }] : [];
  });
}

function accountOf(address: string, row: AccountRow): Account {
  const { language, consented, phone, person_id, name, verified_at } = row;
  if (person_id === null || name === null) return { address, language, consented, phone, person: null };
  if (verified_at === null) throw new Error('a logged-in chat without the moment of its login');
  return {
    address,
    language,
    consented,
    phone,
    person: {
      id: person_id,
      name,
      patronymic: row.patronymic,
      hasEmail: row.has_email,
      roles: rolesFrom(row.roles),
      verifiedAt: verified_at,
      verifiedBy: row.verified_by,
    },
  };
}
