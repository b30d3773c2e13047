import { lockApplication } from '../../../core/application/move.ts';
import { importBenefit } from '../../../core/benefit/standing.ts';
import type { Db } from '../../../core/db/db.ts';
import type {
  Act,
  ApplicationId,
  Core,
  DistrictId,
  GroupId,
  KindergartenId,
  PersonId,
} from '../../../core/index.ts';
import type { TextLanguage } from '../../../locales/index.ts';
import { castOf, HOUSES, type HouseName, LATITUDE, LONGITUDE, type RoleName } from './transfer-cast.ts';
import type { ScreensWorld } from './world.ts';

interface House {
  readonly id: KindergartenId;
  readonly group: GroupId;
}

export async function housesOf(db: Db): Promise<Readonly<Record<HouseName, House>>> {
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
export function transferMeans({ core, db, codeOf, now }: Means, language: TextLanguage) {
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
