import type { Texts } from '../../locales/index.ts';
import { actOf, type KezekContext, personId, readAccount } from '../context.ts';
import type { NotificationSettings } from '../core.ts';
import { button, footer } from '../keyboard.ts';
import { defineScreen, type Rendered } from '../screen.ts';
import { newSession, target } from '../session.ts';
import { home } from '../show.ts';
import { crumbs, paragraphs } from '../words.ts';

/** «Баптаулар». */
export function renderSettings(_view: object, t: Texts): Rendered {
  return {
    text: paragraphs(crumbs(t, 'crumb.settings'), t.html('settings.title')),
    keyboard: [
      [button(t.plain('settings.notifications'), 'notify')],
      [button(t.plain('settings.contacts'), 'contacts')],
      [button(t.plain('subs.settings'), 'subs')],
      [button(t.plain('settings.guardian'), 'guardian')],
      [button(t.plain('button.language'), 'lang')],
      [button(t.plain('button.privacy'), 'privacy')],
      [button(t.plain('logout.button'), 'logout')],
      footer(t, home),
    ],
  };
}

export const settingsScreen = defineScreen<object>({
  name: 'settings',
  access: 'PERSON',
  load: async () => ({}),
  render: renderSettings,
});

const CHANNELS = ['messenger', 'sms', 'email'] as const;

/** What may be switched off; what the law owes a parent goes to every channel whatever is set here (DOMAIN §9). */
export function renderNotifications(settings: NotificationSettings, t: Texts): Rendered {
  const told = (channel: (typeof CHANNELS)[number]): string =>
    `${t.plain(`channel.${channel}`)} · ${t.plain(settings[channel] ? 'channel.on' : 'channel.off')}`;
  return {
    text: paragraphs(
      crumbs(t, 'crumb.settings'),
      t.html('notifications.title'),
      t.html('notifications.explain'),
    ),
    keyboard: [
      ...CHANNELS.map((channel) => [
        button(
          told(channel),
          'notify/set',
          [channel, settings[channel] ? 0 : 1],
          settings[channel] ? 'success' : undefined,
        ),
      ]),
      footer(t, target('settings')),
    ],
  };
}

export const notificationsScreen = defineScreen<NotificationSettings>({
  name: 'notify',
  access: 'PERSON',
  load: (ctx) => ctx.house.core.people.settings(personId(ctx)),
  render: renderNotifications,
  actions: {
    set: {
      run: async (ctx, [channel, on]) => {
        const { people } = ctx.house.core;
        const known = CHANNELS.find((name) => name === channel);
        if (known === undefined) return {};
        // The wanted state and not "the other one": a second tap changes nothing.
        await people.setSettings(actOf(ctx), {
          ...(await people.settings(personId(ctx))),
          [known]: on === '1',
        });
        return { toast: { key: 'notifications.saved' } };
      },
      settled: () => target('notify'),
    },
  },
});

/** For shared phones: nothing of this chat's person is shown any more; the notices of the law go by SMS and e-mail. */
export function renderLogout(_view: object, t: Texts): Rendered {
  return {
    text: paragraphs(crumbs(t, 'crumb.settings'), t.html('logout.title'), t.html('logout.explain')),
    keyboard: [
      [button(t.plain('logout.yes'), 'logout/yes', [], 'danger')],
      [button(t.plain('logout.no'), 'menu')],
    ],
  };
}

async function logOut(ctx: KezekContext): Promise<void> {
  await ctx.house.core.people.logout(ctx.address);
  ctx.house.links.drop(ctx.address);
  const { liveMessageId } = ctx.session;
  ctx.session = newSession();
  if (liveMessageId !== undefined) ctx.session.liveMessageId = liveMessageId;
  await readAccount(ctx);
}

export const logoutScreen = defineScreen<object>({
  name: 'logout',
  access: 'ACCOUNT',
  load: async () => ({}),
  render: renderLogout,
  actions: {
    yes: {
      run: async (ctx) => {
        await logOut(ctx);
        return { to: home, note: { key: 'logout.done' } };
      },
      settled: () => home,
    },
  },
});
