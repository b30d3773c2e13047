import { storedDay } from '../calendar/civil-date.ts';
import type { ApplicationId, ClaimId } from '../ids.ts';
import { type ScanRow, scanView } from '../scan/view.ts';
import type { BenefitCategory, ClaimState, ClaimView, DeclineReason } from './api.ts';

/** What Prisma reads of a claim for its view. */
export const claimSelect = {
  id: true,
  application_id: true,
  state: true,
  state_since: true,
  decline_reason: true,
  decline_note: true,
  copy_until: true,
  valid_until: true,
  benefit_category: true,
  scans: { orderBy: { id: 'asc' } },
} as const;

interface CategoryRow {
  readonly code: string;
  readonly name_kk: string;
  readonly name_ru: string;
  readonly class: string;
  readonly proof_kk: string;
  readonly proof_ru: string;
  readonly valid_months: number | null;
}

export interface ClaimRow {
  readonly id: string;
  readonly application_id?: string | null;
  readonly state: string;
  readonly state_since: Date;
  readonly decline_reason: string | null;
  readonly decline_note: string | null;
  readonly copy_until: Date | null;
  readonly valid_until: Date | null;
  readonly benefit_category: CategoryRow;
  readonly scans: readonly ScanRow[];
}

/**
 * The same in SQL, as JSON: of the claim `m` and its category `k`. It holds the scans too, so that a claim is one statement.
 */
export const CLAIM_JSON = `to_jsonb(m) || jsonb_build_object('benefit_category', to_jsonb(k), 'scans', coalesce(
    (SELECT jsonb_agg(jsonb_build_object('id', s.id, 'mime', s.mime, 'bytes', s.bytes, 'pages', s.pages,
       'created_at', s.created_at) ORDER BY s.id) FROM scan s WHERE s.claim_id = m.id), '[]'))`;

/** What `CLAIM_JSON` gives: JSON has no instants, they are texts. */
export interface ClaimJson extends Omit<ClaimRow, Instants | 'scans'> {
  readonly state_since: string;
  readonly copy_until: string | null;
  readonly valid_until: string | null;
  readonly scans: readonly (Omit<ScanRow, 'created_at'> & { readonly created_at: string })[];
}

type Instants = 'state_since' | 'copy_until' | 'valid_until';

export function claimOfJson(claim: ClaimJson): ClaimView {
  const { state_since, copy_until, valid_until, scans } = claim;
  return claimOf({
    ...claim,
    state_since: new Date(state_since),
    copy_until: copy_until === null ? null : new Date(copy_until),
    valid_until: valid_until === null ? null : new Date(valid_until),
    scans: scans.map((scan) => ({ ...scan, created_at: new Date(scan.created_at) })),
  });
}

export function categoryOf(row: CategoryRow): BenefitCategory {
  return {
    code: row.code,
    name: { kk: row.name_kk, ru: row.name_ru },
    class: row.class === 'EXTRAORDINARY' ? 'EXTRAORDINARY' : 'PRIORITY',
    proof: { kk: row.proof_kk, ru: row.proof_ru },
    validMonths: row.valid_months,
  };
}

export function claimOf(row: ClaimRow): ClaimView {
  return {
    id: row.id as ClaimId,
    applicationId: (row.application_id ?? null) as ApplicationId | null,
    category: categoryOf(row.benefit_category),
    state: row.state as ClaimState,
    since: row.state_since,
    scans: row.scans.map(scanView),
    declineReason: row.decline_reason as DeclineReason | null,
    declineNote: row.decline_note,
    copyUntil: row.copy_until,
    validUntil: row.valid_until === null ? null : storedDay(row.valid_until),
  };
}
