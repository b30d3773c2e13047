import { type Act, type Page, pageOf } from '../act.ts';
import { logDailyLook } from '../audit/access.ts';
import type { QueueDeps } from '../context.ts';
import type { NamedQuery, WriteTx } from '../db/db.ts';
import type { ApplicationId, DistrictId, KindergartenId, ReferralId, TransferId } from '../ids.ts';
import { fullName, type Names } from '../people/names.ts';
import { Refusal } from '../refusal.ts';
import { assertHeadOf, assertOperatorOf } from '../staff/rights.ts';
import type {
  AttendingChild,
  LeavingRefusal,
  LeavingView,
  TransferState,
  Transfers,
  TransferView,
  VoucherState,
} from './api.ts';
import { confirmLeaving, recordDeparture, refuseLeaving, whoOf } from './leaving.ts';

/** What every view of a transfer has. */
interface CommonRow {
  readonly id: TransferId;
  readonly application_id: ApplicationId;
  readonly from_kk: string;
  readonly from_ru: string;
  readonly to_kk: string;
  readonly to_ru: string;
  readonly state: TransferState;
  readonly issued_at: Date;
  readonly admit_until: Date;
  readonly left_at: Date | null;
  readonly filed_at: Date | null;
  readonly leaving_refused_at: Date | null;
  readonly leaving_refusal: LeavingRefusal | null;
  readonly leaving_note: string | null;
  readonly safe: boolean;
}

interface LeavingRow extends Names, CommonRow {
  readonly number: string;
  readonly birth_year: number;
  readonly from_id: KindergartenId;
  readonly district_id: DistrictId;
  readonly group_name: string;
  readonly total: number;
}

const leavingColumns = `SELECT t.id, t.application_id, a.number, c.surname, c.name, c.patronymic, g.birth_year, o.id AS from_id,
      a.district_id, o.name_kk AS from_kk, o.name_ru AS from_ru, k.name_kk AS to_kk, k.name_ru AS to_ru, g.name AS group_name,
      t.state, t.issued_at, t.admit_until, t.left_at, t.filed_at, t.leaving_refused_at, t.leaving_refusal, t.leaving_note,
      t.safe, count(*) OVER ()::integer AS total
    FROM transfer t JOIN application a ON a.id = t.application_id JOIN child c ON c.id = t.child_id
    JOIN referral f ON f.id = t.from_referral_id JOIN kindergarten o ON o.id = f.kindergarten_id
    JOIN place p ON p.id = f.place_id JOIN kindergarten_group g ON g.id = p.group_id
    JOIN referral r ON r.id = t.referral_id JOIN kindergarten k ON k.id = r.kindergarten_id`;

const leavingQuery: NamedQuery = {
  name: 'transfer-leaving',
  text: `${leavingColumns} WHERE f.kindergarten_id = $1 AND t.state = 'OPEN' AND t.left_at IS NULL
   ORDER BY t.admit_until, t.id LIMIT $2 OFFSET $3`,
};
const disputedQuery: NamedQuery = {
  name: 'transfer-disputed',
  text: `${leavingColumns} WHERE a.district_id = $1 AND t.state = 'OPEN' AND t.left_at IS NULL
     AND (t.leaving_refused_at IS NOT NULL OR (t.filed_at IS NOT NULL AND t.admit_until < $4))
   ORDER BY t.admit_until, t.id LIMIT $2 OFFSET $3`,
};
const oneQuery: NamedQuery = { name: 'transfer-one', text: `${leavingColumns} WHERE t.id = $1` };

interface AttendingRow extends Names {
  readonly referral_id: ReferralId;
  readonly application_id: ApplicationId;
  readonly birth_year: number;
  readonly group_name: string;
  readonly since: Date;
  readonly transfer_id: TransferId | null;
  readonly total: number;
}

const attendingQuery: NamedQuery = {
  name: 'transfer-attending',
  text: `SELECT r.id AS referral_id, r.application_id, c.surname, c.name, c.patronymic, g.birth_year, g.name AS group_name,
      r.state_since AS since, t.id AS transfer_id, count(*) OVER ()::integer AS total
    FROM referral r JOIN child c ON c.id = r.child_id JOIN place p ON p.id = r.place_id
    JOIN kindergarten_group g ON g.id = p.group_id LEFT JOIN transfer t ON t.from_referral_id = r.id AND t.state = 'OPEN'
   WHERE r.kindergarten_id = $1 AND r.state = 'ACCEPTED' AND r.left_at IS NULL
   ORDER BY c.surname COLLATE kazakh, c.name COLLATE kazakh, r.id LIMIT $2 OFFSET $3`,
};

/** What the kindergartens and the department see and do of transfers. Whose child it is can ask who looked. */
export function createTransfers(deps: QueueDeps): Transfers {
  const { db, clock } = deps;
  const act = <T>(work: (tx: WriteTx, at: Date) => Promise<T>): Promise<T> => {
    const at = clock.now();
    return db.write((tx) => work(tx, at));
  };
  const looked = (
    who: Act,
    role: 'KINDERGARTEN_HEAD' | 'OPERATOR',
    rows: readonly { readonly application_id: ApplicationId }[],
  ): Promise<void> =>
    logDailyLook(
      db,
      clock.now(),
      { viewerId: who.personId, role, what: 'REFERRAL' },
      rows.map(({ application_id }) => application_id),
    );
  return {
    leaving: async (who, kindergartenId, page, pageSize = 6): Promise<Page<LeavingView>> => {
      await act((tx) => assertHeadOf(tx, who.personId, kindergartenId));
      const rows = await db.rows<LeavingRow>(leavingQuery, [kindergartenId, pageSize, page * pageSize]);
      await looked(who, 'KINDERGARTEN_HEAD', rows);
      return pageOf(rows.map(leavingOf), page, pageSize, rows[0]?.total ?? 0);
    },
    disputed: async (who, districtId, page, pageSize = 6): Promise<Page<LeavingView>> => {
      await act((tx) => assertOperatorOf(tx, who.personId, districtId));
      const values = [districtId, pageSize, page * pageSize, clock.now()];
      const rows = await db.rows<LeavingRow>(disputedQuery, values);
      await looked(who, 'OPERATOR', rows);
      return pageOf(rows.map(leavingOf), page, pageSize, rows[0]?.total ?? 0);
    },
    one: async (who, id) => {
      const [row] = await db.rows<LeavingRow>(oneQuery, [id]);
      if (row === undefined) throw new Refusal('transfer.unknown');
      const by = await act((tx) => whoOf(tx, who.personId, row.from_id, row.district_id));
      await looked(who, by === 'HEAD' ? 'KINDERGARTEN_HEAD' : 'OPERATOR', [row]);
      return leavingOf(row);
    },
    confirmLeaving: (who, id) => act((tx, at) => confirmLeaving(tx, at, who, id)),
    refuseLeaving: (who, id, reason, note) => act((tx, at) => refuseLeaving(tx, at, who, id, reason, note)),
    attending: async (who, kindergartenId, page, pageSize = 8): Promise<Page<AttendingChild>> => {
      await act((tx) => assertHeadOf(tx, who.personId, kindergartenId));
      const rows = await db.rows<AttendingRow>(attendingQuery, [kindergartenId, pageSize, page * pageSize]);
      await looked(who, 'KINDERGARTEN_HEAD', rows);
      return pageOf(rows.map(attendingOf), page, pageSize, rows[0]?.total ?? 0);
    },
    recordDeparture: (who, id, reason) => act((tx, at) => recordDeparture(tx, at, who, id, reason)),
  };
}

function leavingOf(row: LeavingRow): LeavingView {
  return {
    id: row.id,
    applicationNumber: row.number,
    childFullName: fullName(row),
    birthYear: row.birth_year,
    from: { kk: row.from_kk, ru: row.from_ru },
    to: { kk: row.to_kk, ru: row.to_ru },
    groupName: row.group_name,
    state: row.state,
    issuedAt: row.issued_at,
    admitUntil: row.admit_until,
    leftAt: row.left_at,
    filedAt: row.filed_at,
    refused: refusedOf(row),
    safe: row.safe,
  };
}

function attendingOf(row: AttendingRow): AttendingChild {
  return {
    referralId: row.referral_id,
    childFullName: fullName(row),
    birthYear: row.birth_year,
    groupName: row.group_name,
    since: row.since,
    transferId: row.transfer_id,
  };
}

function refusedOf(row: CommonRow): TransferView['leavingRefused'] {
  const { leaving_refused_at: at, leaving_refusal: reason, leaving_note: note } = row;
  return at === null || reason === null ? null : { at, reason, note };
}

export interface TransferRow extends CommonRow {
  readonly referral_id: ReferralId;
  readonly referral_number: string;
  readonly referral_state: string;
  readonly cancel_until: Date;
  readonly voucher_number: string;
  readonly voucher_state: VoucherState;
  readonly document_id: TransferView['documentId'];
  readonly ended_at: Date | null;
}

/** SQL: a transfer as its parents see it. Who may, the caller's WHERE says. */
export const transferColumns = `SELECT t.id, t.application_id, t.state, o.name_kk AS from_kk, o.name_ru AS from_ru,
      k.name_kk AS to_kk, k.name_ru AS to_ru, r.id AS referral_id, r.number AS referral_number, r.state AS referral_state,
      r.cancel_until, v.number AS voucher_number, v.state AS voucher_state, t.issued_at, t.admit_until, t.left_at, t.filed_at,
      t.leaving_refused_at, t.leaving_refusal, t.leaving_note, t.safe, t.ended_at,
      (SELECT d.id FROM document d WHERE d.referral_id = r.id ORDER BY d.created_at DESC LIMIT 1) AS document_id
    FROM transfer t JOIN referral r ON r.id = t.referral_id JOIN kindergarten k ON k.id = r.kindergarten_id
    JOIN referral f ON f.id = t.from_referral_id JOIN kindergarten o ON o.id = f.kindergarten_id
    JOIN voucher v ON v.id = t.voucher_id`;

export function transferOf(row: TransferRow, now: Date, mayAct: boolean): TransferView {
  const isIssued = row.referral_state === 'ISSUED' && now <= row.cancel_until;
  return {
    id: row.id,
    applicationId: row.application_id,
    state: row.state,
    from: { kk: row.from_kk, ru: row.from_ru },
    to: { kk: row.to_kk, ru: row.to_ru },
    referralId: row.referral_id,
    referralNumber: row.referral_number,
    voucherNumber: row.voucher_number,
    voucherState: row.voucher_state,
    documentId: row.document_id,
    issuedAt: row.issued_at,
    admitUntil: row.admit_until,
    cancelUntil: row.cancel_until,
    canCancel: mayAct && isIssued && (row.safe || row.left_at === null),
    leftAt: row.left_at,
    leavingRefused: row.left_at === null ? refusedOf(row) : null,
    filedAt: row.filed_at,
    safe: row.safe,
    endedAt: row.ended_at,
  };
}
