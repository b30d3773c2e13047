import type { Texts } from '../../locales/index.ts';
import { actOf, type KezekContext, personId } from '../context.ts';
import { type ContactView, maskEmail, maskPhone, parseEmail, parsePhone, Refusal } from '../core.ts';
import { idOf } from '../ids.ts';
import { button, footer } from '../keyboard.ts';
import { type Answer, defineScreen, type Next, type Rendered, type Screen } from '../screen.ts';
import { target } from '../session.ts';
import { crumbs, lines, paragraphs } from '../words.ts';

/** As it may stand in a chat: «+7 701 •••-••-67», «a•••@mail.kz». */
export function masked({ kind, value }: ContactView): string {
  if (kind === 'PHONE') {
    const parsed = parsePhone(value);
    return parsed.ok ? maskPhone(parsed.phone) : '•••';
  }
  const parsed = parseEmail(value);
  return parsed.ok ? maskEmail(parsed.email) : '•••';
}

/** The main one is told by the star and, for those who hear the screen, in words under the title. */
function line(contact: ContactView): string {
  const icon = contact.kind === 'PHONE' ? '📱' : '✉️';
  return `${contact.isMain ? '⭐ ' : ''}${icon} ${masked(contact)}`;
}

/** S1 asks for a main and an additional phone and e-mail: a missed message is a missed turn. */
export function render(view: { readonly contacts: readonly ContactView[] }, t: Texts): Rendered {
  return {
    text: paragraphs(
      crumbs(t, 'crumb.settings'),
      t.html('contacts.title'),
      t.html('contacts.explain'),
      t.html('contacts.main'),
    ),
    keyboard: [
      ...view.contacts.map((contact) => [button(line(contact), 'contact', [contact.id])]),
      [button(t.plain('contacts.addPhone'), 'addphone'), button(t.plain('contacts.addEmail'), 'addmail')],
      footer(t, target('settings')),
    ],
  };
}

export const contactsScreen = defineScreen<{ readonly contacts: readonly ContactView[] }>({
  name: 'contacts',
  access: 'PERSON',
  load: async (ctx) => ({ contacts: await ctx.house.core.people.contacts(personId(ctx)) }),
  render,
});

export function renderOne(contact: ContactView, t: Texts): Rendered {
  const makeMain = contact.isMain
    ? []
    : [[button(t.plain('contacts.makeMain'), 'contact/main', [contact.id], 'primary')]];
  return {
    text: paragraphs(crumbs(t, 'crumb.settings'), lines(t.html('contacts.one'), `<b>${line(contact)}</b>`)),
    keyboard: [
      ...makeMain,
      [button(t.plain('contacts.remove'), 'contactdel', [contact.id])],
      footer(t, target('contacts')),
    ],
  };
}

export function renderRemove(contact: ContactView, t: Texts): Rendered {
  return {
    text: paragraphs(crumbs(t, 'crumb.settings'), t.html('contacts.removeAsk'), `<b>${line(contact)}</b>`),
    keyboard: [
      [button(t.plain('contacts.removeYes'), 'contactdel/yes', [contact.id], 'danger')],
      [button(t.plain('contacts.removeNo'), 'contact', [contact.id])],
      footer(t, target('contacts')),
    ],
  };
}

async function load(ctx: KezekContext, [id]: readonly string[]): Promise<ContactView> {
  const contacts = await ctx.house.core.people.contacts(personId(ctx));
  const contact = contacts.find((known) => known.id === id);
  if (contact === undefined) throw new Refusal('contact.unknown');
  return contact;
}

export const contactScreen = defineScreen<ContactView>({
  name: 'contact',
  access: 'PERSON',
  load,
  render: renderOne,
  actions: {
    main: {
      run: async (ctx, [id]) => {
        await ctx.house.core.people.makeMain(actOf(ctx), idOf(id, 'contact.unknown'));
        return { to: target('contacts'), toast: { key: 'contacts.mainDone' } };
      },
      settled: () => target('contacts'),
    },
  },
});

export const contactRemoveScreen = defineScreen<ContactView>({
  name: 'contactdel',
  access: 'PERSON',
  load,
  render: renderRemove,
  actions: {
    yes: {
      run: async (ctx, [id]) => {
        await ctx.house.core.people.removeContact(actOf(ctx), idOf(id, 'contact.unknown'));
        return { to: target('contacts'), toast: { key: 'contacts.removed' } };
      },
      settled: () => target('contacts'),
    },
  },
});

/** One question: the new phone or e-mail. What is typed is deleted from the chat. */
function adding(name: string, kind: ContactView['kind']): Screen {
  const ask = kind === 'PHONE' ? 'contacts.askPhone' : 'contacts.askEmail';
  return defineScreen<object>({
    name,
    access: 'PERSON',
    secret: true,
    load: async () => ({}),
    render: (_view, t) => ({
      text: paragraphs(crumbs(t, 'crumb.settings'), t.html(ask), t.html('contacts.askSafety')),
      keyboard: [footer(t, target('contacts'))],
    }),
    answer: async (ctx: KezekContext, _args: readonly string[], { text, contact }: Answer): Promise<Next> => {
      const value = text ?? (kind === 'PHONE' ? contact?.phone_number : undefined);
      if (value === undefined) return { note: { key: 'common.needText' } };
      await ctx.house.core.people.addContact(actOf(ctx), kind, value);
      return { to: target('contacts'), note: { key: 'contacts.added' } };
    },
    settled: () => target('contacts'),
  });
}

export const addPhoneScreen = adding('addphone', 'PHONE');
export const addEmailScreen = adding('addmail', 'EMAIL');
