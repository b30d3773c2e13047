import { type KezekContext, personId } from '../context.ts';
import { type ApplicationId, type GroupId, Refusal } from '../core.ts';
import { idOf } from '../ids.ts';

const MOST = 20;

export interface Wishes {
  readonly roundAt: Date;
  /** In the order of wish, the dearest first. */
  readonly groups: readonly GroupId[];
  /** The same as signed: nothing is left to be signed. */
  readonly signed: boolean;
}

/** The wishes as they are being arranged in this chat, else as they were signed. Undefined when no round is to come. */
export async function wishesOf(ctx: KezekContext, id: ApplicationId): Promise<Wishes | undefined> {
  const round = await ctx.house.core.places.openRound(personId(ctx), id);
  if (round === null) return undefined;
  const groups = draftOf(ctx, id) ?? round.wishes;
  const signed = groups.length > 0 && groups.join() === round.wishes.join();
  return { roundAt: round.roundAt, groups, signed };
}

/** At the end of the list. Refusals: wishes.noRound, wishes.tooMany. */
export async function addWish(ctx: KezekContext, id: ApplicationId, group: GroupId): Promise<void> {
  await arrange(ctx, id, (groups) => (groups.includes(group) ? groups : [...groups, group]));
}

export async function dropWish(ctx: KezekContext, id: ApplicationId, group: GroupId): Promise<void> {
  await arrange(ctx, id, (groups) => groups.filter((wish) => wish !== group));
}

/** One place nearer to the first. */
export async function raiseWish(ctx: KezekContext, id: ApplicationId, group: GroupId): Promise<void> {
  await arrange(ctx, id, (groups) => raised(groups, group));
}

export function raised<T>(list: readonly T[], item: T): readonly T[] {
  const index = list.indexOf(item);
  if (index < 1) return list;
  return [...list.slice(0, index - 1), item, ...list.slice(index - 1).filter((other) => other !== item)];
}

async function arrange(
  ctx: KezekContext,
  id: ApplicationId,
  change: (groups: readonly GroupId[]) => readonly GroupId[],
): Promise<void> {
  const wishes = await wishesOf(ctx, id);
  if (wishes === undefined) throw new Refusal('wishes.noRound');
  const groups = change(wishes.groups);
  if (groups.length > MOST) throw new Refusal('wishes.tooMany', { limit: MOST });
  ctx.session.dialog = { name: 'wishes', data: { application: id, groups } };
}

function draftOf({ session }: KezekContext, id: ApplicationId): readonly GroupId[] | undefined {
  const { dialog } = session;
  if (dialog?.name !== 'wishes' || dialog.data.application !== id) return undefined;
  const { groups } = dialog.data;
  return typeof groups === 'object' ? groups.map((group) => idOf<GroupId>(group)) : undefined;
}
