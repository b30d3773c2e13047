import { parseArgs } from 'node:util';
import { type CivilDate, localDate, parseCivilDate } from '../calendar/civil-date.ts';
import type { Clock } from '../clock.ts';
import type { Db } from '../db/db.ts';
import type { DistrictId } from '../ids.ts';
import { UsageError } from '../staff/command.ts';
import { presets } from './presets.ts';
import { checkValue, isPolicyKey, policyKeys, type Rule, type RuleRow, rulesOn, setRule } from './rows.ts';

const USAGE =
  'it must be: <district code or ALL>, alone or followed by <key> <value> "<legal basis>" [--from YYYY-MM-DD]';
const REGION = 'ALL';

interface Place {
  /** The district's code with the name of its preset, as it is shown. */
  readonly title: string;
  readonly code: string;
  readonly districtId: DistrictId | null;
}

/**
 * `policy TSL` and `policy TSL waitlist.enabled true "order № 12"`, from the server's console: what differs by district is
 * decided by the department, on a legal basis, and no screen changes it. Answers with what the person at the console reads.
 * @throws UsageError (one line).
 */
export async function runPolicyCommand(
  deps: { readonly db: Db; readonly clock: Clock },
  args: readonly string[],
): Promise<string> {
  const { words, from } = read(args);
  const [code, key, value, basis] = words;
  const place = await placeOf(deps.db, code);
  const today = localDate(deps.clock.now());
  const day = dayOf(from, today);
  if (key === undefined) return list(deps.db, place, day);
  if (value === undefined || basis === undefined || words.length > 4)
    throw new UsageError(`policy: ${USAGE}.`);
  return set(deps.db, place, { key, value, basis, from: day });
}

function read(args: readonly string[]): { words: readonly string[]; from: string | undefined } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { from: { type: 'string' } },
      allowPositionals: true,
    });
    return { words: positionals, from: values.from };
  } catch {
    throw new UsageError(`policy: ${USAGE}.`);
  }
}

async function placeOf(db: Db, code: string | undefined): Promise<Place> {
  if (code === undefined) throw new UsageError(`policy: ${USAGE}.`);
  if (code.toUpperCase() === REGION) return { title: REGION, code: REGION, districtId: null };
  const districts = await db.prisma.district.findMany({
    select: { id: true, code: true, policy_preset: true },
    orderBy: { code: 'asc' },
  });
  const found = districts.find((one) => one.code === code.toUpperCase());
  if (found !== undefined) {
    const { id, code: known, policy_preset: preset } = found;
    return { title: `${known} (${preset})`, code: known, districtId: id as DistrictId };
  }
  const codes = [REGION, ...districts.map((one) => one.code)].join(', ');
  throw new UsageError(`no district "${code}": it must be one of ${codes}.`);
}

/** What was decided on a day was decided by its rules: they are not changed for days that have passed. */
function dayOf(from: string | undefined, today: CivilDate): CivilDate {
  if (from === undefined) return today;
  const day = parseCivilDate(from);
  if (day === undefined)
    throw new UsageError(`--from "${from}" is no day: it must be a date such as 2027-01-01.`);
  if (day < today)
    throw new UsageError(
      `--from ${day} has passed: rules are changed from today, ${today}, or from a later day.`,
    );
  return day;
}

async function set(
  db: Db,
  { code, districtId }: Place,
  typed: { readonly key: string; readonly value: string; readonly basis: string; readonly from: CivilDate },
): Promise<string> {
  const { key, from } = typed;
  if (!isPolicyKey(key)) throw new UsageError(`no rule "${key}": it must be one of ${near(key).join(', ')}.`);
  const checked = checkValue(key, typedValue(typed.value));
  if (!checked.ok)
    throw new UsageError(
      `${key} cannot be ${typed.value}: ${checked.why} (a right one: ${JSON.stringify(presets.A_DEFAULT[key])}).`,
    );
  const basis = typed.basis.trim();
  if (basis === '') throw new UsageError('the legal basis is missing: name the order or the decision.');
  const { value } = checked;
  const { until, ownRows } = await setRule(db, { districtId }, { key, value, from, basis });
  return [
    `set: ${code} ${key} ${JSON.stringify(value)} from ${from}`,
    ...(until === undefined ? [] : [`until the row of ${until.from}: ${JSON.stringify(until.value)}`]),
    ...(ownRows.length === 0
      ? []
      : [`not in ${ownRows.join(', ')}: a row of the district goes before the region's`]),
  ].join('\n');
}

/** `3WD` and `18:00` may be typed as they are; numbers, true, false, null, lists and objects are JSON. */
function typedValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The keys of the same room, or all of them. */
function near(key: string): readonly string[] {
  const room = key.split('.')[0] ?? '';
  const same = policyKeys.filter((one) => one.startsWith(`${room}.`));
  return same.length > 0 ? same : policyKeys;
}

async function list(db: Db, { title, districtId }: Place, day: CivilDate): Promise<string> {
  const rules = await rulesOn(db, { districtId }, day);
  const lines = rules.flatMap((rule) => linesOf(rule));
  const none = districtId === null && lines.length === 0;
  return [`${title} on ${day}`, ...(none ? ['  nothing: the presets of the districts hold'] : lines)].join(
    '\n',
  );
}

function linesOf({ key, preset, row, later, wrong }: Rule): string[] {
  const value = row === undefined ? preset : row.value;
  const name = `  ${key}`.padEnd(38);
  const warning = wrong === undefined ? '' : ` WRONG (${wrong})`;
  const present =
    value === undefined
      ? []
      : [`${name}${JSON.stringify(value)}${warning} · ${row === undefined ? 'preset' : source(row)}`];
  const coming = later.map((one) => `${name}${JSON.stringify(one.value)} · ${source(one)}`);
  return [...present, ...coming];
}

function source({ of, from, to, basis }: RuleRow): string {
  return `${of.toLowerCase()} from ${from}${to === null ? '' : ` to ${to}`}: ${basis}`;
}
