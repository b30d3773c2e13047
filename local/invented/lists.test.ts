import { afterAll, expect, it } from 'vitest';
import { sanityChecks } from '../../core/audit/sanity.ts';
import { addDays, at, civil, localDate } from '../../core/calendar/civil-date.ts';
import { fixedClock } from '../../core/clock.ts';
import { openDb } from '../../core/db/db.ts';
import type { Act, ApplicationId, KindergartenId, PersonId } from '../../core/index.ts';
import { createCore } from '../../core/index.ts';
import { openSandboxRegistry } from '../registry/sandbox.ts';
import { silent } from '../testing/core-world.ts';
import { testDatabase } from '../testing/database.ts';
import { memoryScanStore } from '../testing/memory-scans.ts';
import { fillInvented } from './fill.ts';
import { createRegistry } from './people.ts';
import { createRandom } from './random.ts';

// Sunday 22 November 2026, 10:00 in Kazakhstan.
const NOW = new Date('2026-11-22T05:00:00Z');
const config = {
  dataKey: Buffer.alloc(32, 9),
  publicUrl: 'https://kezek.example',
  supportPhone: '1414',
  digitalSignature: true,
};

const database = await testDatabase();
const db = openDb(database.url, { max: 4 });
afterAll(() => db.close());
const people = await fillInvented({
  ...config,
  databaseUrl: database.url,
  scanStore: memoryScanStore(),
  now: NOW,
  log: () => undefined,
  children: 40,
});
const sandbox = await openSandboxRegistry(database.pool);
const clock = fixedClock(NOW);
const codes = new Map<string, string>();
const core = createCore({
  db,
  clock,
  log: silent,
  config,
  ports: {
    registry: sandbox.registry,
    mobileBase: sandbox.mobileBase,
    sms: {
      send: async (phone, text) => {
        codes.set(phone, /\d{6}/.exec(text)?.[0] ?? '');
        return '';
      },
    },
  },
  scanStore: memoryScanStore(),
});

async function actOf(firstName: string): Promise<Act> {
  const { first_name: name, last_name: surname } = people.find((one) => one.first_name === firstName) ?? {};
  const { rows } = await database.pool.query<{ id: PersonId }>(
    `SELECT id FROM person WHERE name = $1 AND surname = $2 ORDER BY created_at LIMIT 1`,
    [name, surname],
  );
  if (rows[0] === undefined) throw new Error(`nobody is ${firstName}`);
  return { personId: rows[0].id, channel: 'WEB' };
}

const phoneOf = (firstName: string): string =>
  people.find((one) => one.first_name === firstName)?.phone ?? '';

async function listsOf(firstName: string) {
  const { personId } = await actOf(firstName);
  const [summary, ...more] = await core.waitlists.list(personId);
  if (summary === undefined || more.length > 0) throw new Error(`${firstName} has no child of the lists`);
  return core.waitlists.of(personId, summary.applicationId);
}

/** What one may wish for: how many wait there, and how many places are free. */
async function wishes(firstName: string, id: ApplicationId) {
  const { items } = await core.waitlists.kindergartens((await actOf(firstName)).personId, id, 0);
  return items;
}

/** Whom a head could let go: who goes to the kindergarten and waits for no other one. */
async function restful(firstName: string): Promise<{ head: Act; referralId: never }> {
  const head = await actOf(firstName);
  const { rows } = await database.pool.query<{ id: never }>(
    `SELECT r.id FROM referral r JOIN staff_role s ON s.kindergarten_id = r.kindergarten_id AND s.person_id = $1
      WHERE r.state = 'ACCEPTED' AND r.left_at IS NULL
        AND NOT EXISTS (SELECT FROM waitlist_entry w WHERE w.child_id = r.child_id)`,
    [head.personId],
  );
  return { head, referralId: rows[0]?.id as never };
}

it('have a parent who may join them: full kindergartens with waiting children, and one with free places', async () => {
  const view = await listsOf('Әсем');
  expect(view).toMatchObject({ childName: 'Мирас', role: 'OWNER', status: 'NONE', bar: null, entries: [] });
  const houses = await wishes('Әсем', view.applicationId);
  expect(
    houses.map(({ waiting, free }) => [waiting, free]).sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0)),
  ).toEqual([
    [0, 2],
    [6, 0],
    [10, 0],
  ]);
  const full = houses.filter(({ free }) => free === 0).map(({ kindergartenId }) => kindergartenId as string);
  const groups = await db.prisma.kindergarten_group.findMany({
    where: { kindergarten_id: { in: full }, birth_year: view.birthYear },
  });
  expect(groups.map(({ capacity, enrolled }) => capacity - enrolled)).toEqual([0, 0]);
});

it('show the linked second parent the same, and let the first applicant act', async () => {
  expect(await listsOf('Дәулет')).toMatchObject({ childName: 'Мирас', role: 'GUARDIAN', bar: 'ONLY_OWNER' });
});

it('have a parent who is the first of a list', async () => {
  const { entries } = await listsOf('Наталья');
  expect(entries.map(({ state, position, length }) => [state, position, length])).toEqual([
    ['WAITING', 1, 6],
  ]);
});

it('have heads of all four kindergartens, with the children who go there', async () => {
  const counts = await Promise.all(
    ['Салтанат', 'Людмила', 'Светлана', 'Райхан'].map(async (name) => {
      const head = await actOf(name);
      const role = await db.prisma.staff_role.findFirstOrThrow({ where: { person_id: head.personId } });
      return (await core.transfers.attending(head, role.kindergarten_id as KindergartenId, 0)).total;
    }),
  );
  expect(counts).toEqual([10, 4, 4, 0]);
});

it('give the referral at once where a place is free', async () => {
  const act = await actOf('Әсем');
  const { applicationId } = await listsOf('Әсем');
  const free = (await wishes('Әсем', applicationId)).find((house) => house.free > 0);
  const { id } = await core.signing.prepareWaitlist(act, applicationId, [
    free?.kindergartenId as KindergartenId,
  ]);
  const signed = await core.signing.sign(act, id, codes.get(phoneOf('Әсем')) ?? '');
  if (signed.kind !== 'WAITLIST' || signed.transfer === null) throw new Error('nothing was given');
  expect(signed.transfer).toMatchObject({ state: 'OPEN', safe: true });
  // Given up again, the place is offered as before.
  await core.referrals.cancel(act, signed.transfer.referralId);
  expect((await listsOf('Әсем')).transfer?.state).toBe('CANCELLED');
});

it('put a child of the priority class before those who joined earlier', async () => {
  const act = await actOf('Әсем');
  const { applicationId } = await listsOf('Әсем');
  const full = (await wishes('Әсем', applicationId)).filter(({ free }) => free === 0);
  const ids = full.map(({ kindergartenId }) => kindergartenId);
  const { id } = await core.signing.prepareWaitlist(act, applicationId, ids);
  await core.signing.sign(act, id, codes.get(phoneOf('Әсем')) ?? '');
  const entries = (await listsOf('Әсем')).entries.filter(({ state }) => state === 'WAITING');
  expect(entries.map(({ position, length }) => `${position} of ${length}`).sort()).toEqual([
    '1 of 7',
    '2 of 11',
  ]);
});

it('offer a place that a child has left, and go on by themselves where nobody answers', async () => {
  const { head, referralId } = await restful('Людмила');
  await core.transfers.recordDeparture(head, referralId, 'MOVED');
  const first = await db.prisma.waitlist_entry.findFirstOrThrow({ where: { state: 'PLACE_AVAILABLE' } });
  expect(first.benefit_class).toBe('PRIORITY');
  const wished = (await listsOf('Әсем')).entries.find(({ length }) => length === 10);
  expect(wished?.position).toBe(1);
  clock.set(at(addDays(localDate(first.answer_until ?? NOW), 1), '00:01'));
  while (await core.jobs.sweep());
  expect((await listsOf('Әсем')).status).toBe('PLACE_AVAILABLE');
  expect(await sanityChecks(db)).toEqual([]);
});

it('are drawn from a source of their own, and take numbers that nobody else gets', () => {
  const birth = civil('2022-01-05');
  const alone = createRegistry(createRandom('a'));
  const first = alone.iin(birth, 'female');
  const beside = createRegistry(createRandom('a'));
  const other = beside.drawingFrom(createRandom('a').fork('lists'));
  const taken = [other.iin(birth, 'female'), other.phone()];
  expect(beside.iin(birth, 'female')).toBe(first);
  expect(taken).not.toContain(first);
  expect(beside.phone()).not.toBe(taken[1]);
});
