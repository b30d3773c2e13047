import { lockApplication } from '../../../core/application/move.ts';
import { importBenefit } from '../../../core/benefit/standing.ts';
import { civil } from '../../../core/calendar/civil-date.ts';
import { fixedClock } from '../../../core/clock.ts';
import { createSecrets } from '../../../core/db/crypto.ts';
import { type Db, openDb } from '../../../core/db/db.ts';
import {
  type Act,
  type ApplicationId,
  type Core,
  createCore,
  type DistrictId,
  type GroupId,
  type KindergartenId,
  type PersonId,
} from '../../../core/index.ts';
import type { Iin } from '../../../core/people/iin.ts';
import { findOrCreatePerson } from '../../../core/people/persons.ts';
import type { TextLanguage } from '../../../locales/index.ts';
import { openSandboxRegistry, type SandboxRegistry } from '../../registry/sandbox.ts';
import type { PersonInput } from '../../telegram/types.ts';
import { silent } from '../core-world.ts';
import { type Ground, iinOf, type ScreensWorld } from './world.ts';

/** Monday three weeks before one begins to play: the children are put in the queue. */
const APPLIED = new Date('2026-11-02T04:00:00Z');
/** Monday two weeks before: the first of them wait for other kindergartens. */
const JOINED = new Date('2026-11-09T04:00:00Z');
const BIRTH_YEAR = 2022;
const BORN = `${BIRTH_YEAR}-03-01`;
const PARENT_BORN = '1992-06-15';

/** All children go to `present`; the others are wished for, each in one chapter of the story. */
const HOUSES = {
  present: { name: 'Күншуақ', kk: 'Достық көшесі, 12', ru: 'улица Достык, 12', east: 0 },
  wished: { name: 'Балапан', kk: 'Абай көшесі, 5', ru: 'улица Абая, 5', east: 0.004 },
  second: { name: 'Айгөлек', kk: 'Бейбітшілік көшесі, 31', ru: 'улица Бейбитшилик, 31', east: 0.012 },
  free: { name: 'Жұлдыз', kk: 'Қабанбай батыр көшесі, 8', ru: 'улица Кабанбай батыра, 8', east: 0.02 },
  declined: { name: 'Қарлығаш', kk: 'Тәуелсіздік көшесі, 44', ru: 'улица Тауелсиздик, 44', east: 0.03 },
  refused: { name: 'Бөбек', kk: 'Жастар көшесі, 2', ru: 'улица Жастар, 2', east: 0.05 },
  silent: { name: 'Ботақан', kk: 'Желтоқсан көшесі, 7', ru: 'улица Желтоксан, 7', east: 0.065 },
  late: { name: 'Самал', kk: 'Ыбырай Алтынсарин көшесі, 19', ru: 'улица Ибрая Алтынсарина, 19', east: 0.08 },
} as const;
export type HouseName = keyof typeof HOUSES;

/** Parents by chapter, with the child; neighbours, whom nobody plays; staff. */
const NAMES = {
  kk: {
    main: ['Айнұр', 'Мирас'],
    free: ['Гүлмира', 'Аружан'],
    declines: ['Сәуле', 'Ерасыл'],
    refused: ['Бибігүл', 'Диас'],
    late: ['Мәдина', 'Інжу'],
    first: ['Қарлығаш', 'Томирис'],
    next: ['Зере', 'Алдияр'],
    third: ['Маржан', 'Сұлтан'],
    large: ['Балжан', 'Айша'],
    head: ['Раушан'],
    newHead: ['Бақыт'],
    operator: ['Жанар'],
  },
  ru: {
    main: ['Елена', 'Максим'],
    free: ['Ирина', 'София'],
    declines: ['Оксана', 'Кирилл'],
    refused: ['Татьяна', 'Алиса'],
    late: ['Светлана', 'Егор'],
    first: ['Надежда', 'Ева'],
    next: ['Юлия', 'Тимур'],
    third: ['Вера', 'Полина'],
    large: ['Любовь', 'Дарья'],
    head: ['Людмила'],
    newHead: ['Галина'],
    operator: ['Жанна'],
  },
} as const;
export type RoleName = keyof (typeof NAMES)['kk'];
const ROLES = Object.keys(NAMES.kk) as RoleName[];

const SURNAMES = {
  kk: { adult: 'Үлгіова', child: 'Үлгі', patronymic: 'Мысалқызы' },
  ru: { adult: 'Тестова', child: 'Тест', patronymic: 'Тестовна' },
} as const;

const DISTRICTS = {
  kk: { code: 'TSL', kind: 'DISTRICT', kk: 'Целиноград ауданы', ru: 'Целиноградский район', town: 'Ақмол' },
  ru: { code: 'KOK', kind: 'CITY', kk: 'Көкшетау қаласы', ru: 'город Кокшетау', town: 'Кокшетау' },
} as const;

const [LATITUDE, LONGITUDE] = [51.05, 71.02];

export interface PlayedPerson {
  readonly id: number;
  readonly name: string;
  readonly child: string;
  readonly iin: Iin;
  readonly childIin: Iin;
  readonly phone: string;
}

/** Whom one plays in a language, and their numbers; the same in every run. */
export function castOf(language: TextLanguage): Readonly<Record<RoleName, PlayedPerson>> {
  const people = ROLES.map((role, n) => {
    const [name, child = ''] = NAMES[language][role];
    const serial = 4100 + 60 * n;
    const person: PlayedPerson = {
      ...{ id: 700_000_401 + n, name, child, phone: `+770000009${String(41 + n)}` },
      iin: iinOf(PARENT_BORN, 'female', serial),
      childIin: iinOf(BORN, 'male', serial + 30),
    };
    return [role, person] as const;
  });
  return Object.fromEntries(people) as Record<RoleName, PlayedPerson>;
}

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

interface House {
  readonly id: KindergartenId;
  readonly group: GroupId;
}

async function housesOf(db: Db): Promise<Readonly<Record<HouseName, House>>> {
  const rows = await db.prisma.kindergarten.findMany({ include: { kindergarten_groups: true } });
  const found = Object.entries(HOUSES).map(([key, { name }]) => {
    const row = rows.find(({ name_kk }) => name_kk.includes(name));
    const [group] = row?.kindergarten_groups ?? [];
    if (row === undefined || group === undefined) throw new Error(`there is no ${name}`);
    return [key, { id: row.id as KindergartenId, group: group.id as GroupId }] as const;
  });
  return Object.fromEntries(found) as Record<HouseName, House>;
}

interface Means {
  readonly core: Core;
  readonly db: Db;
  /** Of the SMS that came last. */
  codeOf(phone: string): Promise<string>;
  now(): Date;
}

export type TransferMeans = ReturnType<typeof transferMeans>;

/** What the people of the region do behind the chats, each by an action of core. */
function transferMeans({ core, db, codeOf, now }: Means, language: TextLanguage) {
  const cast = castOf(language);

  async function actOf(role: RoleName): Promise<Act> {
    const where = { kind: 'PHONE', value: cast[role].phone };
    const { person_id } = await db.prisma.contact.findFirstOrThrow({ where, select: { person_id: true } });
    const personId = person_id as PersonId;
    return { personId, channel: 'BOT', login: { method: 'OTP', at: now() } };
  }

  async function applicationOf(role: RoleName): Promise<ApplicationId> {
    const { personId } = await actOf(role);
    const { items } = await core.applications.list(personId, 0, 1);
    const [application] = items;
    if (application === undefined) throw new Error(`${role} has no application`);
    return application.id;
  }

  async function sign(role: RoleName, prepare: (act: Act) => ReturnType<Core['signing']['prepareTransfer']>) {
    const act = await actOf(role);
    const { id } = await prepare(act);
    return core.signing.sign(act, id, await codeOf(cast[role].phone));
  }

  /** Puts the child in the queue by the form. */
  async function register(role: RoleName): Promise<void> {
    const act = await actOf(role);
    const [district] = await core.staff.districts();
    await core.drafts.begin(act, district?.id as DistrictId);
    await core.drafts.confirmRead(act);
    await core.drafts.setAddress(act, { city: 'Ақмол', street: 'Достық көшесі', house: '7' });
    await core.drafts.addChild(act, cast[role].childIin);
    await core.drafts.setHome(act, { latitude: LATITUDE, longitude: LONGITUDE });
    await sign(role, (own) => core.signing.prepareRegistration(own));
  }

  async function publish(house: HouseName, count = 1): Promise<Date> {
    const houses = await housesOf(db);
    const { pickOpensAt } = await core.staff.publish(await actOf('operator'), houses[house].group, count);
    return pickOpensAt;
  }

  /** Takes the place of the turn, and comes. */
  async function enrol(role: RoleName, house: HouseName): Promise<void> {
    const id = await applicationOf(role);
    const { group } = (await housesOf(db))[house];
    await sign(role, (act) => core.signing.prepareChoice(act, id, group));
    const referral = await core.referrals.ofApplication((await actOf(role)).personId, id);
    if (referral === null) throw new Error(`${role} has no referral`);
    const head = await actOf('head');
    await core.referrals.markArrived(head, referral.id);
    await core.referrals.accept(head, referral.id);
  }

  async function join(role: RoleName, ...wishes: readonly HouseName[]): Promise<void> {
    const id = await applicationOf(role);
    const houses = await housesOf(db);
    const wanted = wishes.map((house) => houses[house].id);
    await sign(role, (act) => core.signing.prepareWaitlist(act, id, wanted));
  }

  const entryOf = async (role: RoleName, house: HouseName) => {
    const { personId } = await actOf(role);
    const { id } = (await housesOf(db))[house];
    const { entries } = await core.waitlists.of(personId, await applicationOf(role));
    const entry = entries.find(({ kindergartenId }) => kindergartenId === id);
    if (entry === undefined) throw new Error(`${role} does not wait for ${house}`);
    return entry.id;
  };

  async function leave(role: RoleName, house: HouseName): Promise<void> {
    await core.waitlists.leave(await actOf(role), await entryOf(role, house));
  }

  async function accept(role: RoleName, house: HouseName): Promise<void> {
    const entry = await entryOf(role, house);
    await sign(role, (act) => core.signing.prepareTransfer(act, entry));
  }

  /** A benefit that was confirmed elsewhere. */
  async function benefit(role: RoleName): Promise<void> {
    const id = await applicationOf(role);
    await db.write(async (tx) => {
      await lockApplication(tx, id);
      await importBenefit(tx, now(), id, 'LARGE', null);
    });
  }

  async function transferOf(role: RoleName) {
    const { transfer } = await core.waitlists.of((await actOf(role)).personId, await applicationOf(role));
    if (transfer === null) throw new Error(`${role} goes nowhere`);
    return transfer;
  }

  return { register, publish, enrol, join, leave, accept, benefit, transferOf };
}

/** The same in a world that one plays in. */
export function meansOf({ core, db, clock, outbox }: ScreensWorld, language: TextLanguage): TransferMeans {
  const codeOf = async (phone: string) => {
    const sms = outbox.items().find(({ to, text }) => to === phone && /\d{6}/.test(text));
    return /\d{6}/.exec(sms?.text ?? '')?.[0] ?? '';
  };
  return transferMeans({ core, db, codeOf, now: clock.now }, language);
}

const FAMILIES = ROLES.filter((role) => NAMES.kk[role].length > 1);

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
