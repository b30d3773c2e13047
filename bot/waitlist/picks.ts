import type { KezekContext } from '../context.ts';
import { type ApplicationId, type KindergartenId, Refusal } from '../core.ts';
import { idOf } from '../ids.ts';
import type { Dialog } from '../session.ts';

const DIALOG = 'waitlist';

/** While a signature is waited for, the ticks stay with it: who comes back finds them. */
export const dialogs = [DIALOG, 'sign'] as const;

/** The kindergartens that are ticked in this chat, in order of wish. */
export function picksOf({ session }: KezekContext, id: ApplicationId): readonly KindergartenId[] {
  const { dialog } = session;
  if (dialog === undefined || !dialogs.some((name) => name === dialog.name)) return [];
  const { application, kindergartens } = dialog.data;
  return application === id && typeof kindergartens === 'object'
    ? kindergartens.map((kindergarten) => idOf<KindergartenId>(kindergarten, 'kindergarten.unknown'))
    : [];
}

/** What the dialog of a signature keeps of them. */
export function picksData(ctx: KezekContext, application: ApplicationId): Dialog['data'] {
  return { application, kindergartens: picksOf(ctx, application) };
}

export function keepPicks(
  ctx: KezekContext,
  application: ApplicationId,
  kindergartens: readonly KindergartenId[],
): void {
  ctx.session.dialog = { name: DIALOG, data: { application, kindergartens } };
}

/** Ticks a kindergarten, or takes its tick away; those after it move up. Refusal: waitlist.tooMany {limit}. */
export function tick(ctx: KezekContext, id: ApplicationId, picked: KindergartenId, limit: number): void {
  const picks = picksOf(ctx, id);
  const ticked = picks.includes(picked);
  if (!ticked && picks.length >= limit) throw new Refusal('waitlist.tooMany', { limit });
  keepPicks(ctx, id, ticked ? picks.filter((pick) => pick !== picked) : [...picks, picked]);
}
