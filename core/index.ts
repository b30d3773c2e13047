import { undoWithdrawal, withdraw } from './application/actions.ts';
import type { Applications } from './application/api.ts';
import { createCard } from './application/card.ts';
import { createDeadlines } from './application/deadlines.ts';
import { confirmInterest } from './application/interest.ts';
import { createList } from './application/list.ts';
import { register } from './application/register.ts';
import { sanityChecks } from './audit/sanity.ts';
import { createBenefits } from './benefit/benefits.ts';
import { createBroadcasts } from './broadcast/broadcasts.ts';
import { calendarIn } from './calendar/stored.ts';
import type { CoreDeps, QueueDeps } from './context.ts';
import { createSecrets } from './db/crypto.ts';
import type { WriteTx } from './db/db.ts';
import { createDocuments } from './document/store.ts';
import { createDrafts } from './draft/drafts.ts';
import type { SignedForm } from './draft/form.ts';
import { assertMaySubmit, refreshForm, submitForm } from './draft/submit.ts';
import { createForecasts } from './forecast/forecasts.ts';
import { createGuardians } from './guardian/guardians.ts';
import type { PersonId } from './ids.ts';
import { createInbox } from './inbox/inbox.ts';
import { createJobs } from './jobs/jobs.ts';
import { createNotices } from './notice/notices.ts';
import { createPace } from './notice/pace.ts';
import { createPostgresLimits, type RateLimits } from './people/limits.ts';
import { createPeople } from './people/people.ts';
import { createPlaces } from './place/free.ts';
import { createPolicies } from './policy/policy.ts';
import { createPrivacy } from './privacy/privacy.ts';
import { declineTurn } from './queue/close.ts';
import { createQueues } from './queue/history.ts';
import { assertMayChoose, assertMayWish, chooseGroup, placeWishes } from './referral/choose.ts';
import { createReferrals } from './referral/views.ts';
import { createReviews } from './review/reviews.ts';
import { createInspector } from './scan/inspector.ts';
import { createScans } from './scan/scans.ts';
import { postgresSessions } from './session/postgres.ts';
import { purgeLinks } from './signing/links.ts';
import { createSignPages } from './signing/pages.ts';
import { createSigning } from './signing/signing.ts';
import { createDesk } from './staff/desk.ts';
import { createGrants } from './staff/grant.ts';
import { createKindergartens } from './subscription/kindergartens.ts';
import { createTransfers } from './transfer/views.ts';
import { acceptOffer, offerToAccept } from './waitlist/accept.ts';
import { assertMayJoin, joinLists } from './waitlist/join.ts';
import { createWaitlists } from './waitlist/views.ts';

export type { CoreConfig, CoreDeps } from './context.ts';
export * from './exports.ts';

export type Core = ReturnType<typeof createCore>;

/** Puts core together: the one door by which bot, web-sign and main enter it. */
export function createCore(deps: CoreDeps & { readonly limits?: RateLimits }) {
  const { db, clock, log, config } = deps;
  const secrets = createSecrets(config.dataKey);
  const limits = deps.limits ?? createPostgresLimits(db, clock);
  const documents = createDocuments(deps);
  const policies = createPolicies({ db });
  const queue: QueueDeps = { ...deps, policies, secrets, issueDocument: documents.issue };
  const referrals = createReferrals(queue);
  const waitlists = createWaitlists(queue);
  const scans = createScans(queue, createInspector());
  const inbox = createInbox({ db, clock, log, dataKey: config.dataKey });
  const performers = {
    CHOICE: (tx: WriteTx, at: Date, choice: Parameters<typeof chooseGroup>[3]) =>
      chooseGroup(queue, tx, at, choice),
    WISHES: placeWishes,
    REGISTRATION: (tx: WriteTx, at: Date, form: SignedForm) => submitForm(queue, tx, at, form),
    WAITLIST: (tx: WriteTx, at: Date, joining: Parameters<typeof joinLists>[3]) =>
      joinLists(queue, tx, at, joining),
    TRANSFER: (tx: WriteTx, at: Date, accepting: Parameters<typeof acceptOffer>[3]) =>
      acceptOffer(queue, tx, at, accepting),
    check: {
      CHOICE: assertMayChoose,
      WISHES: assertMayWish,
      WAITLIST: assertMayJoin,
      TRANSFER: offerToAccept,
      REGISTRATION: (tx: WriteTx, at: Date, personId: PersonId) => assertMaySubmit(queue, tx, at, personId),
    },
  };
  const housekeeping = async () => {
    await inbox.purge();
    await purgeLinks(db, clock);
    for (const { check, ids } of await sanityChecks(db))
      log.error({ check, ids: ids.slice(0, 20) }, 'the data break a promise');
    // Last: the store may be away, and nothing else here needs it.
    await scans.purge();
  };
  return {
    db,
    clock,
    people: createPeople({ ...deps, secrets, limits }),
    applications: createApplications(queue),
    benefits: createBenefits(queue),
    queues: createQueues(queue),
    forecasts: createForecasts(queue),
    places: createPlaces(queue),
    kindergartens: createKindergartens(queue),
    referrals,
    waitlists,
    transfers: createTransfers(queue),
    drafts: createDrafts({ ...queue, limits }),
    reviews: createReviews(queue),
    privacy: createPrivacy({ ...queue, limits }),
    signing: createSigning({
      ...deps,
      secrets,
      limits,
      performers,
      referrals,
      waitlists,
      forms: { refresh: (act) => refreshForm(queue, act) },
    }),
    signPages: createSignPages({ ...deps, secrets, performers }),
    guardians: createGuardians({ ...queue, limits }),
    documents,
    scans,
    staff: { ...createDesk(queue), ...createGrants({ ...deps, secrets }) },
    broadcasts: createBroadcasts({ db, clock }),
    notices: createNotices({ db, clock, log }),
    pace: createPace(db),
    inbox,
    sessions: <T extends object>() => postgresSessions<T>(db, clock),
    policies,
    /** The working days as they are known now. */
    calendar: () => db.write(calendarIn),
    jobs: createJobs(queue, housekeeping),
  };
}

function createApplications(deps: QueueDeps): Applications {
  const change = <T>(work: (tx: WriteTx, at: Date) => Promise<T>): Promise<T> => {
    const at = deps.clock.now();
    return deps.db.write((tx) => work(tx, at));
  };
  return {
    ...createCard(deps),
    list: createList(deps),
    deadlines: createDeadlines(deps),
    register: (act, registration) => register(deps, act, registration),
    confirmInterest: (act, id) => change((tx, at) => confirmInterest(tx, at, act, id)),
    declineTurn: (act, id) => change((tx, at) => declineTurn(tx, at, act, id)),
    withdraw: (act, id) => change((tx, at) => withdraw(tx, at, act, id)),
    undoWithdrawal: (act, id) => change((tx, at) => undoWithdrawal(tx, at, act, id)),
  };
}
