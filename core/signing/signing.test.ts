import { createHash } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { testDatabase } from '../../local/testing/database.ts';
import { AlreadyApplied } from '../act.ts';
import { fixedClock } from '../clock.ts';
import { createSecrets } from '../db/crypto.ts';
import { openDb } from '../db/db.ts';
import type { ApplicationId, GroupId, PersonId, ReferralId, StatementId } from '../ids.ts';
import type { ReferralView } from '../referral/api.ts';
import { Refusal } from '../refusal.ts';
import { createSigning } from './signing.ts';

const database = await testDatabase();
const db = openDb(database.url, { max: 8 });
afterAll(() => db.close());

const START = '2026-11-23T04:00:00Z';
const clock = fixedClock(START);
const MINUTE = 60_000;
const later = (ms: number) => clock.set(new Date(clock.now().getTime() + ms));

const [district] = await rows(
  `INSERT INTO district (code, kind, name_kk, name_ru, policy_preset) VALUES ('TSL', 'DISTRICT', 'Целиноград', 'Целиноградский', 'A') RETURNING id`,
);
const [queue] = await rows('INSERT INTO queue (district_id, birth_year) VALUES ($1, 2023) RETURNING id', [
  district,
]);
const [garden] = await rows(
  `INSERT INTO kindergarten (district_id, name_kk, name_ru, address_kk, address_ru, latitude, longitude)
   VALUES ($1, '«Жұлдыз» & Ko <1>', '«Звезда»', 'а', 'а', 51, 71) RETURNING id`,
  [district],
);
const groups = (await rows(
  `INSERT INTO kindergarten_group (kindergarten_id, name, birth_year, language, capacity)
   SELECT $1, 'Балапан ' || n, 2023, 'kk', 20 FROM generate_series(1, 3) AS n RETURNING id`,
  [garden],
)) as GroupId[];
const [group, secondGroup] = groups as [GroupId, GroupId];
const parent = await person('parent', '+77011234567');
const stranger = await person('stranger', '+77017654321');
const [child] = await rows(
  `INSERT INTO child (iin_cipher, iin_hash, surname, name, birth_date, created_at)
   VALUES ('c', 'c', 'Сыналов', 'Дәулет', '2023-05-14', now()) RETURNING id`,
);
const [applicationId] = (await rows(
  `INSERT INTO application (number, child_id, applicant_id, district_id, queue_id, state, state_since, registered_at,
                            eligible_from, under_age, age_limit_on, interest_due_at)
   VALUES ('AKM-TSL-2026-000001', $1, $2, $3, $4, 'QUEUED', now(), now(), '2025-05-14', false, '2030-05-14', now()) RETURNING id`,
  [child, parent, district, queue],
)) as [ApplicationId];

async function rows(text: string, values: unknown[] = []): Promise<string[]> {
  return (await database.pool.query<{ id: string }>(text, values)).rows.map((row) => row.id);
}

async function person(name: string, phone: string): Promise<PersonId> {
  const [id] = await rows(
    `INSERT INTO person (iin_cipher, iin_hash, surname, name, birth_date, created_at)
     VALUES (convert_to($1, 'UTF8'), convert_to($1, 'UTF8'), 'Сыналова', $1, '1990-01-01', now()) RETURNING id`,
    [name],
  );
  await rows(
    "INSERT INTO contact (person_id, kind, value, is_main, confirmed_at, created_at) VALUES ($1, 'PHONE', $2, true, now(), now())",
    [id, phone],
  );
  return id as PersonId;
}

let sent: { phone: string; text: string }[] = [];
let refuse: Refusal | Error | null = null;
const ROUND = new Date('2026-11-24T07:00:00Z');

/** The effect that must happen once: a row of `counter`, which the transaction takes with it when it is rolled back. */
const effects = async (): Promise<Record<string, number>> => {
  const { rows } = await database.pool.query<{ name: string; value: number }>(
    "SELECT name, value FROM counter WHERE name LIKE 'test %'",
  );
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
};

const signing = createSigning({
  db,
  clock,
  log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  secrets: createSecrets(Buffer.alloc(32, 1)),
  ports: {
    registry: { person: async () => undefined, parents: async () => [] },
    mobileBase: { belongs: async () => false },
    sms: { send: async (phone, text) => `${sent.push({ phone, text })}` },
  },
  performers: {
    CHOICE: async (tx, _at, choice) => {
      await tx.$executeRaw`INSERT INTO counter VALUES (${`test choice ${choice.groupId}`}, 1)
                           ON CONFLICT (name) DO UPDATE SET value = counter.value + 1`;
      if (refuse !== null) throw refuse;
      return choice.statementId as string as ReferralId;
    },
    WISHES: async (tx, _at, wishes) => {
      await tx.$executeRaw`INSERT INTO counter VALUES (${`test wishes ${wishes.groups.join()}`}, 1)`;
      return ROUND;
    },
    check: {
      CHOICE: async () => {
        if (refuse instanceof Refusal && refuse.code === 'choice.tooYoung') throw refuse;
      },
      WISHES: async () => undefined,
    },
  },
  // The view is read by the room of referrals; here only that the right one is asked for by the right person.
  referrals: { byId: async (personId, id) => ({ id, number: personId }) as unknown as ReferralView },
});

const act = { personId: parent, channel: 'BOT' } as const;
const strangers = { personId: stranger, channel: 'BOT' } as const;
const lastCode = (): string => /\d{6}/.exec(sent.at(-1)?.text ?? '')?.[0] ?? '';
const wrong = (code: string): string => (code === '000000' ? '111111' : '000000');
const prepare = () => signing.prepareChoice(act, applicationId, group);
const refusedAs = (code: string, params?: object) =>
  expect.objectContaining({ name: 'Refusal', code, ...(params === undefined ? {} : { params }) });

beforeEach(async () => {
  await database.pool.query(
    'DELETE FROM one_time_code; DELETE FROM statement; DELETE FROM counter; DELETE FROM inbox',
  );
  clock.set(START);
  sent = [];
  refuse = null;
});

describe('preparing', () => {
  test('keeps the exact bytes and sends a code to the phone of the login', async () => {
    const prepared = await prepare();
    expect(prepared).toEqual({
      id: expect.any(String),
      kind: 'CHOICE',
      code: {
        maskedPhone: '+7 701 ••• •• 67',
        expiresAt: new Date('2026-11-23T04:05:00Z'),
        resendAt: new Date('2026-11-23T04:01:00Z'),
      },
    });
    expect(sent).toEqual([
      { phone: '+77011234567', text: expect.stringMatching(/^Kezek: қол қою коды \d{6}\. /) },
    ]);
    const row = await db.prisma.statement.findUniqueOrThrow({ where: { id: prepared.id } });
    expect(row.content).toBe(
      `<?xml version="1.0" encoding="UTF-8"?><statement xmlns="urn:kezek:statement:1" id="${prepared.id}"><kind>CHOICE</kind>` +
        `<application>AKM-TSL-2026-000001</application><applicant>${parent}</applicant>` +
        `<group rank="1" id="${group}"><name>Балапан 1</name><kindergarten id="${garden}">` +
        '<name xml:lang="kk">«Жұлдыз» &amp; Ko &lt;1&gt;</name><name xml:lang="ru">«Звезда»</name></kindergarten></group>' +
        '<issuedAt>2026-11-23T04:00:00.000Z</issuedAt><expiresAt>2026-11-23T04:30:00.000Z</expiresAt></statement>',
    );
    expect(Buffer.from(row.sha256).toString('hex')).toBe(
      createHash('sha256').update(row.content).digest('hex'),
    );
  });

  test('a second tap is led to the same statement, without another SMS', async () => {
    const [first, second] = await Promise.all([prepare(), prepare()]);
    expect(second).toEqual(first);
    expect(sent).toHaveLength(1);
    later(MINUTE);
    expect((await prepare()).id).not.toBe(first.id);
    expect(sent).toHaveLength(2);
  });

  test('another wish gets another code at once, and the older one is void', async () => {
    const first = await prepare();
    const code = lastCode();
    const second = await signing.prepareChoice(act, applicationId, secondGroup);
    await expect(signing.sign(act, first.id, code)).rejects.toEqual(refusedAs('code.none'));
    await signing.sign(act, second.id, lastCode());
    expect(await effects()).toEqual({ [`test choice ${secondGroup}`]: 1 });
  });

  test('five codes an hour', async () => {
    for (let i = 0; i < 5; i += 1) {
      await prepare();
      later(MINUTE);
    }
    await expect(prepare()).rejects.toEqual(
      refusedAs('code.tooOften', { resendAt: '2026-11-23T05:00:00.000Z' }),
    );
  });

  test('what choosing refuses is refused before anything is written or sent', async () => {
    refuse = new Refusal('choice.tooYoung');
    await expect(prepare()).rejects.toEqual(refusedAs('choice.tooYoung'));
    expect(sent).toEqual([]);
    expect(await db.prisma.statement.count()).toBe(0);
  });

  test("somebody else's application, an unknown group and no wish at all", async () => {
    await expect(signing.prepareChoice(strangers, applicationId, group)).rejects.toEqual(
      refusedAs('application.unknown'),
    );
    await expect(
      signing.prepareChoice(act, applicationId, applicationId as string as GroupId),
    ).rejects.toEqual(refusedAs('group.unknown'));
    await expect(signing.prepareWishes(act, applicationId, [])).rejects.toEqual(refusedAs('wishes.none'));
    expect(await db.prisma.statement.count()).toBe(0);
  });
});

describe('signing', () => {
  test('performs once and answers the same to whoever signs again', async () => {
    const { id } = await prepare();
    const code = lastCode();
    const result = await signing.sign(act, id, code);
    expect(result).toEqual({ kind: 'CHOICE', referral: { id, number: parent } });
    expect(await signing.sign(act, id, code)).toEqual(result);
    expect(await signing.sign(act, id, 'anything')).toEqual(result);
    expect(await effects()).toEqual({ [`test choice ${group}`]: 1 });
    const row = await db.prisma.statement.findUniqueOrThrow({ where: { id } });
    expect([row.signed_at, row.method]).toEqual([new Date(START), 'OTP']);
    await expect(signing.resend(act, id)).rejects.toEqual(refusedAs('statement.signed'));
  });

  test('many calls at once with the right code have one effect and one answer', async () => {
    const { id } = await prepare();
    const code = lastCode();
    const results = await Promise.all(Array.from({ length: 6 }, () => signing.sign(act, id, code)));
    expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1);
    expect(await effects()).toEqual({ [`test choice ${group}`]: 1 });
  });

  test('wishes keep their order, none twice', async () => {
    const wished = [secondGroup, group, secondGroup];
    const { id, kind } = await signing.prepareWishes(act, applicationId, wished);
    expect(kind).toBe('WISHES');
    expect(await signing.sign(act, id, lastCode())).toEqual({ kind: 'WISHES', roundAt: ROUND });
    expect(await effects()).toEqual({ [`test wishes ${secondGroup},${group}`]: 1 });
  });

  test('a refusal of the performer undoes its work and makes the statement void for good', async () => {
    const { id } = await prepare();
    const code = lastCode();
    refuse = new Refusal('choice.taken', { free: 0 });
    await expect(signing.sign(act, id, code)).rejects.toEqual(refusedAs('choice.taken', { free: 0 }));
    expect(await effects()).toEqual({});
    refuse = null;
    await expect(signing.sign(act, id, code)).rejects.toEqual(refusedAs('choice.taken', { free: 0 }));
    await expect(signing.resend(act, id)).rejects.toEqual(refusedAs('choice.taken'));
    const row = await db.prisma.statement.findUniqueOrThrow({ where: { id } });
    expect([row.signed_at, row.method, row.result]).toEqual([
      null,
      null,
      { refused: { code: 'choice.taken', params: { free: 0 } } },
    ]);
    const again = await prepare();
    expect(again.id).not.toBe(id);
    await signing.sign(act, again.id, lastCode());
    expect(await effects()).toEqual({ [`test choice ${group}`]: 1 });
  });

  test('a fault of the machine leaves everything as it was, the code too', async () => {
    const { id } = await prepare();
    const code = lastCode();
    refuse = new Error('connection lost');
    await expect(signing.sign(act, id, code)).rejects.toThrow('connection lost');
    expect(await effects()).toEqual({});
    refuse = null;
    await signing.sign(act, id, code);
    expect(await effects()).toEqual({ [`test choice ${group}`]: 1 });
  });

  test('five wrong codes end it; a new code may be asked for', async () => {
    const { id } = await prepare();
    const code = lastCode();
    for (const left of [4, 3, 2, 1]) {
      await expect(signing.sign(act, id, wrong(code))).rejects.toEqual(refusedAs('code.wrong', { left }));
    }
    await expect(signing.sign(act, id, wrong(code))).rejects.toEqual(refusedAs('code.exhausted'));
    await expect(signing.sign(act, id, code)).rejects.toEqual(refusedAs('code.exhausted'));
    await expect(signing.resend(act, id)).rejects.toEqual(refusedAs('code.tooOften'));
    later(MINUTE);
    await signing.resend(act, id);
    await signing.sign(act, id, lastCode());
  });

  test('late codes and late statements', async () => {
    const { id } = await prepare();
    later(5 * MINUTE + 1);
    await expect(signing.sign(act, id, lastCode())).rejects.toEqual(refusedAs('code.late'));
    clock.set('2026-11-23T04:29:00Z');
    await signing.resend(act, id);
    clock.set('2026-11-23T04:30:00.001Z');
    await expect(signing.sign(act, id, lastCode())).rejects.toEqual(refusedAs('statement.expired'));
    await expect(signing.resend(act, id)).rejects.toEqual(refusedAs('statement.expired'));
    clock.set('2026-11-23T04:30:00Z');
    await signing.sign(act, id, lastCode());
  });

  test("a code that is none, and somebody else's or no statement", async () => {
    const { id } = await prepare();
    await expect(signing.sign(act, id, '12 34')).rejects.toEqual(refusedAs('code.format'));
    await expect(signing.sign(strangers, id, lastCode())).rejects.toEqual(refusedAs('statement.unknown'));
    await expect(signing.resend(strangers, id)).rejects.toEqual(refusedAs('statement.unknown'));
    await expect(signing.sign(act, group as string as StatementId, lastCode())).rejects.toEqual(
      refusedAs('statement.unknown'),
    );
    expect(await effects()).toEqual({});
  });

  test('a statement whose bytes were changed is not performed', async () => {
    const { id } = await prepare();
    await database.pool.query(
      "UPDATE statement SET content = replace(content, 'Балапан', 'Еркем') WHERE id = $1",
      [id],
    );
    await expect(signing.sign(act, id, lastCode())).rejects.toThrow('is not what was written');
    expect(await effects()).toEqual({});
  });

  test('a repeated message counts no second try, and after success finds the result', async () => {
    await database.pool.query(
      "INSERT INTO inbox (message_id, lane, received_at) VALUES (1, 'a', now()), (2, 'a', now())",
    );
    const { id } = await prepare();
    const code = lastCode();
    const first = { ...act, messageId: 1n };
    await expect(signing.sign(first, id, wrong(code))).rejects.toEqual(refusedAs('code.wrong', { left: 4 }));
    await expect(signing.sign(first, id, wrong(code))).rejects.toBeInstanceOf(AlreadyApplied);
    const second = { ...act, messageId: 2n };
    const result = await signing.sign(second, id, code);
    expect(await signing.sign(second, id, code)).toEqual(result);
    expect(await effects()).toEqual({ [`test choice ${group}`]: 1 });
  });
});
