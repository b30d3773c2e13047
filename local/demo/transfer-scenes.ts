import { StepFailed } from './failed.ts';
import type { Player } from './player.ts';
import type { DemoProgram } from './program.ts';
import { logIn } from './scenes.ts';
import type { Stage } from './stage.ts';
import { lineOf } from './words.ts';

/** The people of the waiting lists (local/invented/lists.ts). */
export interface ListsCast {
  readonly asem: Player;
  readonly daulet: Player;
  readonly natalya: Player;
  /** The heads: of the kindergarten to which both children go, of the two full ones, of the one with a free place. */
  readonly present: Player;
  readonly wished: Player;
  readonly second: Player;
  readonly free: Player;
}

/** The name of a head's kindergarten, as its card says it. */
export function houseOf(head: Player): { readonly kk: string; readonly ru: string } {
  const named = (role: string) => role.slice(role.indexOf(', ') + 2);
  return { kk: named(head.role.kk), ru: named(head.role.ru) };
}

/** What stands between the quotation marks: buttons are too narrow for more. */
export function shortOf(head: Player, { language }: Pick<Player, 'language'>): string {
  return /«([^»]+)»/.exec(houseOf(head)[language])?.[1] ?? '';
}

/** A menu of its own: an earlier one may still be in sight, and its buttons lead nowhere any more. */
async function openMenu(player: Player): Promise<void> {
  const before = player.lastMessageId;
  player.command('menu');
  await player.seesAfter(before, 'the menu', { key: 'menu.choose' });
}

/** «Күту тізімі» of the menu, and the child's application in it. Answers the message after which its screen stands. */
export async function openLists(player: Player, child: string, attends: Player): Promise<number> {
  const before = player.lastMessageId;
  await openMenu(player);
  await player.tap({ key: 'menu.waitlist' });
  const list = [{ key: 'waitlist.what' }, child] as const;
  await player.seesAfter(before, 'the applications of children who go to a kindergarten', ...list);
  await player.tap(`${child} · №`);
  const name = houseOf(attends)[player.language];
  await player.seesAfter(
    before,
    'where the child goes',
    lineOf(player.language, 'waitlist.attends', { name }),
  );
  return before;
}

/** The information window, and the kindergartens in the order of wish, up to the ways to sign. */
export async function pickKindergartens(player: Player, heads: readonly Player[]): Promise<void> {
  await player.tap({ key: 'waitlist.join' });
  await player.sees(
    'the information window with the district’s terms (S2)',
    { key: 'waitlist.info.how' },
    { key: 'transfer.late.ARCHIVE' },
    { key: 'transfer.safe' },
  );
  await player.tap({ key: 'waitlist.info.ok' });
  await player.sees('the kindergartens one may wish for', { key: 'waitlist.pick.title' });
  for (const [n, head] of heads.entries()) {
    await player.tapInList(`☐ ${shortOf(head, player)}`);
    await player.sees(
      `wish ${n + 1} is ticked`,
      lineOf(player.language, 'waitlist.pick.wish', { n: n + 1 }),
      houseOf(head)[player.language],
    );
  }
  await player.tap({ key: 'waitlist.pick.next' });
}

/** The code of the SMS as the signature. */
export async function signByCode(player: Player): Promise<void> {
  const before = player.smsCount;
  await player.tap({ key: 'sign.byCode' });
  await player.sees('the signing code is asked', { key: 'code.signTitle' });
  player.type(await player.code('signature', before));
}

/** The place in a list, as the screen of the application tells it. */
export function placeLine(player: Player, head: Player, n: number, length: number): string {
  return lineOf(player.language, 'waitlist.place', { name: houseOf(head)[player.language], n, length });
}

/** A head logs in and opens the desk. */
export async function atDesk(head: Player, email: string): Promise<void> {
  await logIn(head, email);
  await openDesk(head);
}

export async function openDesk(head: Player): Promise<void> {
  await openMenu(head);
  await head.tap({ key: 'menu.staff' });
  await head.sees('the desk of staff', { key: 'staff.title' });
}

/** «Бала шықты»: a child that waits for nothing has left, so that its place is free. From the desk. */
export async function recordDeparture(program: DemoProgram, head: Player): Promise<void> {
  const child = await restfulChild(program, head);
  await head.tap({ key: 'leaving.kids' });
  await head.sees('the children of the kindergarten', { key: 'leaving.kidsHelp' });
  await head.tapInList(child);
  await head.sees('the reason is asked', { key: 'leaving.goneWhy' }, child);
  await head.tap({ key: 'reason.MOVED' });
  await head.sees('what it means, once more', { key: 'leaving.goneAsk' }, { key: 'reason.MOVED' });
  await head.tap({ key: 'leaving.goneYes' });
  await head.sees('the departure is registered', { key: 'leaving.goneDone' });
}

/** Surname and name of somebody who goes to the head's kindergarten and is in no list. */
async function restfulChild({ db }: DemoProgram, head: Player): Promise<string> {
  const { rows } = await db.pool.query<{ name: string }>(
    `SELECT c.surname || ' ' || c.name AS name FROM referral r JOIN child c ON c.id = r.child_id
       JOIN kindergarten k ON k.id = r.kindergarten_id JOIN district d ON d.id = k.district_id
      WHERE d.code = 'STP' AND k.name_kk = $1 AND r.state = 'ACCEPTED' AND r.left_at IS NULL
        AND NOT EXISTS (SELECT FROM waitlist_entry w WHERE w.child_id = r.child_id)
      ORDER BY 1 LIMIT 1`,
    [houseOf(head).kk],
  );
  if (rows[0] === undefined) throw new StepFailed('everybody of this kindergarten waits for another one');
  return rows[0].name;
}

/** How many places of a kindergarten of the lists stand in a state. */
export async function placesIn({ db }: DemoProgram, head: Player, state: string): Promise<number> {
  const { rows } = await db.pool.query<{ n: number }>(
    `SELECT count(*)::integer AS n FROM place p JOIN kindergarten k ON k.id = p.kindergarten_id
       JOIN district d ON d.id = k.district_id WHERE d.code = 'STP' AND k.name_kk = $1 AND p.state = $2`,
    [houseOf(head).kk, state],
  );
  return rows[0]?.n ?? 0;
}

/** What the database knows of a transfer: held against what is told. */
export async function transferMustBe(
  program: DemoProgram,
  step: string,
  applicationId: string,
  wanted: { readonly transfer: string; readonly referral: string; readonly voucher: string },
): Promise<void> {
  const { rows } = await program.db.pool.query<typeof wanted>(
    `SELECT t.state AS transfer, r.state AS referral, v.state AS voucher FROM transfer t
       JOIN referral r ON r.id = t.referral_id JOIN voucher v ON v.id = t.voucher_id
      WHERE t.application_id = $1 ORDER BY t.issued_at DESC LIMIT 1`,
    [applicationId],
  );
  const found = rows[0];
  for (const what of ['transfer', 'referral', 'voucher'] as const)
    if (found?.[what] !== wanted[what])
      throw new StepFailed(`${step}: the ${what} is ${found?.[what] ?? 'not there'}, not ${wanted[what]}`);
}

/** Where the child goes now, by the kindergarten's Kazakh name; undefined: nowhere. */
export async function attends({ db }: DemoProgram, applicationId: string): Promise<string | undefined> {
  const { rows } = await db.pool.query<{ name: string }>(
    `SELECT k.name_kk AS name FROM application a
       JOIN referral r ON r.child_id = a.child_id AND r.state = 'ACCEPTED' AND r.left_at IS NULL
       JOIN kindergarten k ON k.id = r.kindergarten_id WHERE a.id = $1`,
    [applicationId],
  );
  return rows[0]?.name;
}

/** How many more children a kindergarten of the lists could take into the groups of a year: capacity less the enrolled. */
export async function roomIn({ db }: DemoProgram, head: Player, birthYear: number): Promise<number> {
  const { rows } = await db.pool.query<{ n: number }>(
    `SELECT sum(g.capacity - g.enrolled)::integer AS n FROM kindergarten_group g
       JOIN kindergarten k ON k.id = g.kindergarten_id JOIN district d ON d.id = k.district_id
      WHERE d.code = 'STP' AND k.name_kk = $1 AND g.birth_year = $2`,
    [houseOf(head).kk, birthYear],
  );
  return rows[0]?.n ?? 0;
}

/** How often a parent of the application was told of this. */
export async function timesTold(
  { db }: DemoProgram,
  applicationId: string,
  personId: string,
  code: string,
): Promise<number> {
  return db.prisma.notice.count({ where: { application_id: applicationId, person_id: personId, code } });
}

/** A step that no chat shows. */
export function mustHave({ counted }: Pick<Stage, 'counted'>, step: string, holds: boolean): void {
  if (!holds) throw new StepFailed(`not so: ${step}`);
  counted(step);
}
