import { sameBytes } from '../db/crypto.ts';
import type { WriteTx } from '../db/db.ts';
import type { LinkId, PersonId } from '../ids.ts';
import { type OwedNotice, planNotices } from '../notice/plan.ts';
import { acceptLogin } from '../people/eds-login.ts';
import { parseIin } from '../people/iin.ts';
import { iinOf } from '../people/persons.ts';
import { Refusal } from '../refusal.ts';
import { assertBearer, finish, type LinkRow, lockLink, placeOf, tellLink } from './link-store.ts';
import { viewOf } from './link-view.ts';
import { assertTaken } from './links.ts';
import type { SignPagesDeps } from './pages.ts';
import type { LinkBearer, LinkView, Signable, VerifiedProof } from './pages-api.ts';
import { makeVoid, mustBeAlive, performSigned, refusalOf, Unperformed, voidCodes } from './perform.ts';
import { keepSignature } from './proof.ts';
import { lockStatement, type Outcome, type StatementRow } from './store.ts';

/** See `SignPages.accept`. Two tabs, or the browser and the phone at once: the second waits at the lock and sees the first. */
export async function accept(
  deps: SignPagesDeps,
  id: LinkId,
  bearer: LinkBearer,
  covers: Signable['covers'],
  proof: VerifiedProof,
): Promise<LinkView> {
  const { db, secrets } = deps;
  const link = await db.write(async (tx) => {
    const link = await lockLink(tx, { id });
    assertBearer(secrets, link, bearer);
    return link;
  });
  if (link.purpose !== (covers === 'LOGIN' ? 'LOGIN' : 'SIGN')) {
    throw new Refusal('link.unknown');
  }
  const by = placeOf(bearer);
  let viewer: 'PAGE' | 'PHONE' | null = by;
  if (link.purpose !== 'LOGIN') await acceptStatement(deps, link, covers, proof);
  else if (!(await acceptLogin(deps, link, by, proof)) && by === 'PHONE') viewer = null;
  return db.write(async (tx) => viewOf(deps, tx, await lockLink(tx, { id }), viewer));
}

async function acceptStatement(
  deps: SignPagesDeps,
  link: LinkRow,
  covers: Signable['covers'],
  proof: VerifiedProof,
): Promise<void> {
  const { db, clock } = deps;
  const { person_id: personId, statement_id: statementId } = link;
  if (personId === null || statementId === null) throw new Error(`the link ${link.id} is for nobody`);
  await db
    .write((tx) => settle(deps, tx, { link, personId, covers, proof }))
    .catch((error: unknown) => {
      if (!(error instanceof Unperformed)) throw error;
      return db.write(async (tx) => {
        await lockLink(tx, { id: link.id });
        await makeVoid(tx, clock.now(), personId, statementId, error.refusal);
        await tellLink(tx, link.id);
      });
    });
}

interface Signed {
  readonly link: LinkRow;
  readonly personId: PersonId;
  readonly covers: Signable['covers'];
  readonly proof: VerifiedProof;
}

/** One transaction from the lock on the link to the effect of the statement. */
async function settle(
  deps: SignPagesDeps,
  tx: WriteTx,
  { link, personId, covers, proof }: Signed,
): Promise<void> {
  const at = deps.clock.now();
  const { done_at } = await lockLink(tx, { id: link.id });
  if (done_at !== null || link.statement_id === null) return;
  const statement = await lockStatement(tx, personId, link.statement_id);
  // Signed by a code or over another link meanwhile: that one counts. A void statement stays void.
  if (statement.signed_at !== null || refusalOf(statement) !== undefined) return;
  mustBeAlive(statement, at);
  await assertOwnKey(deps, tx, personId, proof);
  await assertMethod(tx, at, statement, proof);
  const signer = { personId, channel: 'WEB', method: 'EDS' } as const;
  const outcome = await performSigned(deps.performers, tx, at, signer, statement);
  await voidCodes(tx, at, statement.id);
  const kept = { linkId: link.id, personId, statementId: statement.id, covers, proof };
  await keepSignature(deps, tx, at, kept);
  await finish(tx, at, link.id, outcome);
  await planNotices(tx, at, [
    { code: 'N41', personId, ...aboutOutcome(statement, outcome), params: { kind: outcome.kind } },
  ]);
}

function aboutOutcome(
  statement: StatementRow,
  outcome: Outcome,
): Pick<OwedNotice, 'applicationId' | 'referralId'> {
  const [first] = outcome.kind === 'REGISTRATION' ? outcome.applicationIds : [statement.application_id];
  return {
    ...(first == null ? {} : { applicationId: first }),
    ...(outcome.kind === 'CHOICE' ? { referralId: outcome.referralId } : {}),
  };
}

/** The district may have changed its rules, or the server its trust, since the link was made. */
async function assertMethod(
  tx: WriteTx,
  at: Date,
  statement: StatementRow,
  proof: VerifiedProof,
): Promise<void> {
  const policy = await assertTaken(tx, at, statement, 'EDS');
  if (proof.revocation.state === 'UNAVAILABLE' && policy['sign.revocationUnavailable'] === 'REFUSE') {
    throw new Refusal('signature.revocationUnavailable');
  }
}

/** Refusal: signature.otherPerson. */
async function assertOwnKey(
  deps: SignPagesDeps,
  tx: WriteTx,
  personId: PersonId,
  { signer }: VerifiedProof,
): Promise<void> {
  const parsed = parseIin(signer.iin ?? '');
  const own = await iinOf(deps.secrets, tx, personId);
  if (!parsed.ok || !sameBytes(Buffer.from(parsed.iin), Buffer.from(own))) {
    throw new Refusal('signature.otherPerson');
  }
}
