import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { CivilDate } from '../calendar/civil-date.ts';
import type { Db, WriteTx } from '../db/db.ts';
import type { DistrictId } from '../ids.ts';
import { type PolicyKey, type PolicyValues, policySchema, presets } from './presets.ts';

/** The rules of one district on one day. `version` is written with every event that was decided by them. */
export type Policy = PolicyValues & { readonly version: string };

interface OverrideRow {
  readonly key: string;
  readonly value: unknown;
}

interface DistrictRow {
  readonly id: string;
  readonly policy_preset: string;
  /** The region's rows, then the district's, later ones last. */
  readonly overrides: readonly OverrideRow[];
}

const SHOWN_FOR_MS = 10_000;

/** The policies of several districts on a day, read inside the action's transaction: one statement however many districts. */
export async function policiesOn(
  tx: WriteTx,
  districts: readonly string[],
  day: CivilDate,
): Promise<Map<string, Policy>> {
  const rows = await tx.$queryRaw<DistrictRow[]>`
    SELECT d.id, d.policy_preset, coalesce((
        SELECT jsonb_agg(jsonb_build_object('key', p.key, 'value', p.value)
                         ORDER BY p.district_id IS NOT NULL, p.valid_from, p.id)
          FROM policy AS p
         WHERE (p.district_id IS NULL OR p.district_id = d.id)
           AND p.valid_from <= ${day}::date AND (p.valid_to IS NULL OR p.valid_to >= ${day}::date)), '[]') AS overrides
      FROM district AS d WHERE d.id = ANY (${[...districts]}::uuid[])`;
  return new Map(rows.map((row) => [row.id, effective(row)]));
}

/** The policy of one district on a day. Throws when there is no such district. */
export async function policyOn(tx: WriteTx, district: string, day: CivilDate): Promise<Policy> {
  const policy = (await policiesOn(tx, [district], day)).get(district);
  if (policy === undefined) throw new Error(`no district ${district}`);
  return policy;
}

export interface Policies {
  /**
   * The district's policy for showing: kept up to 10 seconds, so that a screen costs no statement. Actions never use
   * it: they read the policy in their own transaction.
   */
  shown(district: DistrictId | string, day: CivilDate): Promise<Policy>;
}

export function createPolicies(deps: { db: Db }): Policies {
  const kept = new Map<string, { readAt: number; day: CivilDate; policy: Policy }>();
  return {
    // Each district on its own: a wrong value in one must not darken the screens of the others.
    shown: async (district, day) => {
      const known = kept.get(district);
      if (known?.day === day && performance.now() - known.readAt < SHOWN_FOR_MS) return known.policy;
      const policy = await deps.db.write((tx) => policyOn(tx, district, day));
      kept.set(district, { readAt: performance.now(), day, policy });
      return policy;
    },
  };
}

/** Preset, then the region's rows, then the district's, later ones over earlier ones. Unknown keys and values are an error. */
function effective(row: DistrictRow): Policy {
  const preset = presets[row.policy_preset as keyof typeof presets];
  if (preset === undefined)
    throw new Error(`district ${row.id} names an unknown policy preset ${row.policy_preset}`);
  const values: Partial<Record<PolicyKey, unknown>> = { ...preset };
  for (const { key, value } of row.overrides) values[key as PolicyKey] = value;
  const { data: checked, error } = policySchema.safeParse(values);
  if (checked === undefined) {
    throw new Error(`the policy of district ${row.id} is wrong: ${z.prettifyError(error)}`);
  }
  const digest = createHash('sha256').update(JSON.stringify(checked)).digest('hex').slice(0, 8);
  return { ...checked, version: `${row.policy_preset}@${digest}` };
}
