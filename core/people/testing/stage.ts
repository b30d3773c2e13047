import { afterAll, beforeEach } from 'vitest';
import { openSandboxRegistry } from '../../../local/registry/sandbox.ts';
import { testDatabase } from '../../../local/testing/database.ts';
import { civil } from '../../calendar/civil-date.ts';
import { fixedClock } from '../../clock.ts';
import { createSecrets } from '../../db/crypto.ts';
import { openDb } from '../../db/db.ts';
import { Refusal } from '../../refusal.ts';
import { type Iin, makeIin } from '../iin.ts';
import { createPostgresLimits } from '../limits.ts';
import { createPeople } from '../people.ts';

export const START = '2026-11-23T04:00:00Z';
export const MINUTE = 60_000;

export function iinOf(birth: string, serial: number): Iin {
  const iin = makeIin(civil(birth), 'female', serial);
  if (iin === undefined) throw new Error('no such IIN');
  return iin;
}

export const aigul = { iin: iinOf('1990-01-01', 9001), phone: '+77011234567' };
export const dana = { iin: iinOf('1991-02-02', 9002), phone: '+77017654321' };

/** The room of people on a database of its own, with two mothers in the sandbox bases. Emptied before every test. */
export async function openStage() {
  const database = await testDatabase();
  const db = openDb(database.url, { max: 6 });
  afterAll(() => db.close());
  const sandbox = await openSandboxRegistry(database.pool);
  await sandbox.add({
    persons: [
      {
        ...aigul,
        surname: 'Сыналова',
        name: 'Айгүл',
        patronymic: 'Мысалқызы',
        birthDate: civil('1990-01-01'),
      },
      { ...dana, surname: 'Үлгиева', name: 'Дана', patronymic: null, birthDate: civil('1991-02-02') },
    ],
    phones: [aigul, dana],
  });
  const clock = fixedClock(START);
  const secrets = createSecrets(Buffer.alloc(32, 1));
  const sent: { phone: string; text: string }[] = [];
  const logged: string[] = [];
  const note = (fields: object, message: string) => void logged.push(`${JSON.stringify(fields)} ${message}`);
  const gateway = { isDown: false };
  const people = createPeople({
    db,
    clock,
    log: { info: note, warn: note, error: note },
    secrets,
    limits: createPostgresLimits(db, clock),
    config: {
      dataKey: Buffer.alloc(32, 1),
      publicUrl: 'https://kezek.example',
      supportPhone: '1414',
      digitalSignature: true,
    },
    ports: {
      registry: sandbox.registry,
      mobileBase: sandbox.mobileBase,
      sms: {
        send: async (phone, text) => {
          if (gateway.isDown) throw new Error(`gateway refused ${phone}`);
          return `${sent.push({ phone, text })}`;
        },
      },
    },
  });
  beforeEach(async () => {
    await database.pool.query(
      'TRUNCATE one_time_code, messenger_account, contact, person, notice, rate_limit CASCADE',
    );
    await database.pool.query('DELETE FROM sandbox.outage; DELETE FROM inbox');
    clock.set(START);
    sent.length = 0;
    logged.length = 0;
    gateway.isDown = false;
  });

  let chats = 0;
  return {
    database,
    sandbox,
    clock,
    secrets,
    sent,
    logged,
    gateway,
    people,
    later: (ms: number) => clock.set(new Date(clock.now().getTime() + ms)),
    lastCode: (): string => /\d{6}/.exec(sent.at(-1)?.text ?? '')?.[0] ?? '',
    /** A chat that has chosen a language, agreed and shared a phone. */
    newChat: async (phone: string): Promise<string> => {
      chats += 1;
      const address = `${5_000_000 + chats}`;
      await people.account(address);
      await people.setLanguage(address, 'ru');
      await people.giveConsent(address);
      await people.shareContact(address, phone);
      return address;
    },
  };
}

/** Another code than this one. */
export const wrong = (code: string): string => (code === '000000' ? '111111' : '000000');

/** The refusal of a promise that must refuse. */
export async function refusal(promise: Promise<unknown>): Promise<Refusal> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof Refusal) return outcome;
  throw outcome ?? new Error('was not refused');
}
