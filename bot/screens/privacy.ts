import type { Texts } from '../../locales/index.ts';
import { actOf, type KezekContext, readAccount } from '../context.ts';
import {
  dateInWords,
  dateTimeInWords,
  type Look,
  localDate,
  type Page,
  type PrivacySummary,
  type SignLink,
} from '../core.ts';
import { button, footer, pageOf, pager } from '../keyboard.ts';
import { dropLink, keepLink, linkOf, linkRow, linkText } from '../links.ts';
import { defineScreen, type Next, type Rendered } from '../screen.ts';
import { newSession, target } from '../session.ts';
import { home } from '../show.ts';
import { crumbs, lines, paragraphs } from '../words.ts';

interface PrivacyView {
  readonly support: string;
  readonly loggedIn: boolean;
}

/** What is kept about a person, why, and what they may do about it (Law № 94-V; F-52). */
export function renderPrivacy({ support, loggedIn }: PrivacyView, t: Texts): Rendered {
  const own = [
    [button(t.plain('privacy.mine'), 'mydata')],
    [button(t.plain('privacy.looks'), 'looks')],
    [button(t.plain('privacy.forget'), 'forget')],
  ];
  return {
    text: paragraphs(
      t.html('privacy.title'),
      t.html('privacy.what'),
      t.html('privacy.chat'),
      t.html('privacy.rights', { support }),
    ),
    keyboard: [...(loggedIn ? own : []), footer(t)],
  };
}

export const privacyScreen = defineScreen<PrivacyView>({
  name: 'privacy',
  access: 'ANYONE',
  command: 'privacy',
  load: async (ctx) => ({ support: ctx.house.supportPhone, loggedIn: ctx.account.person !== null }),
  render: renderPrivacy,
});

const EXPORT_LINK = 'export';

interface MineView {
  readonly summary: PrivacySummary;
  readonly link: SignLink | undefined;
}

/** How much is stored, and the page where all of it is downloaded: the files hold the IIN and never pass through the chat. */
export function renderMine({ summary, link }: MineView, t: Texts): Rendered {
  const { consentedAt, ...counts } = summary;
  return {
    text: paragraphs(
      crumbs(t, 'crumb.settings'),
      t.html('privacy.mineTitle'),
      consentedAt === null
        ? t.html('privacy.noConsent')
        : t.html('privacy.consent', { date: dateInWords(localDate(consentedAt), t.language) }),
      t.html('privacy.counts', counts),
      t.html('privacy.mineExplain'),
      linkText(link, t),
    ),
    keyboard: [
      ...linkRow(link, t.plain('privacy.open')),
      [button(t.plain('link.new'), 'mydata/link')],
      footer(t, target('privacy')),
    ],
  };
}

export const mineScreen = defineScreen<MineView>({
  name: 'mydata',
  access: 'ACCOUNT',
  load: async (ctx) => ({
    summary: await ctx.house.core.privacy.summary(actOf(ctx)),
    link: linkOf(ctx, EXPORT_LINK),
  }),
  render: renderMine,
  actions: {
    link: {
      run: async (ctx) => {
        keepLink(ctx, EXPORT_LINK, await ctx.house.core.privacy.exportLink(actOf(ctx)));
        return { to: target('mydata'), toast: { key: 'link.made' } };
      },
      settled: () => target('mydata'),
    },
  },
});

const PAGE_SIZE = 6;

/** Who looked at the person's data: staff who opened them, and the other parent. */
export function renderLooks(looks: Page<Look>, t: Texts): Rendered {
  return {
    text: paragraphs(
      crumbs(t, 'crumb.settings'),
      t.html('privacy.looksTitle'),
      t.html('privacy.looksExplain'),
      looks.items.length === 0
        ? t.html('privacy.looksNone')
        : lines(...looks.items.map((look) => lookText(look, t))),
    ),
    keyboard: [...pager('looks', (page) => [page], looks.page, looks.pages), footer(t, target('privacy'))],
  };
}

function lookText({ at, role, what, numberTail }: Look, t: Texts): string {
  const seen = t.plain(`privacy.whatSeen.${what}`);
  return t.html('privacy.look', {
    date: dateTimeInWords(at, t.language),
    who: t.plain(`privacy.who.${role}`),
    what: numberTail === null ? seen : t.plain('privacy.lookOf', { what: seen, digits: numberTail }),
  });
}

export const looksScreen = defineScreen<Page<Look>>({
  name: 'looks',
  access: 'ACCOUNT',
  load: (ctx, [page]) => ctx.house.core.privacy.looks(actOf(ctx), pageOf(page), PAGE_SIZE),
  render: renderLooks,
});

/** Asked once more before the account is deleted, with what the law keeps said plainly. */
export function renderForget(_view: object, t: Texts): Rendered {
  return {
    text: paragraphs(
      crumbs(t, 'crumb.settings'),
      t.html('privacy.forgetTitle'),
      t.html('privacy.forgetGone'),
      t.html('privacy.forgetKept'),
      t.html('privacy.forgetActive'),
    ),
    keyboard: [
      [button(t.plain('privacy.forgetYes'), 'forget/yes', [], 'danger')],
      [button(t.plain('privacy.forgetNo'), 'privacy')],
      footer(t, target('privacy')),
    ],
  };
}

export const forgetScreen = defineScreen<object>({
  name: 'forget',
  access: 'ACCOUNT',
  load: async () => ({}),
  render: renderForget,
  actions: { yes: { run: forget, settled: () => home } },
});

async function forget(ctx: KezekContext): Promise<Next> {
  const { kept } = await ctx.house.core.privacy.deleteAccount(actOf(ctx));
  dropLink(ctx, EXPORT_LINK);
  const { liveMessageId } = ctx.session;
  ctx.session = { ...newSession(), ...(liveMessageId === undefined ? {} : { liveMessageId }) };
  const note = { key: kept ? 'privacy.forgetDone' : 'privacy.forgetDoneWhole' } as const;
  const said = ctx.t.plain(note.key);
  await readAccount(ctx);
  await ctx.reply(said);
  return { to: home, fresh: true };
}
