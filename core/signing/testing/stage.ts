import { afterAll, beforeEach, expect } from 'vitest';
import { testDatabase } from '../../../local/testing/database.ts';
import { fixedClock } from '../../clock.ts';
import { createSecrets } from '../../db/crypto.ts';
import { openDb } from '../../db/db.ts';
import type { ApplicationId, GroupId, PersonId, ReferralId } from '../../ids.ts';
import { createPostgresLimits } from '../../people/limits.ts';
import type { ReferralView } from '../../referral/api.ts';
import { Refusal } from '../../refusal.ts';
import { createSigning } from '../signing.ts';

export const START = '2026-11-23T04:00:00Z';
export const MINUTE = 60_000;
export const ROUND = new Date('2026-11-24T07:00:00Z');

/**
 * The room of signing on a database of its own. The effect that must happen once is a row of `counter`: the transaction
 * takes it with it when it is rolled back. `performer.refuses` is thrown after the effect was written.
 */
export async function openStage() {
  const database = await testDatabase();
  const db = openDb(database.url, { max: 8 });
  afterAll(() => db.close());
  const clock = fixedClock(START);
  const sent: { phone: string; text: string }[] = [];
  const performer: { refuses: Refusal | Error | null } = { refuses: null };
  const rows = async (text: string, ...values: unknown[]): Promise<string[]> =>
    (await database.pool.query<{ id: string }>(`${text} RETURNING id`, values)).rows.map((row) => row.id);
  const family = await furnish(rows);
  const signing = createSigning({
    db,
    clock,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    secrets: createSecrets(Buffer.alloc(32, 1)),
    limits: createPostgresLimits(db, clock),
    config: {
      dataKey: Buffer.alloc(32, 1),
      publicUrl: 'https://kezek.example',
      supportPhone: '1414',
      digitalSignature: true,
    },
    ports: {
      registry: { person: async () => undefined, parents: async () => [] },
      mobileBase: { belongs: async () => false },
      sms: { send: async (phone, text) => `${sent.push({ phone, text })}` },
    },
    performers: {
      CHOICE: async (tx, _at, choice) => {
        await tx.$executeRaw`INSERT INTO counter VALUES (${`test choice ${choice.groupId}`}, 1)
                             ON CONFLICT (name) DO UPDATE SET value = counter.value + 1`;
        if (performer.refuses !== null) throw performer.refuses;
        return choice.statementId as string as ReferralId;
      },
      WISHES: async (tx, _at, wishes) => {
        await tx.$executeRaw`INSERT INTO counter VALUES (${`test wishes ${wishes.groups.join()}`}, 1)`;
        return ROUND;
      },
      REGISTRATION: async () => [],
      WAITLIST: none,
      TRANSFER: none,
      check: {
        CHOICE: async () => {
          if (performer.refuses instanceof Refusal && performer.refuses.code === 'choice.tooYoung')
            throw performer.refuses;
        },
        WISHES: async () => undefined,
        WAITLIST: none,
        TRANSFER: none,
        REGISTRATION: async () => {
          throw new Refusal('draft.none');
        },
      },
    },
    forms: { refresh: async () => undefined },
    // The view is read by the room of referrals; here only that the right one is asked for by the right person.
    waitlists: { joined: none, transfer: none },
    referrals: { byId: async (personId, id) => ({ id, number: personId }) as unknown as ReferralView },
  });
  beforeEach(async () => {
    await database.pool.query(
      'DELETE FROM one_time_code; DELETE FROM statement; DELETE FROM counter; DELETE FROM inbox',
    );
    clock.set(START);
    sent.length = 0;
    performer.refuses = null;
  });
  const login = { method: 'OTP', at: clock.now() } as const;
  const act = { personId: family.parent, channel: 'BOT', login } as const;
  return {
    ...family,
    act,
    strangers: { personId: family.stranger, channel: 'BOT', login } as const,
    clock,
    database,
    db,
    performer,
    sent,
    signing,
    later: (ms: number) => clock.set(new Date(clock.now().getTime() + ms)),
    lastCode: (): string => /\d{6}/.exec(sent.at(-1)?.text ?? '')?.[0] ?? '',
    prepare: () => signing.prepareChoice(act, family.applicationId, family.group),
    effects: async (): Promise<Record<string, number>> => {
      const found = await database.pool.query<{ name: string; value: number }>(
        "SELECT name, value FROM counter WHERE name LIKE 'test %'",
      );
      return Object.fromEntries(found.rows.map(({ name, value }) => [name, value]));
    },
  };
}

/** Another code than this one. */
export const wrong = (code: string): string => (code === '000000' ? '111111' : '000000');

export const refusedAs = (code: string, params?: object) =>
  expect.objectContaining({ name: 'Refusal', code, ...(params === undefined ? {} : { params }) });

/** A family in the queue, a stranger with a phone, and two groups to choose from. */
async function furnish(rows: (text: string, ...values: unknown[]) => Promise<string[]>) {
  const person = async (name: string, phone: string): Promise<PersonId> => {
    const [id] = await rows(
      `INSERT INTO person (iin_cipher, iin_hash, surname, name, birth_date, created_at)
       VALUES (convert_to($1, 'UTF8'), convert_to($1, 'UTF8'), 'Сыналова', $1, '1990-01-01', now())`,
      name,
    );
    await rows(
      `INSERT INTO contact (person_id, kind, value, is_main, confirmed_at, created_at)
       VALUES ($1, 'PHONE', $2, true, now(), now())`,
      id,
      phone,
    );
    return id as PersonId;
  };
  const [district] = await rows(
    `INSERT INTO district (code, kind, name_kk, name_ru, policy_preset)
     VALUES ('TSL', 'DISTRICT', 'Целиноград', 'Целиноградский', 'A_DEFAULT')`,
  );
  const [queue] = await rows('INSERT INTO queue (district_id, birth_year) VALUES ($1, 2023)', district);
  const [garden] = await rows(
    `INSERT INTO kindergarten (district_id, name_kk, name_ru, address_kk, address_ru, latitude, longitude)
     VALUES ($1, '«Жұлдыз» & Ko <1>', '«Звезда»', 'а', 'а', 51, 71)`,
    district,
  );
  const [group, secondGroup] = (await rows(
    `INSERT INTO kindergarten_group (kindergarten_id, name, birth_year, language, capacity)
     SELECT $1, 'Балапан ' || n, 2023, 'kk', 20 FROM generate_series(1, 2) AS n`,
    garden,
  )) as [GroupId, GroupId];
  const parent = await person('parent', '+77011234567');
  const stranger = await person('stranger', '+77017654321');
  const [child] = await rows(
    `INSERT INTO child (iin_cipher, iin_hash, surname, name, birth_date, created_at)
     VALUES ('c', 'c', 'Сыналов', 'Дәулет', '2023-05-14', now())`,
  );
  const [applicationId] = (await rows(
    `INSERT INTO application (number, child_id, applicant_id, district_id, queue_id, state, state_since, registered_at,
                              eligible_from, under_age, age_limit_on, interest_due_at)
     VALUES ('AKM-TSL-2026-000001', $1, $2, $3, $4, 'QUEUED', now(), now(), '2025-05-14', false, '2030-05-14', now())`,
    child,
    parent,
    district,
    queue,
  )) as [ApplicationId];
  return { applicationId, garden, group, parent, secondGroup, stranger };
}

/** What the tests of this room do not sign. */
async function none(): Promise<never> {
  throw new Refusal('waitlist.unknown');
}
