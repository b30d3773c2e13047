import { civil } from '../../../core/calendar/civil-date.ts';
import { fixedClock } from '../../../core/clock.ts';
import { createSecrets } from '../../../core/db/crypto.ts';
import { type Db, openDb } from '../../../core/db/db.ts';
import { type Core, createCore } from '../../../core/index.ts';
import { findOrCreatePerson } from '../../../core/people/persons.ts';
import type { TextLanguage } from '../../../locales/index.ts';
import { openSandboxRegistry, type SandboxRegistry } from '../../registry/sandbox.ts';
import type { PersonInput } from '../../telegram/types.ts';
import { silent } from '../core-world.ts';
import {
  APPLIED,
  BIRTH_YEAR,
  BORN,
  castOf,
  DISTRICTS,
  FAMILIES,
  HOUSES,
  JOINED,
  LATITUDE,
  LONGITUDE,
  PARENT_BORN,
  SURNAMES,
} from './transfer-cast.ts';
import { housesOf, type TransferMeans, transferMeans } from './transfer-means.ts';
import type { Ground } from './world.ts';

/**
 * A district in which children go to a kindergarten and wait for others, by the actions of core alone: registered by the
 * form, given places, taken. For `screensWorld`.
 */
export function transferRegion(language: TextLanguage): (ground: Ground) => Promise<PersonInput[]> {
  return async ({ databaseUrl, dataKey, publicUrl, scanStore, now }) => {
    const db = openDb(databaseUrl, { max: 2 });
    try {
      const sandbox = await openSandboxRegistry(db.pool);
      await makeDistrict(db, language);
      const clock = fixedClock(APPLIED);
      const codes = new Map<string, string>();
      const core = createCore({
        ...{ db, clock, log: silent, scanStore },
        config: { dataKey, publicUrl, supportPhone: '1414', digitalSignature: true },
        ports: { ...sandbox, sms: { send: async (phone, text) => kept(codes, phone, text) } },
      });
      const people = await makePeople(db, core, sandbox, dataKey, language);
      const moveTo = async (at: Date) => {
        clock.set(at);
        while (await core.jobs.sweep());
      };
      const means = { core, db, codeOf: async (phone: string) => codes.get(phone) ?? '', now: clock.now };
      await everybodyAttends(transferMeans(means, language), moveTo);
      await moveTo(now);
      await db.pool.query(
        `UPDATE delivery SET state = 'SENT', attempts = 1, ended_at = run_at, provider_ref = 'story' WHERE state = 'PENDING'`,
      );
      return people;
    } finally {
      await db.close();
    }
  };
}

async function kept(codes: Map<string, string>, phone: string, text: string): Promise<string> {
  codes.set(phone, /\d{6}/.exec(text)?.[0] ?? '');
  return 'story';
}

async function makeDistrict(db: Db, language: TextLanguage): Promise<void> {
  const { code, kind, kk, ru, town } = DISTRICTS[language];
  const district = await db.prisma.district.create({
    data: { code, kind, name_kk: kk, name_ru: ru, policy_preset: 'A_WAITLIST' },
  });
  for (const [n, house] of Object.values(HOUSES).entries()) {
    const kindergarten = await db.prisma.kindergarten.create({
      data: {
        district_id: district.id,
        ...{ name_kk: `«${house.name}» балабақшасы`, name_ru: `Детский сад «${house.name}»` },
        ...(language === 'kk'
          ? { address_kk: `${town} ауылы, ${house.kk}`, address_ru: `село Акмол, ${house.ru}` }
          : { address_kk: `Көкшетау, ${house.kk}`, address_ru: `${town}, ${house.ru}` }),
        phone: `+771620000${10 + n}`,
        ...{ latitude: LATITUDE, longitude: LONGITUDE + house.east },
      },
    });
    await db.prisma.kindergarten_group.create({
      data: {
        ...{ kindergarten_id: kindergarten.id, name: 'Балдырған', birth_year: BIRTH_YEAR },
        ...{ language: n % 3 === 2 ? 'mixed' : language, capacity: 20 },
      },
    });
  }
}

async function makePeople(
  db: Db,
  core: Core,
  sandbox: SandboxRegistry,
  dataKey: Buffer,
  language: TextLanguage,
): Promise<PersonInput[]> {
  const cast = castOf(language);
  const { adult, child, patronymic } = SURNAMES[language];
  const known = { db, secrets: createSecrets(dataKey), registry: sandbox.registry };
  for (const [role, person] of Object.entries(cast)) {
    const { iin, childIin, phone } = person;
    const own = { iin, surname: adult, name: person.name, patronymic, birthDate: civil(PARENT_BORN) };
    const born = { iin: childIin, surname: child, name: person.child, patronymic: null };
    await sandbox.add({
      persons: person.child === '' ? [own] : [own, { ...born, birthDate: civil(BORN) }],
      phones: [{ iin, phone }],
      parents: person.child === '' ? [] : [{ child: childIin, parent: iin }],
    });
    const id = await findOrCreatePerson(known, iin, APPLIED);
    if (id === undefined) throw new Error(`nobody knows ${role}`);
    const dates = { confirmed_at: APPLIED, created_at: APPLIED };
    const contact = { person_id: id, is_main: true, ...dates };
    await db.prisma.contact.createMany({
      data: [
        { ...contact, kind: 'PHONE', value: phone },
        { ...contact, kind: 'EMAIL', value: `u${person.id}@mysal.example` },
      ],
    });
  }
  const houses = await housesOf(db);
  const [district] = await core.staff.districts();
  if (district === undefined) throw new Error('there is no district');
  const heads = { head: 'present', newHead: 'wished' } as const;
  for (const role of ['head', 'newHead'] as const) {
    const kindergartenId = houses[heads[role]].id;
    await core.staff.grant(cast[role].iin, { role: 'KINDERGARTEN_HEAD', kindergartenId });
  }
  await core.staff.grant(cast.operator.iin, { role: 'OPERATOR', districtId: district.id });
  return Object.values(cast).map((person) => ({
    ...{ id: person.id, first_name: person.name, last_name: adult, phone: person.phone },
    facts: [{ label: 'ЖСН · ИИН', value: person.iin }],
  }));
}

async function everybodyAttends(means: TransferMeans, moveTo: (at: Date) => Promise<void>): Promise<void> {
  for (const role of FAMILIES) await means.register(role);
  const opens = await means.publish('present', FAMILIES.length);
  await moveTo(new Date(opens.getTime() + 60_000));
  for (const role of FAMILIES) await means.enrol(role, 'present');
  await means.benefit('large');
  await moveTo(JOINED);
  await means.join('first', 'wished', 'second');
  await means.join('next', 'wished');
  await means.join('third', 'wished');
}
