import { randomUUID } from 'node:crypto';
import { afterAll } from 'vitest';
import { lockApplication } from '../../core/application/move.ts';
import { importBenefit } from '../../core/benefit/standing.ts';
import { type CivilDate, civil } from '../../core/calendar/civil-date.ts';
import { fixedClock } from '../../core/clock.ts';
import { createSecrets } from '../../core/db/crypto.ts';
import { openDb } from '../../core/db/db.ts';
import type {
  ApplicationId,
  ClaimId,
  DistrictId,
  GroupId,
  KindergartenId,
  PersonId,
} from '../../core/ids.ts';
import type { Act, Core } from '../../core/index.ts';
import { createCore } from '../../core/index.ts';
import { type Iin, makeIin } from '../../core/people/iin.ts';
import { openSandboxRegistry } from '../registry/sandbox.ts';
import { testDatabase } from './database.ts';
import { memoryScanStore } from './memory-scans.ts';

export interface Family {
  readonly personId: PersonId;
  readonly act: Act;
  readonly phone: string;
  readonly iin: Iin;
}

/** A small invented district over a real database, with the clock in the test's hand. */
export type CoreWorld = Awaited<ReturnType<typeof coreWorld>>;

export const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A benefit of each class. */
export const BENEFITS = { EXTRAORDINARY: 'MIL', PRIORITY: 'LARGE' } as const;

let serial = 9000;

/** An IIN that nobody used before in this process, with valid check digits. */
export function freshIin(birth: string): Iin {
  for (;;) {
    serial = serial >= 9999 ? 1000 : serial + 1;
    const iin = makeIin(civil(birth), serial % 2 === 0 ? 'female' : 'male', serial);
    if (iin !== undefined) return iin;
  }
}

/** Call at the top level of a test file. `preset`: the policy preset of its one district; `publicUrl`: where its pages are. */
export async function coreWorld(options: { start?: string; preset?: string; publicUrl?: string } = {}) {
  const database = await testDatabase();
  const db = openDb(database.url, { max: 8 });
  afterAll(() => db.close());
  const sandbox = await openSandboxRegistry(database.pool);
  const clock = fixedClock(options.start ?? '2026-11-23T05:00:00Z');
  const sms: { phone: string; text: string }[] = [];
  const errors: string[] = [];
  const dataKey = Buffer.alloc(32, 7);
  const scanStore = memoryScanStore();
  const core: Core = createCore({
    db,
    clock,
    log: { ...silent, error: (fields, message) => void errors.push(`${message} ${JSON.stringify(fields)}`) },
    config: {
      dataKey,
      publicUrl: options.publicUrl ?? 'https://kezek.example',
      supportPhone: '+77162000000',
      digitalSignature: true,
    },
    ports: {
      registry: sandbox.registry,
      mobileBase: sandbox.mobileBase,
      sms: {
        send: async (phone, text) => {
          sms.push({ phone, text });
          return 'ref';
        },
      },
    },
    scanStore,
  });
  const secrets = createSecrets(dataKey);
  const tselinograd = await db.prisma.district.create({
    data: {
      code: 'TSL',
      kind: 'DISTRICT',
      name_kk: 'Целиноград ауданы',
      name_ru: 'Целиноградский район',
      policy_preset: options.preset ?? 'A_TSELINOGRAD',
    },
  });
  const districtId = tselinograd.id as DistrictId;

  async function person(): Promise<Family> {
    const iin = freshIin('1990-05-05');
    const phone = `+7701${String(1_000_000 + serial * 7).slice(-7)}`;
    await sandbox.add({
      persons: [
        { iin, surname: 'Сыналова', name: 'Айгүл', patronymic: null, birthDate: civil('1990-05-05') },
      ],
      phones: [{ iin, phone }],
    });
    const row = await db.prisma.person.create({
      data: {
        ...secrets.sealIin(iin),
        surname: 'Сыналова',
        name: 'Айгүл',
        birth_date: new Date('1990-05-05'),
        created_at: clock.now(),
        contact: undefined,
      } as never,
      select: { id: true },
    });
    const personId = row.id as PersonId;
    await db.prisma.contact.create({
      data: {
        person_id: personId,
        kind: 'PHONE',
        value: phone,
        is_main: true,
        confirmed_at: clock.now(),
        created_at: clock.now(),
      },
    });
    return {
      personId,
      // Logged in just now, whenever that is.
      get act(): Act {
        return { personId, channel: 'BOT', login: { method: 'OTP', at: clock.now() } };
      },
      phone,
      iin,
    };
  }

  /** Lets the registry know a child and one parent of it. */
  async function born(family: Family, iin: Iin, birth: string): Promise<void> {
    await sandbox.add({
      persons: [{ iin, surname: 'Сыналов', name: 'Нұрлан', patronymic: null, birthDate: civil(birth) }],
      parents: [{ child: iin, parent: family.iin }],
    });
  }

  /** One more district. */
  async function district(code: string, preset = options.preset ?? 'A_TSELINOGRAD'): Promise<DistrictId> {
    const row = await db.prisma.district.create({
      data: {
        code,
        kind: 'CITY',
        name_kk: `${code} қаласы`,
        name_ru: `город ${code}`,
        policy_preset: preset,
      },
    });
    return row.id as DistrictId;
  }

  /** Registers a child of `family` born on `birth`; other districts by id. */
  async function enqueue(
    family: Family,
    birth: string,
    more: {
      at?: string;
      benefit?: 'EXTRAORDINARY' | 'PRIORITY' | 'COMMON';
      language?: 'kk' | 'ru';
      district?: DistrictId;
      iin?: Iin;
    } = {},
  ): Promise<ApplicationId> {
    const iin = more.iin ?? freshIin(birth);
    await born(family, iin, birth);
    const { id } = await core.applications.register(family.act, {
      childIin: iin,
      districtId: more.district ?? districtId,
      preferredLanguage: more.language ?? null,
      ...(more.at === undefined ? {} : { registeredAt: new Date(more.at) }),
    });
    if (more.benefit !== undefined && more.benefit !== 'COMMON') await confirmed(id, BENEFITS[more.benefit]);
    return id;
  }

  /** Gives an application a benefit that was confirmed elsewhere. */
  async function confirmed(
    id: ApplicationId,
    category: string,
    until: CivilDate | null = null,
  ): Promise<ClaimId> {
    return db.write(async (tx) => {
      await lockApplication(tx, id);
      return importBenefit(tx, clock.now(), id, category, until);
    });
  }

  async function kindergarten(name = 'Балдырған', inDistrict = districtId): Promise<KindergartenId> {
    const row = await db.prisma.kindergarten.create({
      data: {
        district_id: inDistrict,
        name_kk: `«${name}» балабақшасы`,
        name_ru: `Детский сад «${name}»`,
        address_kk: 'Ақмол ауылы, Достық көшесі, 1',
        address_ru: 'село Акмол, улица Достык, 1',
        latitude: 51.1,
        longitude: 71.2,
      },
      select: { id: true },
    });
    return row.id as KindergartenId;
  }

  async function group(
    kindergartenId: KindergartenId,
    birthYear: number,
    language: 'kk' | 'ru' | 'mixed' = 'kk',
    capacity = 25,
  ): Promise<GroupId> {
    const row = await db.prisma.kindergarten_group.create({
      data: { kindergarten_id: kindergartenId, name: 'Күншуақ', birth_year: birthYear, language, capacity },
      select: { id: true },
    });
    return row.id as GroupId;
  }

  async function staff(role: { operator: true } | { head: KindergartenId } | { admin: true }): Promise<Act> {
    const family = await person();
    await db.prisma.staff_role.create({
      data: {
        person_id: family.personId,
        granted_at: clock.now(),
        ...('head' in role
          ? { role: 'KINDERGARTEN_HEAD', kindergarten_id: role.head }
          : 'admin' in role
            ? { role: 'REGION_ADMIN' }
            : { role: 'OPERATOR', district_id: districtId }),
      },
    });
    return family.act;
  }

  /** The clock to this moment, and everything done that is due by then. */
  async function moveTo(at: string | Date): Promise<void> {
    clock.set(at);
    while (await core.jobs.sweep());
    if (errors.length > 0) throw new Error(errors.join('\n'));
  }

  /** Choice and signature by the code from the SMS. */
  async function choose(family: Family, application: ApplicationId, groupId: GroupId) {
    const prepared = await core.signing.prepareChoice(family.act, application, groupId);
    return core.signing.sign(family.act, prepared.id, lastCode(family.phone));
  }

  const lastCode = (phone: string): string =>
    /\d{6}/.exec(sms.findLast((message) => message.phone === phone)?.text ?? '')?.[0] ?? '';
  const notices = async (personId: PersonId): Promise<string[]> =>
    (await db.prisma.notice.findMany({ where: { person_id: personId }, orderBy: { id: 'asc' } })).map(
      (row) => row.code,
    );
  const stateOf = async (id: ApplicationId): Promise<string> =>
    (await db.prisma.application.findUniqueOrThrow({ where: { id } })).state;

  return {
    core,
    db,
    clock,
    sms,
    sandbox,
    secrets,
    scanStore,
    districtId,
    database,
    errors,
    person,
    born,
    district,
    enqueue,
    confirmed,
    kindergarten,
    group,
    staff,
    moveTo,
    choose,
    lastCode,
    notices,
    stateOf,
    random: randomUUID,
  };
}
