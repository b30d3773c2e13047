import { afterEach, describe, expect, it } from 'vitest';
import { coreWorld, type Family } from '../../local/testing/core-world.ts';
import { sanityChecks } from '../audit/sanity.ts';
import { addDays, at as atTime, localDate } from '../calendar/civil-date.ts';
import type { ApplicationId, DocumentId, ReferralId } from '../ids.ts';
import { type Joined, joinedStage, refusal } from './testing/stage.ts';

// Monday 23 November 2026, 10:00 in Kazakhstan.
const world = await coreWorld({ start: '2026-11-23T05:00:00Z' });
const { core, db, clock } = world;
const { admin, joined, withTurn, referralOf, linkId } = await joinedStage(world);

afterEach(async () => {
  expect(await sanityChecks(db)).toEqual([]);
});

const noticesAbout = async ({ id }: Joined, { personId }: Family): Promise<string[]> =>
  (
    await db.prisma.notice.findMany({
      where: { person_id: personId, application_id: id, code: { not: 'N35a' } },
      orderBy: { id: 'asc' },
    })
  ).map(({ code }) => code);

/** Everything of an application that is there to be seen, asked for by one person. */
const looks = ({ id, group }: Joined, { personId }: Family) => ({
  card: () => core.applications.card(personId, id),
  unmet: () => core.applications.unmet(personId, id),
  position: () => core.queues.position(personId, id),
  places: () => core.places.free(personId, id, {}, 0),
  group: () => core.places.group(personId, id, group),
  round: () => core.places.openRound(personId, id),
});

describe('seeing', () => {
  it('is the same for both parents, but for what each may do', async () => {
    const s = await withTurn();
    const [own, theirs] = [looks(s, s.owner), looks(s, s.other)];
    expect(await theirs.position()).toEqual(await own.position());
    expect(await theirs.round()).toEqual(await own.round());
    expect((await theirs.places()).total).toBe(1);
    const rights = { role: '', canSign: false, canChoose: false, canWithdraw: false };
    expect({ ...(await theirs.card()), ...rights }).toEqual({ ...(await own.card()), ...rights });
    expect(await core.applications.card(s.other.personId, s.id)).toMatchObject({
      role: 'GUARDIAN',
      canSign: false,
      canChoose: false,
      canWithdraw: false,
    });
    expect(await core.applications.unmet(s.other.personId, s.id)).toEqual([
      { code: 'ONLY_OWNER', from: null, position: null },
    ]);
    expect(await core.places.group(s.other.personId, s.id, s.group)).toMatchObject({ available: 'NO' });
    expect(await core.places.group(s.owner.personId, s.id, s.group)).toMatchObject({ available: 'CHOOSE' });
  });

  it('includes referral, history, documents and their papers', async () => {
    const s = await withTurn();
    await world.choose(s.owner, s.id, s.group);
    const [own, theirs] = [
      await core.referrals.ofApplication(s.owner.personId, s.id),
      await core.referrals.ofApplication(s.other.personId, s.id),
    ];
    expect(own).toMatchObject({ canCancel: true, canExtend: true });
    expect(theirs).toEqual({ ...own, canCancel: false, canExtend: false, extendLimit: null });
    expect(await core.referrals.byId(s.other.personId, own?.id as ReferralId)).toEqual(theirs);
    const history = await core.applications.history(s.other.personId, s.id, 0, 20);
    expect(history.total).toBe((await core.applications.history(s.owner.personId, s.id, 0, 20)).total);
    const documents = await core.applications.documents(s.other.personId, s.id);
    expect(documents.map(({ kind }) => kind).sort()).toEqual(['REFERRAL', 'REGISTRATION']);
    for (const { id } of documents) {
      const mine = await core.documents.file(s.other.personId, id, 'kk');
      expect(mine.content.equals((await core.documents.file(s.owner.personId, id, 'kk')).content)).toBe(true);
    }
  });

  it('is nobody else’s, and ends with the link', async () => {
    const s = await withTurn();
    await world.choose(s.owner, s.id, s.group);
    const referral = await referralOf(s);
    const [document] = await core.applications.documents(s.owner.personId, s.id);
    const stranger = await world.person();
    await core.guardians.unlink(s.other.act, await linkId(s));
    for (const person of [stranger, s.other]) {
      for (const look of Object.values(looks(s, person))) {
        expect(await refusal(look())).toBe('application.unknown');
      }
      expect(await core.referrals.ofApplication(person.personId, s.id)).toBeNull();
      expect(await refusal(core.referrals.byId(person.personId, referral))).toBe('referral.unknown');
      expect((await core.applications.history(person.personId, s.id, 0)).items).toEqual([]);
      expect(await core.applications.documents(person.personId, s.id)).toEqual([]);
      const file = core.documents.file(person.personId, document?.id as DocumentId, 'kk');
      expect(await refusal(file)).toBe('document.unknown');
      expect((await core.applications.list(person.personId, 0)).items).toEqual([]);
    }
  });

  it('has own and joined applications in one journal, page by page', async () => {
    const s = await joined();
    const own: ApplicationId[] = [];
    for (const birth of ['2022-02-02', '2024-04-04']) {
      own.push(await world.enqueue(s.other, birth, { at: `2026-11-2${own.length}T05:00:00Z` }));
    }
    const whole = await core.applications.list(s.other.personId, 0);
    expect(whole.items.map(({ id, role }) => [id, role])).toEqual([
      [s.id, 'GUARDIAN'],
      [own[1], 'OWNER'],
      [own[0], 'OWNER'],
    ]);
    const pages = await Promise.all(
      [0, 1, 2].map((page) => core.applications.list(s.other.personId, page, 1)),
    );
    expect(pages.map(({ total, pages: n, items }) => [total, n, items[0]?.id])).toEqual([
      [3, 3, s.id],
      [3, 3, own[1]],
      [3, 3, own[0]],
    ]);
    expect((await core.applications.list(s.owner.personId, 0)).items).toMatchObject([{ role: 'OWNER' }]);
  });
});

describe('places near', () => {
  it('know the child’s year for both parents, and the home for the first applicant alone', async () => {
    const s = await withTurn();
    await db.prisma.application.update({
      where: { id: s.id },
      data: { home_latitude: 51.123, home_longitude: 71.456 },
    });
    const [own, theirs] = [
      await core.kindergartens.origins(s.owner.personId),
      await core.kindergartens.origins(s.other.personId),
    ];
    expect([own.years, theirs.years]).toEqual([[2023], [2023]]);
    expect(own.homes).toMatchObject([{ applicationId: s.id }]);
    expect(theirs.homes).toEqual([]);
  });
});

describe('notices', () => {
  it('of DOMAIN §9 for both go to both, each once; those of the applicant to the applicant', async () => {
    const s = await withTurn();
    await world.choose(s.owner, s.id, s.group);
    for (const kind of ['SELF_CANCEL', 'SHOW_UP']) {
      const { due_at } = await db.prisma.timer.findFirstOrThrow({
        where: { application_id: s.id, kind, state: 'PENDING' },
      });
      await world.moveTo(due_at);
    }
    expect(await noticesAbout(s, s.owner)).toEqual(['N1', 'N10', 'N12', 'N12c', 'N12r']);
    expect(await noticesAbout(s, s.other)).toEqual(['N10', 'N12', 'N12c', 'N12r']);
    // A late or second worker owes no reminder twice.
    await db.prisma.timer.updateMany({
      where: { application_id: s.id, kind: 'SHOW_UP' },
      data: { due_at: clock.now() },
    });
    await world.moveTo(clock.now());
    expect(await noticesAbout(s, s.other)).toEqual(['N10', 'N12', 'N12c', 'N12r']);
    const deliveries = await db.prisma.delivery.findMany({
      where: { notice: { application_id: s.id, person_id: s.other.personId, code: 'N12' } },
    });
    expect(deliveries.map(({ channel }) => channel)).toEqual(['SMS']);
  });

  it('tell both of what either did', async () => {
    const s = await joined();
    clock.set(new Date(atTime(addDays(localDate(clock.now()), 330), '12:00')));
    await core.applications.confirmInterest(s.other.act, s.id);
    await core.applications.withdraw(s.owner.act, s.id);
    for (const parent of [s.owner, s.other]) {
      expect((await noticesAbout(s, parent)).filter((code) => code !== 'N1')).toEqual(['N21', 'N19']);
    }
    const confirmed = await db.prisma.interest_confirmation.findFirstOrThrow({
      where: { application_id: s.id },
    });
    expect(confirmed.person_id).toBe(s.other.personId);
    await core.applications.undoWithdrawal(s.owner.act, s.id);
  });

  it('reach both by broadcast too, each person once', async () => {
    const s = await joined();
    await world.enqueue(s.other, '2023-03-03', { district: s.district });
    const chat = (personId: string, address: string) =>
      db.prisma.messenger_account.create({
        data: {
          channel: 'TELEGRAM',
          address,
          person_id: personId,
          logged_in_at: clock.now(),
          verified_at: clock.now(),
          verified_by: 'OTP',
          created_at: clock.now(),
        },
      });
    await chat(s.owner.personId, `b${s.id}`);
    await chat(s.other.personId, `c${s.id}`);
    const audience = { districtId: s.district, birthYear: 2023 };
    const { id } = await core.broadcasts.draft(admin, { kk: 'Сәлем!', ru: 'Привет!' }, audience);
    await core.broadcasts.start(admin, id, { address: '1', message: '1' });
    expect(await db.prisma.broadcast_recipient.count({ where: { broadcast_id: id } })).toBe(2);
  });
});
