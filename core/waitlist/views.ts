import { type Act, type Page, pageOf } from '../act.ts';
import { localDate } from '../calendar/civil-date.ts';
import type { QueueDeps } from '../context.ts';
import type { WriteTx } from '../db/db.ts';
import { canSign } from '../guardian/rights.ts';
import type { ApplicationId, PersonId, TransferId, WaitlistEntryId } from '../ids.ts';
import type { Policy } from '../policy/policy.ts';
import { Refusal } from '../refusal.ts';
import type { Outcome } from '../signing/store.ts';
import type { TransferView } from '../transfer/api.ts';
import { type TransferRow, transferOf } from '../transfer/views.ts';
import { declineOffer, leaveList } from './answer.ts';
import type {
  EntryState,
  WaitlistBar,
  WaitlistEntryView,
  WaitlistSummary,
  Waitlists,
  WaitlistTerms,
  WishableKindergarten,
} from './api.ts';
import { lengthOf, positionOf } from './order.ts';
import {
  type EntryRow,
  entriesQuery,
  entryQuery,
  type HouseRow,
  housesQuery,
  joinedQuery,
  lastTransferQuery,
  type SummaryRow,
  summaryQuery,
  transferQuery,
} from './rows.ts';
import { createWhy } from './why.ts';

const ENDED_SHOWN = 10;

const REFUSALS = {
  OFF: 'waitlist.off',
  NOT_ATTENDING: 'waitlist.notAttending',
  ARCHIVED: 'waitlist.archived',
  TRANSFER: 'waitlist.transfer',
  HAS_REFERRAL: 'choice.hasReferral',
  ANSWER_FIRST: 'waitlist.answerFirst',
  FULL: 'waitlist.tooMany',
  ONLY_OWNER: 'guardian.onlyOwner',
} as const satisfies Record<WaitlistBar, string>;

/** What signing shows of a statement of this room. */
export interface WaitlistResults {
  joined(
    personId: PersonId,
    outcome: Extract<Outcome, { kind: 'WAITLIST' }>,
  ): Promise<{
    readonly applicationId: ApplicationId;
    readonly entries: readonly WaitlistEntryView[];
    readonly transfer: TransferView | null;
  }>;
  transfer(personId: PersonId, id: TransferId): Promise<TransferView>;
}

/** «Күту тізімі» (S2), as the child's parents see it. */
export function createWaitlists(deps: QueueDeps): Waitlists & WaitlistResults {
  const { db, clock } = deps;
  const change = <T>(work: (tx: WriteTx, at: Date) => Promise<T>): Promise<T> => {
    const at = clock.now();
    return db.write((tx) => work(tx, at));
  };
  const policyOf = (row: { readonly district_id: string }): Promise<Policy> =>
    deps.policies.shown(row.district_id, localDate(clock.now()));

  async function load(personId: PersonId, id: ApplicationId) {
    const [row] = await db.rows<SummaryRow>(summaryQuery, [personId, id]);
    if (row === undefined) throw new Refusal('application.unknown');
    return { row, policy: await policyOf(row) };
  }

  const entry = async (personId: PersonId, id: WaitlistEntryId): Promise<WaitlistEntryView> => {
    const [row] = await db.rows<EntryRow>(entryQuery, [id, personId]);
    if (row === undefined) throw new Refusal('waitlist.unknown');
    return entryOf(row, await policyOf(row));
  };

  const transfer = async (personId: PersonId, id: TransferId): Promise<TransferView> => {
    const [row] = await db.rows<TransferRow>(transferQuery, [id, personId]);
    if (row === undefined) throw new Refusal('transfer.unknown');
    return transferOf(row, clock.now(), true);
  };

  return {
    list: async (personId) => {
      const rows = await db.rows<SummaryRow>(summaryQuery, [personId, null]);
      return rows.map(summaryOf);
    },
    of: async (personId, id) => {
      const { row, policy } = await load(personId, id);
      const [entries, [last]] = await Promise.all([
        db.rows<EntryRow>(entriesQuery, [id, personId]),
        db.rows<TransferRow>(lastTransferQuery, [id]),
      ]);
      const mayAct = canSign(row.role, policy);
      const open = entries.filter(isOpen);
      const shown = [...open, ...entries.filter((one) => !isOpen(one)).slice(0, ENDED_SHOWN)];
      return {
        ...summaryOf(row),
        canSign: mayAct,
        bar: barOf(row, policy),
        terms: termsOf(policy),
        entries: shown.map((one) => entryOf(one, policy)),
        transfer: last === undefined ? null : transferOf(last, clock.now(), mayAct),
      };
    },
    kindergartens: async (personId, id, page, pageSize = 6): Promise<Page<WishableKindergarten>> => {
      const { row, policy } = await load(personId, id);
      const bar = barOf(row, policy);
      if (bar !== null) throw new Refusal(REFUSALS[bar], { limit: policy['waitlist.maxKindergartens'] });
      const states = policy['waitlist.places'] === 'FREED' ? ['PUBLISHED', 'OPEN'] : ['OPEN'];
      const rows = await db.rows<HouseRow>(housesQuery, [id, states, pageSize, page * pageSize]);
      return pageOf(rows.map(houseOf), page, pageSize, rows[0]?.rows ?? 0);
    },
    entry,
    why: createWhy(deps, entry),
    decline: (act: Act, id) => change((tx, at) => declineOffer(tx, at, act, id)),
    leave: (act: Act, id) => change((tx, at) => leaveList(tx, at, act, id)),
    joined: async (personId, { entryIds, transferId }) => {
      const rows = await db.rows<EntryRow>(joinedQuery, [[...entryIds], personId]);
      const [first] = rows;
      if (first === undefined) throw new Refusal('waitlist.unknown');
      const policy = await policyOf(first);
      const given = transferId === null ? null : await transfer(personId, transferId);
      return {
        applicationId: first.application_id,
        entries: given === null ? rows.map((row) => entryOf(row, policy)) : [],
        transfer: given,
      };
    },
    transfer,
  };
}

const isOpen = ({ state }: { readonly state: EntryState }): boolean =>
  state === 'WAITING' || state === 'PLACE_AVAILABLE';

function summaryOf(row: SummaryRow): WaitlistSummary {
  const status = statusOf(row);
  return {
    applicationId: row.id,
    role: row.role,
    number: row.number,
    childName: row.child_name,
    district: { kk: row.name_kk, ru: row.name_ru },
    birthYear: row.birth_year,
    attends:
      row.attends_kk === null || row.attends_ru === null ? null : { kk: row.attends_kk, ru: row.attends_ru },
    lists: row.lists,
    status,
    deadline: status === 'PLACE_AVAILABLE' ? row.offer_until : status === 'TRANSFER' ? row.admit_until : null,
  };
}

function statusOf(row: SummaryRow): WaitlistSummary['status'] {
  if (row.transfer_open) return 'TRANSFER';
  if (row.state !== 'ENROLLED') return 'ARCHIVED';
  if (row.offer_until !== null) return 'PLACE_AVAILABLE';
  return row.lists > 0 ? 'WAITING' : 'NONE';
}

function barOf(row: SummaryRow, policy: Policy): WaitlistBar | null {
  if (!policy['waitlist.enabled']) return 'OFF';
  if (row.transfer_open) return 'TRANSFER';
  if (row.state !== 'ENROLLED') return 'ARCHIVED';
  if (!row.attends_here) return 'NOT_ATTENDING';
  if (row.has_referral) return 'HAS_REFERRAL';
  if (row.offer_until !== null) return 'ANSWER_FIRST';
  if (row.lists >= policy['waitlist.maxKindergartens']) return 'FULL';
  return canSign(row.role, policy) ? null : 'ONLY_OWNER';
}

function termsOf(policy: Policy): WaitlistTerms {
  return {
    answer: policy['waitlist.answer'],
    admission: policy['transfer.admission'],
    safe: policy['transfer.safe'],
    onExpire: policy['transfer.onExpire'],
    maxKindergartens: policy['waitlist.maxKindergartens'],
    order: policy['waitlist.order'],
    siblingsFirst: policy['waitlist.siblingsFirst'],
  };
}

function entryOf(row: EntryRow, policy: Policy): WaitlistEntryView {
  const kind = { sibling: row.sibling, benefitClass: row.benefit_class };
  const {
    offered_at: offeredAt,
    answer_until: answerUntil,
    group_name: groupName,
    language,
    birth_year,
  } = row;
  const offer =
    row.state !== 'PLACE_AVAILABLE' ||
    offeredAt === null ||
    answerUntil === null ||
    groupName === null ||
    language === null ||
    birth_year === null
      ? null
      : { offeredAt, answerUntil, groupName, language, birthYear: birth_year };
  return {
    id: row.id,
    applicationId: row.application_id,
    kindergartenId: row.kindergarten_id,
    kindergarten: { kk: row.name_kk, ru: row.name_ru },
    address: { kk: row.address_kk, ru: row.address_ru },
    phone: row.phone,
    latitude: row.latitude,
    longitude: row.longitude,
    state: row.state,
    joinedAt: row.joined_at,
    benefitClass: row.benefit_class,
    sibling: row.sibling,
    position: row.state === 'WAITING' ? positionOf(kind, row.total, row.earlier, policy) : null,
    length: lengthOf(row.total),
    offer,
  };
}

function houseOf(row: HouseRow): WishableKindergarten {
  return {
    kindergartenId: row.id,
    kindergarten: { kk: row.name_kk, ru: row.name_ru },
    address: { kk: row.address_kk, ru: row.address_ru },
    languages: row.languages,
    waiting: row.waiting,
    free: row.free,
    distanceM: row.distance === null ? null : Math.round(row.distance),
    joined: row.joined,
  };
}
