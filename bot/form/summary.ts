import type { Texts } from '../../locales/index.ts';
import { actOf, type KezekContext, personId } from '../context.ts';
import {
  type ContactView,
  type DraftChild,
  type DraftView,
  dateWithoutWeekday,
  type Missing,
  type ProofMethod,
  Refusal,
} from '../core.ts';
import { type Button, button, footer, type Keyboard, rows } from '../keyboard.ts';
import { refusalNote } from '../refusal-note.ts';
import { defineScreen, type Next, type Redirect, type Rendered } from '../screen.ts';
import { keepCode } from '../screens/code-sent.ts';
import { toEds } from '../screens/esign.ts';
import { signRows } from '../screens/ways-to-sign.ts';
import { target } from '../session.ts';
import { lines, paragraphs } from '../words.ts';
import { addressInBrief, nextAddressPart } from './address-words.ts';
import { applicantName, contactLines } from './applicant.ts';
import { mendTarget } from './barred.ts';
import { childFacts, reviewNote } from './children.ts';
import { formCrumbs } from './crumbs.ts';
import { atStep, childButton, childName, settledInForm, stepTarget } from './form.ts';

interface View {
  readonly draft: DraftView;
  readonly contacts: readonly ContactView[];
  readonly methods: readonly ProofMethod[];
  readonly support: string;
}

/** Everything before it is signed (S1 step 10): each field has a button that leads to it and back here. */
export function render(view: View, t: Texts): Rendered {
  const { draft } = view;
  return {
    text: paragraphs(
      formCrumbs(t, 'SUMMARY'),
      t.html('form.summary.title'),
      lines(
        t.html('form.districtIs', { district: draft.district === null ? '—' : t.pick(draft.district.name) }),
        applicantText(draft, t),
        addressText(draft, t),
      ),
      contactLines(view.contacts, t),
      ...draft.children.map((child) => childText(draft, child, t)),
      t.html(draft.home === null ? 'form.summary.noHome' : 'form.summary.home'),
      ...endText(view, t),
    ),
    keyboard: [...editRows(draft, t), ...sendRows(view, t), footer(t, stepTarget('HOME'))],
  };
}

function applicantText(draft: DraftView, t: Texts): string {
  return t.html('form.summary.applicant', {
    name: applicantName(draft),
    masked: draft.applicant.maskedIin,
  });
}

function addressText({ applicant: { address } }: DraftView, t: Texts): string {
  const label = t.plain('form.address.label');
  return nextAddressPart(address) === undefined
    ? t.html('form.field.value', { label, value: addressInBrief(address) })
    : t.html('form.field.missing', { label });
}

function childText(draft: DraftView, child: DraftChild, t: Texts): string {
  return lines(
    t.html('form.summary.child', {
      name: childName(draft, child, t),
      born: dateWithoutWeekday(child.birthDate, t.language),
      masked: child.maskedIin,
    }),
    ...childFacts(child, t),
    reviewNote(child, t),
  );
}

/** What is missing and blocks the sending, or what the signature says and by what it can be given. */
function endText({ draft, methods, support }: View, t: Texts): readonly string[] {
  if (draft.missing.length > 0) {
    const missing = draft.missing.map((gap) => t.html('form.summary.gap', { what: gapWords(draft, gap, t) }));
    return [lines(t.html('form.summary.missing'), ...missing)];
  }
  const proven = draft.children.every(({ relation }) => relation === 'PROVEN');
  const ways = t.html(proven ? 'form.summary.ways' : 'form.summary.waysReview');
  return [t.html('form.summary.consent'), methods.length === 0 ? t.html('sign.none', { support }) : ways];
}

function gapWords(draft: DraftView, { what, child }: Missing, t: Texts): string {
  const about = draft.children.find(({ id }) => id === child);
  const words = t.plain(`form.gap.${what}`);
  return about === undefined ? words : `${childName(draft, about, t)}: ${words}`;
}

function editRows(draft: DraftView, t: Texts): Keyboard {
  const address: Button =
    draft.applicant.address === null
      ? button(t.plain('form.edit.address'), 'fpart', ['city', 'q', 's'])
      : button(t.plain('form.edit.address'), 'faddr', ['s']);
  const fields = [
    button(t.plain('form.edit.district'), 'fdist', [0, 's']),
    address,
    button(t.plain('form.edit.contacts'), 'contacts', ['s']),
    button(t.plain('form.edit.home'), 'fhome', ['s']),
  ];
  const children = draft.children.map((child) =>
    button(childButton(draft, child, t), 'fchild', [child.id, 's']),
  );
  return [
    ...rows(fields, 2),
    ...rows([...children, button(t.plain('form.edit.addChild'), 'fiin', ['s'])], 2),
  ];
}

/** The ways to sign, or to the first field without which nothing can be sent. */
function sendRows({ draft, methods }: View, t: Texts): Keyboard {
  const [gap] = draft.missing;
  if (gap === undefined) return signRows(methods, 'fsum', [], t);
  return [[gapButton(draft, gap, t.plain('form.summary.fill'))]];
}

function gapButton(draft: DraftView, { what, child }: Missing, label: string): Button {
  const of = child === undefined ? [] : [child];
  const part = nextAddressPart(draft.applicant.address) ?? 'city';
  const claim = draft.children.find(({ id }) => id === child)?.claim;
  const to: Record<Missing['what'], [string, readonly string[]]> = {
    DISTRICT: ['fdist', []],
    READ: ['fintro', []],
    ADDRESS: ['fpart', [part, 'q', 's']],
    EMAIL: ['addmail', ['s']],
    PHONE: ['addphone', ['s']],
    CHILD: ['fiin', ['s']],
    CHILD_NAME: ['fname', [...of, 'surname', 's']],
    SCANS: claim == null ? ['fben', [...of, 's']] : ['scans', [claim.id, 'f']],
  };
  const [screen, args] = to[what];
  return button(label, screen, args, 'primary');
}

async function load(ctx: KezekContext): Promise<View | Redirect> {
  const { people, signing } = ctx.house.core;
  const draft = await atStep(ctx, 'SUMMARY');
  if ('redirect' in draft) return draft;
  const [contacts, methods] = await Promise.all([
    people.contacts(personId(ctx)),
    signing.registrationMethods(actOf(ctx)),
  ]);
  return { draft, contacts, methods, support: ctx.house.supportPhone };
}

async function byCode(ctx: KezekContext): Promise<Next> {
  const prepared = await ctx.house.core.signing.prepareRegistration(actOf(ctx));
  keepCode(ctx, 'sign', {}, prepared.code);
  return { to: target('sign', 'f', prepared.id, 'r') };
}

async function byEds(ctx: KezekContext): Promise<Next> {
  return toEds(ctx, 'f', 'r', await ctx.house.core.signing.linkRegistration(actOf(ctx)));
}

/** What changed while the form lay there is shown where it can be mended. */
async function orMend(ctx: KezekContext, prepare: () => Promise<Next>): Promise<Next> {
  try {
    return await prepare();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.code === 'draft.incomplete') return { to: stepTarget('SUMMARY') };
    const to = mendTarget(error);
    if (to === undefined) throw error;
    return { to, note: refusalNote(ctx, error) };
  }
}

export const summaryScreen = defineScreen<View>({
  name: 'fsum',
  access: 'PERSON',
  load,
  render,
  actions: {
    sign: { run: (ctx) => orMend(ctx, () => byCode(ctx)), settled: settledInForm },
    eds: { run: (ctx) => orMend(ctx, () => byEds(ctx)), settled: settledInForm },
  },
});
