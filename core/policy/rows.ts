import { addDays, type CivilDate } from '../calendar/civil-date.ts';
import type { Db, WriteTx } from '../db/db.ts';
import type { DistrictId } from '../ids.ts';
import { type PolicyKey, policySchema, presets } from './presets.ts';

/** Whose rules: a district's, or the region's, which hold in every district that has no row of its own. */
export interface Scope {
  readonly districtId: DistrictId | null;
}

/** A value by a row of `policy`, with the law or the order it rests on. */
export interface RuleRow {
  readonly of: 'REGION' | 'DISTRICT';
  readonly value: unknown;
  readonly from: CivilDate;
  readonly to: CivilDate | null;
  readonly basis: string;
}

export interface Rule {
  readonly key: string;
  /** Undefined for the region, whose districts may each have another preset, and for a key that no schema knows. */
  readonly preset: unknown;
  /** The row that decides on the day; undefined: the preset does. */
  readonly row: RuleRow | undefined;
  /** What the rows say after the day, in their order. */
  readonly later: readonly RuleRow[];
  /** Why no district can be served while the row stands; undefined: it is right. */
  readonly wrong: string | undefined;
}

export interface Change {
  readonly key: PolicyKey;
  readonly value: unknown;
  /** The first day on which it holds. */
  readonly from: CivilDate;
  readonly basis: string;
}

/** What a change meets that stays as it is. */
export interface Changed {
  /** The next row of the same scope and key, which takes over. */
  readonly until: RuleRow | undefined;
  /** Codes of districts whose own row goes before the region's. */
  readonly ownRows: readonly string[];
}

export const policyKeys = Object.keys(policySchema.shape) as PolicyKey[];

export function isPolicyKey(text: string): text is PolicyKey {
  return Object.hasOwn(policySchema.shape, text);
}

/** The value as the schema keeps it, or why it cannot be one, in one line. */
export function checkValue(
  key: PolicyKey,
  value: unknown,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly why: string } {
  const checked = policySchema.shape[key].safeParse(value);
  if (checked.success) return { ok: true, value: checked.data };
  const why = checked.error.issues.map(({ path, message }) => [...path, message].join(': ')).join('; ');
  return { ok: false, why };
}

interface StoredRow {
  readonly key: string;
  readonly district: boolean;
  readonly value: unknown;
  readonly valid_from: CivilDate;
  readonly valid_to: CivilDate | null;
  readonly basis: string;
}

/**
 * Every rule of a scope on a day with where it comes from, in the schema's order; keys that no schema knows last. Unlike
 * `policyOn` it is not thrown off by a wrong row: whoever looks has come to put it right.
 */
export async function rulesOn(db: Db, { districtId }: Scope, day: CivilDate): Promise<readonly Rule[]> {
  const district =
    districtId === null ? null : await db.prisma.district.findUniqueOrThrow({ where: { id: districtId } });
  const preset: Readonly<Record<string, unknown>> =
    presets[district?.policy_preset as keyof typeof presets] ?? {};
  const rows = await db.rows<StoredRow>(
    {
      name: 'policy-rows',
      text: `SELECT key, district_id IS NOT NULL AS district, value, valid_from, valid_to, basis FROM policy
        WHERE (district_id IS NULL OR district_id = $1) AND (valid_to IS NULL OR valid_to >= $2)
        ORDER BY district_id IS NOT NULL, valid_from, id`,
    },
    [districtId, day],
  );
  const stored = Map.groupBy(rows, ({ key }) => key);
  const unknown = [...stored.keys()].filter((key) => !isPolicyKey(key));
  return [...policyKeys, ...unknown].map((key) => ruleOf(key, preset[key], stored.get(key) ?? [], day));
}

function ruleOf(key: string, preset: unknown, rows: readonly StoredRow[], day: CivilDate): Rule {
  const row = rows.findLast(({ valid_from }) => valid_from <= day);
  const later = rows.filter(({ valid_from }) => valid_from > day);
  return { key, preset, row: row && shown(row), later: later.map(shown), wrong: row && wrongOf(row) };
}

function wrongOf({ key, value }: StoredRow): string | undefined {
  if (!isPolicyKey(key)) return 'no such rule';
  const checked = checkValue(key, value);
  return checked.ok ? undefined : checked.why;
}

const shown = ({ district, value, valid_from, valid_to, basis }: StoredRow): RuleRow => ({
  of: district ? 'DISTRICT' : 'REGION',
  value,
  from: valid_from,
  to: valid_to,
  basis,
});

/**
 * Sets one rule of a scope from a day on. A rule is superseded and never rewritten: the row that held is closed with the
 * day before, and of two rows of one day the later one decides. Rows of later days stay, and take over on theirs.
 */
export function setRule(db: Db, { districtId }: Scope, change: Change): Promise<Changed> {
  const { key, from, basis } = change;
  return db.write(async (tx) => {
    // Two changes at once would each close what the other has not written yet.
    await tx.$executeRaw`LOCK TABLE policy IN SHARE ROW EXCLUSIVE MODE`;
    await tx.$executeRaw`
      UPDATE policy SET valid_to = greatest(valid_from, ${addDays(from, -1)}::date)
       WHERE key = ${key} AND district_id IS NOT DISTINCT FROM ${districtId}::uuid
         AND valid_from <= ${from}::date AND (valid_to IS NULL OR valid_to >= ${from}::date)`;
    await tx.$executeRaw`
      INSERT INTO policy (district_id, key, value, valid_from, basis)
      VALUES (${districtId}::uuid, ${key}, ${JSON.stringify(change.value)}::jsonb, ${from}::date, ${basis})`;
    return {
      until: await nextRow(tx, districtId, key, from),
      ownRows: districtId === null ? await districtsWith(tx, key, from) : [],
    };
  });
}

async function nextRow(
  tx: WriteTx,
  districtId: DistrictId | null,
  key: string,
  from: CivilDate,
): Promise<RuleRow | undefined> {
  const [next] = await tx.$queryRaw<StoredRow[]>`
    SELECT key, district_id IS NOT NULL AS district, value, valid_from::text, valid_to::text, basis FROM policy
     WHERE key = ${key} AND district_id IS NOT DISTINCT FROM ${districtId}::uuid AND valid_from > ${from}::date
     ORDER BY valid_from, id LIMIT 1`;
  return next && shown(next);
}

async function districtsWith(tx: WriteTx, key: string, from: CivilDate): Promise<readonly string[]> {
  const rows = await tx.$queryRaw<{ code: string }[]>`
    SELECT DISTINCT d.code FROM policy AS p JOIN district AS d ON d.id = p.district_id
     WHERE p.key = ${key} AND (p.valid_to IS NULL OR p.valid_to >= ${from}::date) ORDER BY d.code`;
  return rows.map(({ code }) => code);
}
