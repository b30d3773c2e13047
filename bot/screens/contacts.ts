import type { Texts } from '../../locales/index.ts';
import { actOf, type KezekContext, personId } from '../context.ts';
import { type ContactView, maskEmail, maskPhone, parseEmail, parsePhone, Refusal } from '../core.ts';
import { formCrumbs } from '../form/crumbs.ts';
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

/** Where one came from: `f` the form's first step, `s` its summary, otherwise the settings. */
type From = '' | 'f' | 's';

function fromOf(arg: string | undefined): From {
  return arg === 'f' || arg === 's' ? arg : '';
}

const BACK = { '': 'settings', f: 'fapp', s: 'fsum' } as const;

/** An argument of a button that is left out when it says nothing. */
function args(from: From, ...before: readonly string[]): readonly string[] {
  return from === '' ? before : [...before, from];
}

function crumbsOf(from: From, t: Texts): string {
  return from === '' ? crumbs(t, 'crumb.settings') : formCrumbs(t, from === 's' ? 'SUMMARY' : 'APPLICANT');
}

interface ListView {
  readonly contacts: readonly ContactView[];
  readonly from: From;
}

/** S1 asks for a main and an additional phone and e-mail: a missed message is a missed turn. */
export function render({ contacts, from }: ListView, t: Texts): Rendered {
  const back = target(BACK[from]);
  return {
    text: paragraphs(
      crumbsOf(from, t),
      t.html('contacts.title'),
      t.html('contacts.explain'),
      t.html('contacts.main'),
    ),
    keyboard: [
      ...contacts.map((contact) => [button(line(contact), 'contact', args(from, contact.id))]),
      [
        button(t.plain('contacts.addPhone'), 'addphone', args(from)),
        button(t.plain('contacts.addEmail'), 'addmail', args(from)),
      ],
      ...(from === '' ? [] : [[button(t.plain('form.done'), back.screen, [], 'success')]]),
      footer(t, back),
    ],
  };
}

export const contactsScreen = defineScreen<ListView>({
  name: 'contacts',
  access: 'PERSON',
  load: async (ctx, [from]) => ({
    contacts: await ctx.house.core.people.contacts(personId(ctx)),
    from: fromOf(from),
  }),
  render,
});

interface OneView {
  readonly contact: ContactView;
  readonly from: From;
}

export function renderOne({ contact, from }: OneView, t: Texts): Rendered {
  const makeMain = contact.isMain
    ? []
    : [[button(t.plain('contacts.makeMain'), 'contact/main', args(from, contact.id), 'primary')]];
  return {
    text: paragraphs(crumbsOf(from, t), lines(t.html('contacts.one'), `<b>${line(contact)}</b>`)),
    keyboard: [
      ...makeMain,
      [button(t.plain('contacts.remove'), 'contactdel', args(from, contact.id))],
      footer(t, target('contacts', ...args(from))),
    ],
  };
}

export function renderRemove({ contact, from }: OneView, t: Texts): Rendered {
  return {
    text: paragraphs(crumbsOf(from, t), t.html('contacts.removeAsk'), `<b>${line(contact)}</b>`),
    keyboard: [
      [button(t.plain('contacts.removeYes'), 'contactdel/yes', args(from, contact.id), 'danger')],
      [button(t.plain('contacts.removeNo'), 'contact', args(from, contact.id))],
      footer(t, target('contacts', ...args(from))),
    ],
  };
}

async function load(ctx: KezekContext, [id, from]: readonly string[]): Promise<OneView> {
  const contacts = await ctx.house.core.people.contacts(personId(ctx));
  const contact = contacts.find((known) => known.id === id);
  if (contact === undefined) throw new Refusal('contact.unknown');
  return { contact, from: fromOf(from) };
}

export const contactScreen = defineScreen<OneView>({
  name: 'contact',
  access: 'PERSON',
  load,
  render: renderOne,
  actions: {
    main: {
      run: async (ctx, [id, from]) => {
        await ctx.house.core.people.makeMain(actOf(ctx), idOf(id, 'contact.unknown'));
        return { to: target('contacts', ...args(fromOf(from))), toast: { key: 'contacts.mainDone' } };
      },
      settled: ([, from]) => target('contacts', ...args(fromOf(from))),
    },
  },
});

export const contactRemoveScreen = defineScreen<OneView>({
  name: 'contactdel',
  access: 'PERSON',
  load,
  render: renderRemove,
  actions: {
    yes: {
      run: async (ctx, [id, from]) => {
        await ctx.house.core.people.removeContact(actOf(ctx), idOf(id, 'contact.unknown'));
        return { to: target('contacts', ...args(fromOf(from))), toast: { key: 'contacts.removed' } };
      },
      settled: ([, from]) => target('contacts', ...args(fromOf(from))),
    },
  },
});

/** One question: the new phone or e-mail. What is typed is deleted from the chat. */
function adding(name: string, kind: ContactView['kind']): Screen {
  const ask = kind === 'PHONE' ? 'contacts.askPhone' : 'contacts.askEmail';
  /** The form shows its contacts on its own screens. */
  const back = (from: From) => (from === '' ? target('contacts') : target(BACK[from]));
  return defineScreen<{ readonly from: From }>({
    name,
    access: 'PERSON',
    secret: true,
    load: async (_ctx, [from]) => ({ from: fromOf(from) }),
    render: ({ from }, t) => ({
      text: paragraphs(crumbsOf(from, t), t.html(ask), t.html('contacts.askSafety')),
      keyboard: [footer(t, back(from))],
    }),
    answer: async (
      ctx: KezekContext,
      [from]: readonly string[],
      { text, contact }: Answer,
    ): Promise<Next> => {
      const value = text ?? (kind === 'PHONE' ? contact?.phone_number : undefined);
      if (value === undefined) return { note: { key: 'common.needText' } };
      await ctx.house.core.people.addContact(actOf(ctx), kind, value);
      return { to: back(fromOf(from)), note: { key: 'contacts.added' } };
    },
    settled: ([from]) => back(fromOf(from)),
  });
}

export const addPhoneScreen = adding('addphone', 'PHONE');
export const addEmailScreen = adding('addmail', 'EMAIL');
