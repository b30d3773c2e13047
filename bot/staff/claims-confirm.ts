import type { Texts } from '../../locales/index.ts';
import { actOf, type KezekContext } from '../context.ts';
import {
  addDays,
  type CivilDate,
  type ClaimOnDesk,
  dateInWords,
  localDate,
  parseCivilDate,
  readCivilDate,
  shortDate,
} from '../core.ts';
import { button, footer } from '../keyboard.ts';
import { defineScreen, isRedirect, type Rendered, redirect } from '../screen.ts';
import { target } from '../session.ts';
import { paragraphs } from '../words.ts';
import { about, finish, loadClaim, papers } from './claims.ts';

/** Instead of a date: the paper names no end. */
const ENDLESS = 'none';

interface Asked {
  readonly claim: ClaimOnDesk;
  readonly today: CivilDate;
}

/** A date as it is to be typed: of the paper in the near past, of its end in the near future. */
function example({ claim, today }: Asked): string {
  return shortDate(addDays(today, claim.category.validMonths === null ? 365 : -7));
}

/** The date from which the months of the category count, or the end that the paper itself names. */
export function renderAsk(asked: Asked, t: Texts): Rendered {
  const { claim } = asked;
  const counted = claim.category.validMonths !== null;
  const noEnd = button(t.plain('claims.noEnd'), 'stclyes', [claim.id, ENDLESS]);
  return {
    text: paragraphs(
      about(claim, t),
      t.html(counted ? 'claims.askDate' : 'claims.askEnd', { example: example(asked) }),
    ),
    keyboard: [...(counted ? [] : [[noEnd]]), footer(t, target('stclaim', claim.id))],
  };
}

async function load(ctx: KezekContext, arg: string | undefined) {
  const claim = await loadClaim(ctx, arg);
  return isRedirect(claim) ? claim : { claim, today: localDate(ctx.house.clock.now()) };
}

export const claimConfirmScreen = defineScreen<Asked>({
  name: 'stclok',
  access: 'STAFF',
  papers,
  load: (ctx, [arg]) => load(ctx, arg),
  render: renderAsk,
  answer: async (ctx, [arg], { text }) => {
    const asked = await load(ctx, arg);
    if (isRedirect(asked))
      return { to: asked.redirect, ...(asked.note === undefined ? {} : { note: asked.note }) };
    const date = readCivilDate(text ?? '');
    if (date === undefined) return { note: { key: 'claims.badDate', values: { example: example(asked) } } };
    return { to: target('stclyes', asked.claim.id, date) };
  },
});

interface Confirmed {
  readonly claim: ClaimOnDesk;
  /** The date of the paper or its end; null: it names none. */
  readonly date: CivilDate | null;
}

const counts = ({ category }: ClaimOnDesk): boolean => category.validMonths !== null;

export function renderConfirm({ claim, date }: Confirmed, t: Texts): Rendered {
  const dated = (key: 'claims.dateIs' | 'claims.endIs', day: CivilDate) =>
    t.html(key, { date: dateInWords(day, t.language) });
  return {
    text: paragraphs(
      about(claim, t),
      date === null
        ? t.html('claims.endless')
        : dated(counts(claim) ? 'claims.dateIs' : 'claims.endIs', date),
      t.html('claims.confirmAsk'),
    ),
    keyboard: [
      [button(t.plain('claims.confirmYes'), 'stclyes/yes', [claim.id, date ?? ENDLESS], 'success')],
      footer(t, target('stclok', claim.id)),
    ],
  };
}

/** B3, asked once more with what was read from the paper. */
export const claimConfirmedScreen = defineScreen<Confirmed>({
  name: 'stclyes',
  access: 'STAFF',
  papers,
  load: async (ctx, [arg, given = '']) => {
    const claim = await loadClaim(ctx, arg);
    if (isRedirect(claim)) return claim;
    const date = parseCivilDate(given) ?? null;
    const endless = given === ENDLESS && !counts(claim);
    return date === null && !endless ? redirect(target('stclok', claim.id)) : { claim, date };
  },
  render: renderConfirm,
  actions: {
    yes: {
      run: (ctx, [arg, given = '']) =>
        finish(ctx, arg, async (claim) => {
          const date = parseCivilDate(given);
          const dated =
            date === undefined ? {} : counts(claim) ? { documentDate: date } : { validUntil: date };
          await ctx.house.core.benefits.confirm(actOf(ctx), claim.id, dated);
          return { key: 'claims.confirmed' };
        }),
      settled: () => target('staff'),
    },
  },
});
