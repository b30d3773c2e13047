import type { Texts } from '../../locales/index.ts';
import { type KezekContext, personId } from '../context.ts';
import type { ContactView, DraftView } from '../core.ts';
import { type Button, button, footer, type Keyboard } from '../keyboard.ts';
import { defineScreen, type Redirect, type Rendered } from '../screen.ts';
import { masked } from '../screens/contacts.ts';
import { lines, paragraphs } from '../words.ts';
import { addressText, nextAddressPart } from './address-words.ts';
import { formCrumbs } from './crumbs.ts';
import { atStep, stepTarget } from './form.ts';

interface View {
  readonly draft: DraftView;
  readonly contacts: readonly ContactView[];
}

/** First name and patronymic: the surname goes on the paper and not through the chat (DOMAIN §6.3). */
export function applicantName({ applicant }: DraftView): string {
  return [applicant.name, applicant.patronymic].filter((part) => part !== null).join(' ');
}

/** A number stays on one line of a narrow screen. */
function unbroken(text: string): string {
  return text.replaceAll(' ', '\u00a0');
}

/** S1's fields of contact in their order: what must be there is marked, what may be is told to be absent. */
export function contactLines(contacts: readonly ContactView[], t: Texts): string {
  return lines(
    ...(['EMAIL', 'PHONE'] as const).flatMap((kind) => {
      const all = contacts.filter((contact) => contact.kind === kind);
      const main = all.find(({ isMain }) => isMain) ?? all[0];
      const others = all.filter((contact) => contact !== main).map(masked);
      const label = t.plain(`form.contact.${kind}`);
      return [
        main === undefined
          ? t.html('form.field.missing', { label })
          : t.html('form.field.value', { label, value: unbroken(masked(main)) }),
        t.html('form.field.value', {
          label: t.plain(`form.contact.${kind}_MORE`),
          value: others.length === 0 ? t.plain('form.field.none') : others.map(unbroken).join(', '),
        }),
      ];
    }),
  );
}

/** «Өтініш беруші туралы деректер» (S1 step 8): from the person registry, by the IIN of the login. */
export function render({ draft, contacts }: View, t: Texts): Rendered {
  return {
    text: paragraphs(
      formCrumbs(t, 'APPLICANT'),
      t.html('form.applicant.title'),
      lines(
        t.html('form.field.value', { label: t.plain('form.applicant.name'), value: applicantName(draft) }),
        t.html('form.field.value', {
          label: t.plain('form.applicant.iin'),
          value: draft.applicant.maskedIin,
        }),
        t.html('form.applicant.registry'),
      ),
      lines(t.html('form.address.title'), addressText(draft.applicant.address, t)),
      lines(t.html('form.contact.title'), contactLines(contacts, t)),
      t.html('form.contact.why'),
    ),
    keyboard: [
      [
        button(t.plain('form.address.button'), ...addressButton(draft)),
        button(t.plain('form.contact.button'), 'contacts', ['f']),
      ],
      ...moreContacts(contacts, t),
      [nextButton({ draft, contacts }, t)],
      footer(t, stepTarget('INTRO')),
    ],
  };
}

/** Nothing is told yet: the first question; otherwise the parts to correct one of them. */
function addressButton({ applicant: { address } }: DraftView): [to: string, args: string[]] {
  return nextAddressPart(address) === 'city' ? ['fpart', ['city', 'q']] : ['faddr', []];
}

/** S1 asks for an additional phone and an additional e-mail too. */
function moreContacts(contacts: readonly ContactView[], t: Texts): Keyboard {
  const count = (kind: ContactView['kind']) => contacts.filter((contact) => contact.kind === kind).length;
  const offered: Button[] = [];
  if (count('EMAIL') === 1) offered.push(button(t.plain('form.contact.moreEmail'), 'addmail', ['f']));
  if (count('PHONE') === 1) offered.push(button(t.plain('form.contact.morePhone'), 'addphone', ['f']));
  return offered.map((one) => [one]);
}

/** «Ары қарай»: to the next step, or to the field without which there is none. */
function nextButton({ draft, contacts }: View, t: Texts): Button {
  const label = t.plain('form.next');
  const part = nextAddressPart(draft.applicant.address);
  if (part !== undefined) return button(label, 'fpart', [part, 'q'], 'success');
  for (const kind of ['EMAIL', 'PHONE'] as const) {
    if (contacts.every((contact) => contact.kind !== kind))
      return button(label, kind === 'EMAIL' ? 'addmail' : 'addphone', ['f'], 'success');
  }
  return button(label, 'fkids', [], 'success');
}

async function load(ctx: KezekContext): Promise<View | Redirect> {
  const [draft, contacts] = await Promise.all([
    atStep(ctx, 'APPLICANT'),
    ctx.house.core.people.contacts(personId(ctx)),
  ]);
  return 'redirect' in draft ? draft : { draft, contacts };
}

export const applicantScreen = defineScreen<View>({ name: 'fapp', access: 'PERSON', load, render });
