import { GrammyError, InputFile } from 'grammy';
import type { InputMediaDocument, InputMediaPhoto } from 'grammy/types';
import { actOf, type KezekContext } from './context.ts';
import type { ScanView } from './core.ts';

/** Bytes that one call may carry: of the scans of a claim no more are in memory at once. */
const AT_ONCE = 20 * 1024 * 1024;
/** Telegram takes no larger photo, and no larger album. */
const PHOTO_BYTES = 10 * 1024 * 1024;
const ALBUM = 10;

/** A PDF has several. */
export const totalPages = (scans: readonly ScanView[]): number =>
  scans.reduce((sum, { pages }) => sum + pages, 0);

interface Batch {
  readonly kind: 'photo' | 'document';
  readonly scans: readonly ScanView[];
}

/**
 * Shows scans beside the live message: under a veil until they are tapped, not to be saved or passed on, gone as soon as a
 * screen is shown that is not about them (`Screen.papers` gives `of`). Refusal: scan.unknown.
 */
export async function showPapers(ctx: KezekContext, of: string, scans: readonly ScanView[]): Promise<void> {
  await takePapersAway(ctx);
  const ids: number[] = [];
  try {
    for (const batch of batches(scans)) ids.push(...(await sendBatch(ctx, batch)));
  } catch (error) {
    // The session of a message that failed is not kept: what was shown already would stay in the chat.
    await deleteAll(ctx, ids).catch(() => undefined);
    throw error;
  }
  // The words shown last stand above the pictures now and go with them.
  const { liveMessageId: live } = ctx.session;
  ctx.session.papers = { of, ids: live === undefined ? ids : [live, ...ids] };
}

/** Takes the pictures out of the chat, unless they are those of `kept`. */
export async function takePapersAway(ctx: KezekContext, kept?: string): Promise<void> {
  const { papers } = ctx.session;
  if (papers === undefined || papers.of === kept) return;
  await deleteAll(ctx, papers.ids);
  delete ctx.session.papers;
}

async function deleteAll(ctx: KezekContext, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  try {
    await ctx.deleteMessages([...ids]);
  } catch (error) {
    // Gone already, or too old to be deleted.
    if (!(error instanceof GrammyError && error.error_code === 400)) throw error;
  }
}

/** Photos and documents cannot share an album. Their order is kept inside each kind. */
function batches(scans: readonly ScanView[]): Batch[] {
  const isPhoto = ({ type, bytes }: ScanView) => type !== 'application/pdf' && bytes <= PHOTO_BYTES;
  return [
    ...split(scans.filter(isPhoto)).map((part) => ({ kind: 'photo' as const, scans: part })),
    ...split(scans.filter((scan) => !isPhoto(scan))).map((part) => ({
      kind: 'document' as const,
      scans: part,
    })),
  ];
}

function split(scans: readonly ScanView[]): ScanView[][] {
  const parts: ScanView[][] = [];
  let bytes = 0;
  for (const scan of scans) {
    const last = parts.at(-1);
    if (last === undefined || last.length === ALBUM || bytes + scan.bytes > AT_ONCE) {
      parts.push([scan]);
      bytes = scan.bytes;
    } else {
      last.push(scan);
      bytes += scan.bytes;
    }
  }
  return parts;
}

async function sendBatch(ctx: KezekContext, { kind, scans }: Batch): Promise<number[]> {
  const files: InputFile[] = [];
  for (const { id } of scans) {
    const { fileName, content } = await ctx.house.core.scans.content(actOf(ctx), id);
    files.push(new InputFile(content, fileName));
  }
  if (kind === 'document') return send(ctx, 'document', files);
  try {
    return await send(ctx, 'photo', files);
  } catch (error) {
    // Longer or narrower than Telegram takes for a photo: as a file every picture goes.
    if (!(error instanceof GrammyError && error.error_code === 400)) throw error;
    return send(ctx, 'document', files);
  }
}

async function send(ctx: KezekContext, kind: Batch['kind'], files: readonly InputFile[]): Promise<number[]> {
  const guard = { protect_content: true } as const;
  const [only, ...more] = files;
  if (only === undefined) return [];
  if (more.length > 0) return (await ctx.replyWithMediaGroup(albumOf(kind, files), guard)).map(idOf);
  const message =
    kind === 'photo'
      ? await ctx.replyWithPhoto(only, { ...guard, has_spoiler: true })
      : await ctx.replyWithDocument(only, guard);
  return [message.message_id];
}

const idOf = (message: { readonly message_id: number }): number => message.message_id;

function albumOf(kind: Batch['kind'], files: readonly InputFile[]): InputMediaPhoto[] | InputMediaDocument[] {
  return kind === 'photo'
    ? files.map((media) => ({ type: 'photo', media, has_spoiler: true }))
    : files.map((media) => ({ type: 'document', media }));
}
