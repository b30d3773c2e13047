import { InputFile } from 'grammy';
import type { Texts } from '../../locales/index.ts';
import { type KezekContext, personId } from '../context.ts';
import {
  type ApplicationCard,
  type ApplicationId,
  dateWithoutWeekday,
  localDate,
  type PlacePoint,
} from '../core.ts';
import { lastDigits, lines } from '../words.ts';

/** Sends the picture of the place over the time; its caption says the same in words. Refusal: chart.little. */
export async function sendChart(ctx: KezekContext, id: ApplicationId): Promise<void> {
  const { applications, queues } = ctx.house.core;
  const person = personId(ctx);
  const [card, points, picture] = await Promise.all([
    applications.card(person, id),
    queues.history(person, id, new Date(0)),
    queues.chart(person, id, ctx.t.language),
  ]);
  await ctx.replyWithPhoto(new InputFile(picture, 'kezek.png'), {
    caption: caption(card, points, ctx.t),
    parse_mode: 'HTML',
  });
}

export function caption(
  card: Pick<ApplicationCard, 'childName' | 'number'>,
  points: readonly PlacePoint[],
  t: Texts,
): string {
  const counted = points.filter((point): point is PlacePoint & { place: number } => point.place !== null);
  const first = counted[0];
  const now = points.at(-1)?.place ?? null;
  const best = counted.reduce((least, { place }) => Math.min(least, place), Number.POSITIVE_INFINITY);
  const worst = counted.reduce((most, { place }) => Math.max(most, place), 0);
  return lines(
    t.html('moved.caption.title', { child: card.childName, digits: lastDigits(card.number) }),
    first === undefined
      ? undefined
      : t.html('moved.caption.first', {
          date: dateWithoutWeekday(localDate(first.at), t.language),
          n: first.place,
        }),
    now === null ? t.html('moved.caption.nowNone') : t.html('moved.caption.now', { n: now }),
    best < worst ? t.html('moved.caption.range', { best, worst }) : undefined,
  );
}
