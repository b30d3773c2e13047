import type { CoreDeps } from '../context.ts';
import { type Secrets, sameBytes, sha256 } from '../db/crypto.ts';
import type { WriteTx } from '../db/db.ts';
import { listen } from '../db/listen.ts';
import type { LinkId } from '../ids.ts';
import { Refusal } from '../refusal.ts';
import { accept } from './accept.ts';
import { assertBearer, LINK_CHANNEL, type LinkRow, lockLink, tellLink } from './link-store.ts';
import { filesOf, viewOf } from './link-view.ts';
import { newSecret } from './links.ts';
import type { LinkBearer, LinkView, SignPages } from './pages-api.ts';
import { mustBeAlive } from './perform.ts';
import type { Performers } from './performers.ts';
import { claimRechecks, rechecked } from './recheck.ts';
import { signableOf } from './signable.ts';
import { lockStatement } from './store.ts';

export interface SignPagesDeps extends Pick<CoreDeps, 'db' | 'clock' | 'log' | 'ports' | 'config'> {
  readonly secrets: Secrets;
  readonly performers: Performers;
}

/** Everything the page, the phone and the download outside the chat may do (EDS.md §5–6; DOMAIN §6.3). */
export function createSignPages(deps: SignPagesDeps): SignPages {
  const { db, clock, secrets } = deps;
  const borne = <T>(id: LinkId, bearer: LinkBearer, work: (tx: WriteTx, link: LinkRow) => Promise<T>) =>
    db.write(async (tx) => {
      const link = await lockLink(tx, { id });
      assertBearer(secrets, link, bearer);
      return work(tx, link);
    });
  return {
    open: (token, known) => db.write((tx) => open(deps, tx, token, known)),
    view: (id, bearer) =>
      borne(id, bearer, (tx, link) => viewOf(deps, tx, link, 'session' in bearer ? 'PAGE' : null)),
    signable: async (id, bearer, as) => {
      const link = await borne(id, bearer, async (tx, link) => {
        await assertOpen(tx, clock.now(), link);
        return link;
      });
      return signableOf(deps, link, as);
    },
    startPhone: (id, bearer, as) => borne(id, bearer, (tx, link) => startPhone(deps, tx, link, as)),
    phoneRequest: (token) =>
      db.write(async (tx) => {
        const link = await lockLink(tx, { phone: token });
        await assertOpen(tx, clock.now(), link);
        const { id, purpose, phone_hash: hash, expires_at: expiresAt } = link;
        if (hash === null || (purpose !== 'SIGN' && purpose !== 'LOGIN')) throw new Refusal('link.unknown');
        const { about } = await viewOf(deps, tx, link, null);
        return { id, auth: secrets.phoneAuth(id, hash), purpose, about, expiresAt };
      }),
    phoneSignable: async (id, bearer) => {
      const link = await borne(id, bearer, async (tx, link) => {
        await assertOpen(tx, clock.now(), link);
        await tx.sign_link.update({
          where: { id },
          data: { phone_fetched_at: clock.now() },
          select: { id: true },
        });
        await tellLink(tx, id);
        return link;
      });
      const format = link.phone_format ?? 'XML';
      return { ...(await signableOf(deps, link, format)), format };
    },
    accept: (id, bearer, covers, proof) => accept(deps, id, bearer, covers, proof),
    file: (id, session, name) =>
      borne(id, { session }, async (tx, link) => {
        if (clock.now() > link.expires_at) throw new Refusal('link.expired');
        const files = await filesOf(deps, tx, link);
        const file = files.find((one) => one.name === name);
        if (file === undefined) throw new Refusal('file.unknown');
        return { type: file.type, content: file.content };
      }),
    watch: createWatch(deps),
    claimRechecks: (limit) => claimRechecks(deps, limit),
    rechecked: (id, answer) => rechecked(deps, id, answer),
  };
}

async function open(
  deps: SignPagesDeps,
  tx: WriteTx,
  token: string,
  known: string | undefined,
): Promise<{ session: string | null; view: LinkView }> {
  const at = deps.clock.now();
  const link = await lockLink(tx, { token });
  if (link.session_hash !== null) {
    if (known === undefined || !sameBytes(link.session_hash, sha256(known))) throw new Refusal('link.used');
    return { session: null, view: await viewOf(deps, tx, link, 'PAGE') };
  }
  if (at > link.open_until) throw new Refusal('link.expired');
  const session = newSecret();
  await tx.sign_link.update({
    where: { id: link.id },
    data: { opened_at: at, session_hash: session.hash },
    select: { id: true },
  });
  return { session: session.text, view: await viewOf(deps, tx, link, 'PAGE') };
}

/** Refusals: link.unknown where there is nothing to sign, link.done, link.expired, and the one that made the statement void. */
async function assertOpen(tx: WriteTx, at: Date, link: LinkRow): Promise<void> {
  if (link.purpose !== 'SIGN' && link.purpose !== 'LOGIN') throw new Refusal('link.unknown');
  if (link.done_at !== null) throw new Refusal('link.done');
  if (link.person_id !== null && link.statement_id !== null) {
    const statement = await lockStatement(tx, link.person_id, link.statement_id);
    if (statement.signed_at !== null) throw new Refusal('link.done');
    mustBeAlive(statement, at);
  }
  if (at > link.expires_at) throw new Refusal('link.expired');
}

async function startPhone(deps: SignPagesDeps, tx: WriteTx, link: LinkRow, as: 'XML' | 'PDF') {
  await assertOpen(tx, deps.clock.now(), link);
  const token = newSecret();
  await tx.sign_link.update({
    where: { id: link.id },
    // A login has no paper: its text is what is signed.
    data: {
      phone_hash: token.hash,
      phone_format: link.purpose === 'LOGIN' ? 'XML' : as,
      phone_fetched_at: null,
    },
    select: { id: true },
  });
  await tellLink(tx, link.id);
  return { token: token.text, expiresAt: link.expires_at };
}

const LOOK_AGAIN_MS = 5_000;

/** One connection listens for all links of this process, as long as one is watched; a look every 5 s mends what it misses. */
function createWatch({ db, log }: SignPagesDeps): SignPages['watch'] {
  const watchers = new Map<LinkId, Set<() => void>>();
  const tell = (some: Iterable<() => void>) => {
    for (const one of some) one();
  };
  let stopListening: (() => Promise<void>) | undefined;
  return (id, onChange) => {
    const here = watchers.get(id) ?? new Set();
    here.add(onChange);
    watchers.set(id, here);
    stopListening ??= listen(
      db,
      log,
      LINK_CHANNEL,
      (changed) => tell(watchers.get(changed as LinkId) ?? []),
      () => tell([...watchers.values()].flatMap((some) => [...some])),
    );
    const timer = setInterval(onChange, LOOK_AGAIN_MS);
    return () => {
      clearInterval(timer);
      here.delete(onChange);
      if (here.size === 0 && watchers.get(id) === here) watchers.delete(id);
      if (watchers.size > 0) return;
      void stopListening?.();
      stopListening = undefined;
    };
  };
}
