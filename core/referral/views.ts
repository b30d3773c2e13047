import { type Page, pageOf } from '../act.ts';
import { logDailyLook } from '../audit/access.ts';
import { addDays, localDate } from '../calendar/civil-date.ts';
import type { QueueDeps } from '../context.ts';
import type { NamedQuery, WriteTx } from '../db/db.ts';
import { canSign, mayRead, type ParentRole, roleOf } from '../guardian/rights.ts';
import type { ApplicationId, DocumentId, KindergartenId, PersonId, ReferralId } from '../ids.ts';
import { fullName } from '../people/names.ts';
import { Refusal } from '../refusal.ts';
import { assertHeadOf } from '../staff/rights.ts';
import { acceptReferral, cancelReferral, extendReferral, markArrived, refuseReferral } from './actions.ts';
import type { KindergartenReferral, ReferralState, Referrals, ReferralView } from './api.ts';

interface Row {
  readonly id: ReferralId;
  readonly role: ParentRole;
  readonly number: string;
  readonly application_id: ApplicationId;
  readonly child_name: string;
  readonly district_id: string;
  readonly state: ReferralState;
  readonly name_kk: string;
  readonly name_ru: string;
  readonly address_kk: string;
  readonly address_ru: string;
  readonly phone: string | null;
  readonly latitude: number;
  readonly longitude: number;
  readonly language: 'kk' | 'ru' | 'mixed';
  readonly group_name: string;
  readonly issued_at: Date;
  readonly come_until: Date;
  readonly cancel_until: Date;
  readonly extended_until: Date | null;
  readonly document_id: DocumentId | null;
  readonly is_transfer: boolean;
  /** The old place is given up: there is nothing to go back to. */
  readonly left_behind: boolean;
}

const viewQuery = (name: string, column: 'id' | 'application_id'): NamedQuery => ({
  name,
  text: `SELECT r.id, ${roleOf('a', '$1')} AS role, r.number, r.application_id, c.name AS child_name, a.district_id, r.state, k.name_kk, k.name_ru,
      k.address_kk, k.address_ru, k.phone, k.latitude, k.longitude, p.language, g.name AS group_name, r.issued_at,
      r.come_until, r.cancel_until, r.extended_until, t.id IS NOT NULL AS is_transfer,
      coalesce(NOT t.safe AND t.left_at IS NOT NULL, false) AS left_behind,
      (SELECT d.id FROM document d WHERE d.referral_id = r.id ORDER BY d.created_at DESC LIMIT 1) AS document_id
    FROM referral r JOIN application a ON a.id = r.application_id JOIN child c ON c.id = r.child_id
    JOIN kindergarten k ON k.id = r.kindergarten_id JOIN place p ON p.id = r.place_id
    JOIN kindergarten_group g ON g.id = p.group_id LEFT JOIN transfer t ON t.referral_id = r.id
   WHERE r.${column} = $2 AND ${mayRead('a', '$1')}
   ORDER BY r.closed_at IS NULL DESC, r.issued_at DESC LIMIT 1`,
});
const oneQuery = viewQuery('referral-view', 'id');
const lastQuery = viewQuery('referral-of-application', 'application_id');

interface DeskRow {
  readonly id: ReferralId;
  readonly number: string;
  readonly surname: string;
  readonly name: string;
  readonly patronymic: string | null;
  readonly birth_year: number;
  readonly group_name: string;
  readonly state: ReferralState;
  readonly issued_at: Date;
  readonly come_until: Date;
  readonly kindergarten_id: KindergartenId;
  readonly application_id: ApplicationId;
  readonly is_transfer: boolean;
  readonly total: number;
}

const deskColumns = `SELECT r.id, r.number, c.surname, c.name, c.patronymic, g.birth_year, g.name AS group_name, r.state,
      r.issued_at, coalesce(r.extended_until, r.come_until) AS come_until, r.kindergarten_id,
      r.application_id, EXISTS (SELECT FROM transfer t WHERE t.referral_id = r.id) AS is_transfer,
      count(*) OVER ()::integer AS total
    FROM referral r JOIN child c ON c.id = r.child_id JOIN place p ON p.id = r.place_id
    JOIN kindergarten_group g ON g.id = p.group_id`;

const deskQuery: NamedQuery = {
  name: 'referral-desk',
  text: `${deskColumns} WHERE r.kindergarten_id = $1 AND (r.closed_at IS NULL) = $2
   ORDER BY CASE WHEN r.closed_at IS NULL THEN coalesce(r.extended_until, r.come_until) END, r.issued_at DESC, r.id
   LIMIT $3 OFFSET $4`,
};
const deskOneQuery: NamedQuery = { name: 'referral-desk-one', text: `${deskColumns} WHERE r.id = $1` };

/** What may still be done with a referral follows from its state, its moments and the district's policy (K6, K7). */
export function createReferrals(deps: QueueDeps): Referrals {
  const act = <T>(work: (tx: WriteTx, at: Date) => Promise<T>): Promise<T> => {
    const at = deps.clock.now();
    return deps.db.write((tx) => work(tx, at));
  };

  async function view(query: NamedQuery, personId: PersonId, id: ReferralId | ApplicationId) {
    const [row] = await deps.db.rows<Row>(query, [personId, id]);
    if (row === undefined) return null;
    const now = deps.clock.now();
    const policy = await deps.policies.shown(row.district_id, localDate(now));
    const limit = addDays(localDate(row.issued_at), policy['referral.extension.maxCalendarDays']);
    const mayAct = canSign(row.role, policy);
    const canExtend =
      mayAct &&
      !row.is_transfer &&
      row.state === 'ISSUED' &&
      now <= row.come_until &&
      policy['referral.extension.enabled'] &&
      limit > localDate(row.come_until);
    return viewOf(row, now, { mayAct: mayAct && !row.left_behind, canExtend, limit });
  }

  /** The desk shows the child's full name: whose child it is can ask who saw it. */
  const looked = (viewerId: PersonId, rows: readonly DeskRow[]): Promise<void> =>
    logDailyLook(
      deps.db,
      deps.clock.now(),
      { viewerId, role: 'KINDERGARTEN_HEAD', what: 'REFERRAL' },
      rows.map(({ application_id }) => application_id),
    );

  const byId = async (personId: PersonId, id: ReferralId): Promise<ReferralView> => {
    const found = await view(oneQuery, personId, id);
    if (found === null) throw new Refusal('referral.unknown');
    return found;
  };

  return {
    ofApplication: (personId, id) => view(lastQuery, personId, id),
    byId,
    cancel: (who, id) => act((tx, at) => cancelReferral(tx, at, who, id)),
    extend: async (who, id, until, reason) => {
      await act((tx, at) => extendReferral(tx, at, who, id, until, reason));
      return byId(who.personId, id);
    },
    atKindergarten: async (
      who,
      kindergartenId,
      which,
      page,
      pageSize = 6,
    ): Promise<Page<KindergartenReferral>> => {
      await act((tx) => assertHeadOf(tx, who.personId, kindergartenId));
      const rows = await deps.db.rows<DeskRow>(deskQuery, [
        kindergartenId,
        which === 'LIVE',
        pageSize,
        page * pageSize,
      ]);
      await looked(who.personId, rows);
      const total = rows[0]?.total ?? 0;
      return pageOf(rows.map(deskOf), page, pageSize, total);
    },
    atKindergartenById: async (who, id) => {
      const [row] = await deps.db.rows<DeskRow>(deskOneQuery, [id]);
      if (row === undefined) throw new Refusal('referral.unknown');
      await act((tx) => assertHeadOf(tx, who.personId, row.kindergarten_id));
      await looked(who.personId, [row]);
      return deskOf(row);
    },
    markArrived: (who, id) => act((tx, at) => markArrived(tx, at, who, id)),
    accept: (who, id) => act((tx, at) => acceptReferral(tx, at, who, id)),
    refuse: (who, id, reason, note) => act((tx, at) => refuseReferral(tx, at, who, id, reason, note)),
  };
}

function viewOf(
  row: Row,
  now: Date,
  { mayAct, canExtend, limit }: { mayAct: boolean; canExtend: boolean; limit: string },
): ReferralView {
  return {
    id: row.id,
    number: row.number,
    applicationId: row.application_id,
    childName: row.child_name,
    state: row.state,
    kindergarten: { kk: row.name_kk, ru: row.name_ru },
    address: { kk: row.address_kk, ru: row.address_ru },
    phone: row.phone,
    latitude: row.latitude,
    longitude: row.longitude,
    language: row.language,
    groupName: row.group_name,
    issuedAt: row.issued_at,
    comeUntil: row.extended_until ?? row.come_until,
    cancelUntil: row.cancel_until,
    canCancel: mayAct && (row.state === 'ISSUED' || row.state === 'EXTENDED') && now <= row.cancel_until,
    canExtend,
    extendLimit: canExtend ? limit : null,
    documentId: row.document_id,
  };
}

function deskOf(row: DeskRow): KindergartenReferral {
  return {
    id: row.id,
    number: row.number,
    childFullName: fullName(row),
    birthYear: row.birth_year,
    groupName: row.group_name,
    state: row.state,
    issuedAt: row.issued_at,
    comeUntil: row.come_until,
    isTransfer: row.is_transfer,
  };
}
