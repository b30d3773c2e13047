import { beforeAll, describe, expect, it } from 'vitest';
import { coreWorld } from '../../local/testing/core-world.ts';
import { civil } from '../calendar/civil-date.ts';
import { runPolicyCommand } from './command.ts';
import { policyOn } from './policy.ts';

// Monday 16 November 2026.
const world = await coreWorld({ start: '2026-11-16T04:00:00Z' });
const { db, clock } = world;
const run = (...args: readonly string[]) => runPolicyCommand({ db, clock }, args);
const on = (district: string, day: string) => db.write((tx) => policyOn(tx, district, civil(day)));
const rowsOf = async (key: string) =>
  (
    await db.pool.query<{ value: unknown; from: string; to: string | null; basis: string }>(
      'SELECT value, valid_from AS from, valid_to AS to, basis FROM policy WHERE key = $1 ORDER BY id',
      [key],
    )
  ).rows;

let aaa: string;
let bbb: string;
beforeAll(async () => {
  aaa = await world.district('AAA', 'A_DEFAULT');
  bbb = await world.district('BBB', 'A_DEFAULT');
});

describe('npm run policy', () => {
  it('sets a rule of one district from today, with its legal basis', async () => {
    expect(await run('aaa', 'waitlist.enabled', 'true', 'order № 12')).toBe(
      'set: AAA waitlist.enabled true from 2026-11-16',
    );
    expect((await on(aaa, '2026-11-16'))['waitlist.enabled']).toBe(true);
    expect((await on(aaa, '2026-11-15'))['waitlist.enabled']).toBe(false);
    expect((await on(bbb, '2026-11-16'))['waitlist.enabled']).toBe(false);
    const listed = await run('AAA');
    expect(listed).toMatch(/^AAA \(A_DEFAULT\) on 2026-11-16\n/);
    expect(listed).toMatch(/\n {2}waitlist\.enabled +true · district from 2026-11-16: order № 12\n/);
    expect(listed).toMatch(/\n {2}waitlist\.answer +"2WD" · preset\n/);
  });

  it('closes the row that held; of two of one day the later one decides; later rows take over on their day', async () => {
    const key = 'waitlist.maxKindergartens';
    await run('AAA', key, '3', 'first');
    await run('AAA', key, '5', 'second', '--from', '2027-01-01');
    expect(await run('AAA', key, '2', 'third', '--from=2026-12-01')).toBe(
      `set: AAA ${key} 2 from 2026-12-01\nuntil the row of 2027-01-01: 5`,
    );
    expect(await run('AAA', key, '1', 'fourth', '--from', '2026-12-01')).toContain('2027-01-01');
    const days = ['2026-11-16', '2026-11-30', '2026-12-01', '2026-12-31', '2027-01-01'];
    const values = await Promise.all(days.map(async (day) => (await on(aaa, day))[key]));
    expect(values).toEqual([3, 3, 1, 1, 5]);
    expect(await rowsOf(key)).toEqual([
      { value: 3, from: '2026-11-16', to: '2026-11-30', basis: 'first' },
      { value: 5, from: '2027-01-01', to: null, basis: 'second' },
      { value: 2, from: '2026-12-01', to: '2026-12-01', basis: 'third' },
      { value: 1, from: '2026-12-01', to: null, basis: 'fourth' },
    ]);
    expect(await run('AAA')).toContain('5 · district from 2027-01-01: second');
    expect(await run('AAA', '--from', '2027-01-01')).toMatch(/maxKindergartens +5 · district/);
  });

  it('sets the region’s row for ALL, and says where a district goes its own way', async () => {
    expect(await run('ALL')).toBe('ALL on 2026-11-16\n  nothing: the presets of the districts hold');
    await run('AAA', 'waitlist.answer', '3WD', 'of the district');
    expect(await run('all', 'waitlist.answer', '4WD', 'of the region')).toBe(
      'set: ALL waitlist.answer "4WD" from 2026-11-16\nnot in AAA: a row of the district goes before the region\'s',
    );
    expect((await on(bbb, '2026-11-16'))['waitlist.answer']).toBe('4WD');
    expect((await on(aaa, '2026-11-16'))['waitlist.answer']).toBe('3WD');
    expect(await run('ALL')).toMatch(
      /\n {2}waitlist\.answer +"4WD" · region from 2026-11-16: of the region$/,
    );
    expect(await run('BBB')).toMatch(/waitlist\.answer +"4WD" · region from /);
  });

  it('takes words as they are typed, and JSON for the rest', async () => {
    await run('BBB', 'bulletin.publishTime', '17:30', 'b');
    await run('BBB', 'publication.freeze', '08-01/08-31', 'b');
    await run('BBB', 'auth.methods', '["EDS"]', 'b');
    expect(await on(bbb, '2026-11-16')).toMatchObject({
      'bulletin.publishTime': '17:30',
      'publication.freeze': '08-01/08-31',
      'auth.methods': ['EDS'],
    });
    await run('BBB', 'publication.freeze', 'null', 'b');
    expect((await on(bbb, '2026-11-16'))['publication.freeze']).toBeNull();
    expect(await run('BBB')).toMatch(/publication\.freeze +null · district/);
  });

  it.each([
    [[], /^policy: it must be: <district code or ALL>/],
    [['XYZ'], /^no district "XYZ": it must be one of ALL, AAA, BBB/],
    [['AAA', 'waitlist.enabled'], /^policy: it must be/],
    [['AAA', 'waitlist.enabled', 'true'], /^policy: it must be/],
    [['AAA', 'waitlist.enabled', 'true', 'b', 'more'], /^policy: it must be/],
    [['AAA', 'waitlist.enabled', 'true', 'b', '--form', '2027-01-01'], /^policy: it must be/],
    [['AAA', 'waitlist.enabled', 'true', ' '], /^the legal basis is missing/],
    [['AAA', 'waitlist.enable', 'true', 'b'], /^no rule "waitlist\.enable": .*waitlist\.enabled, waitlist\./],
    [['AAA', 'constructor', 'true', 'b'], /^no rule "constructor": .*ratio\.priority/],
    [['AAA', 'waitlist.enabled', 'yes', 'b'], /^waitlist\.enabled cannot be yes: .*boolean/],
    [['AAA', 'waitlist.answer', '2 days', 'b'], /^waitlist\.answer cannot be 2 days: /],
    [['AAA', 'waitlist.maxKindergartens', '0', 'b'], /^waitlist\.maxKindergartens cannot be 0: /],
    [['AAA', 'waitlist.enabled', 'true', 'b', '--from', '2026-11-31'], /is no day/],
    [['AAA', 'waitlist.enabled', 'true', 'b', '--from', '2026-11-15'], /^--from 2026-11-15 has passed/],
  ])('says in one line what is wrong with %j', async (args, line) => {
    const before = await db.prisma.policy.count();
    const error = await run(...args).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'UsageError', message: expect.stringMatching(line) });
    expect((error as Error).message).not.toContain('\n');
    expect(await db.prisma.policy.count()).toBe(before);
  });

  it('shows a row that darkens a district, and puts it right', async () => {
    const district = await world.district('CCC');
    const wrong = { district_id: district, valid_from: new Date('2026-01-01'), basis: 'by hand' };
    await db.prisma.policy.createMany({
      data: [
        { ...wrong, key: 'turn.window', value: '3 days' },
        { ...wrong, key: 'turn.windw', value: '3WD' },
      ],
    });
    const listed = await run('CCC');
    expect(listed).toMatch(/turn\.window +"3 days" WRONG \(.+\) · district/);
    expect(listed).toMatch(/turn\.windw +"3WD" WRONG \(no such rule\) · district/);
    await run('CCC', 'turn.window', '3WD', 'set right');
    expect(await run('CCC')).toMatch(/turn\.window +"3WD" · district from 2026-11-16: set right/);
  });

  it('changed twice at once, leaves one row that holds', async () => {
    const key = 'interest.months';
    await Promise.all(['6', '7', '8'].map((months) => run('BBB', key, months, 'at once')));
    const open = (await rowsOf(key)).filter(({ to }) => to === null);
    expect(open).toHaveLength(1);
  });
});
