import type { KezekContext } from '../context.ts';
import { actOf } from '../context.ts';
import {
  AlreadyApplied,
  type ClaimId,
  Refusal,
  type RefusalParams,
  SCAN_RULES,
  type ScanId,
} from '../core.ts';
import { refusalNote } from '../refusal-note.ts';
import { scanSourceOf } from '../scans/source.ts';
import type { Next, Note } from '../screen.ts';
import { erase } from '../show.ts';

/** What is kept between the pictures of one sending: which of them were refused, and which scan is to be replaced. */
export const SCANS_DIALOG = 'scans';

/** A picture that was not taken: its number in what was sent at once, and why. */
interface Refused {
  readonly n: number;
  readonly code: string;
  readonly params: RefusalParams;
}

/** Pictures sent at once: an album, or several albums that were chosen together. */
interface Sending {
  readonly album: string;
  readonly count: number;
  readonly refused: readonly Refused[];
  /** Those for which there was no room: told by their number, not one by one. */
  readonly tooMany: number;
  readonly swap: string | undefined;
}

/**
 * Takes one picture or file. What is accepted leaves the chat, what is refused stays there with its reason. An album comes
 * as one message each: all of them are told of in one message, that of the first refusal, which stands below them all.
 */
export async function takeScan(ctx: KezekContext, claim: ClaimId): Promise<Next> {
  const source = scanSourceOf(ctx);
  if (source === undefined) return answered(ctx, false, { key: 'scans.needPicture' });
  const before = sendingOf(ctx);
  const counted = { ...before, count: before.count + 1 };
  const replaced = before.swap === undefined ? undefined : (before.swap as ScanId);
  try {
    await ctx.house.core.scans.add(actOf(ctx), claim, source, replaced);
  } catch (error) {
    if (error instanceof Refusal && error.code.startsWith('scan.')) return refused(ctx, counted, error);
    if (!(error instanceof AlreadyApplied)) throw error;
  }
  const gone = await erase(ctx);
  const after = { ...counted, swap: undefined };
  keep(ctx, after);
  const left: Note | undefined = gone ? undefined : { key: 'scans.notErased' };
  return answered(ctx, gone, withSwap(replaced, noteOf(ctx, after, left)));
}

function refused(ctx: KezekContext, sending: Sending, { code, params }: Refusal): Next {
  const isFull = code === 'scan.tooMany';
  const after = isFull
    ? { ...sending, tooMany: sending.tooMany + 1 }
    : { ...sending, refused: [...sending.refused, { n: sending.count, code, params }] };
  keep(ctx, after);
  return answered(ctx, false, noteOf(ctx, after));
}

/** A picture that stays above the live message needs no new one below it. */
function answered(ctx: KezekContext, gone: boolean, note: Note | undefined): Next {
  const { liveMessageId: live = 0 } = ctx.session;
  const fresh = !gone && (ctx.message?.message_id ?? 0) > live;
  return note === undefined ? { fresh } : { fresh, note };
}

function withSwap(replaced: ScanId | undefined, note: Note | undefined): Note | undefined {
  return replaced === undefined ? note : { key: 'scans.swapped', and: note };
}

/** One sentence for each refused picture, with its number where several were sent at once. */
function noteOf(ctx: KezekContext, sending: Sending, last?: Note): Note | undefined {
  const { refused, tooMany, album, count } = sending;
  const limit = SCAN_RULES.maxPerClaim;
  const full: Note | undefined =
    tooMany === 0 ? last : { key: 'scans.noRoom', values: { n: tooMany, limit }, and: last };
  const single = album === '' && count === 1;
  const stays: Note | undefined = refused.length === 0 || single ? full : { key: 'scans.stays', and: full };
  return refused.reduceRight<Note | undefined>((and, { n, code, params }) => {
    const reason = refusalNote(ctx, new Refusal(code, params));
    if (single) return { ...reason, and };
    return { key: 'scans.nth', values: { n, reason: ctx.t.plain(reason.key, reason.values) }, and };
  }, stays);
}

/**
 * What was sent at once so far. The next picture belongs to it when it has the same album, or was sent before our last
 * word: whoever chooses thirty pictures sends three albums without waiting.
 */
function sendingOf(ctx: KezekContext): Sending {
  const { dialog, liveMessageId: live } = ctx.session;
  const data = dialog?.name === SCANS_DIALOG ? dialog.data : {};
  const album = ctx.message?.media_group_id ?? '';
  const swap = typeof data.swap === 'string' ? data.swap : undefined;
  const same = album !== '' && data.album === album;
  const earlier = live !== undefined && (ctx.message?.message_id ?? 0) < live;
  if (!same && !earlier) return { album, count: 0, refused: [], tooMany: 0, swap };
  const told = typeof data.refused === 'string' ? (JSON.parse(data.refused) as Refused[]) : [];
  return { album, count: Number(data.count ?? 0), refused: told, tooMany: Number(data.tooMany ?? 0), swap };
}

function keep(ctx: KezekContext, { album, count, refused, tooMany, swap }: Sending): void {
  const data = { album, count, refused: JSON.stringify(refused), tooMany };
  ctx.session.dialog = { name: SCANS_DIALOG, data: swap === undefined ? data : { ...data, swap } };
}
