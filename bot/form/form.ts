import type { Texts } from '../../locales/index.ts';
import { actOf, type KezekContext } from '../context.ts';
import type { Act, DraftChild, DraftChildId, DraftStep, DraftView } from '../core.ts';
import { idOf } from '../ids.ts';
import { type Button, button } from '../keyboard.ts';
import { type Note, type Redirect, redirect } from '../screen.ts';
import { type Target, target } from '../session.ts';
import { shortened } from '../words.ts';

/** Where one goes back to: `s` the summary at the end, nothing the step that comes in its order, `n` a child just added. */
export type From = '' | 's' | 'n';

export function fromOf(arg: string | undefined): From {
  return arg === 's' || arg === 'n' ? arg : '';
}

/** An argument of a button that is left out when it says nothing. */
export function withFrom<T>(from: From, ...args: readonly T[]): readonly (T | From)[] {
  return from === '' ? args : [...args, from];
}

/** Where each step begins. */
const STEPS: Record<DraftStep, string> = {
  DISTRICT: 'fdist',
  INTRO: 'fintro',
  APPLICANT: 'fapp',
  CHILDREN: 'fkids',
  HOME: 'fhome',
  SUMMARY: 'fsum',
};

export function stepTarget(step: DraftStep): Target {
  return target(STEPS[step]);
}

/** Goes on with the form wherever it stands. */
export const goOn: Target = target('queue', 'go');

/** `goOn` as what an action or an answer that was applied before leads to. */
export const settledInForm = (): Target => goOn;

/**
 * The form at a step whose manual has been read; otherwise where the person has to go first. The step is remembered, so
 * that a lost session or another phone goes on here; a field that is corrected from the summary (`from` s) leaves it.
 */
export async function atStep(
  ctx: KezekContext,
  step: DraftStep,
  from: From = '',
): Promise<DraftView | Redirect> {
  const view = await ctx.house.core.drafts.of(actOf(ctx));
  if (view === null) return redirect(target('queue'), { key: 'form.gone' });
  if (view.district === null) return redirect(stepTarget('DISTRICT'));
  if (view.readAt === null) return redirect(stepTarget('INTRO'));
  if (from !== 's') await stand(ctx, view, step);
  return view;
}

/** Remembers where the person goes on. Of no weight: it marks no message, and may be done twice. */
export async function stand(ctx: KezekContext, view: DraftView, step: DraftStep): Promise<void> {
  if (view.step !== step) await ctx.house.core.drafts.goTo(aside(ctx), step);
}

function aside(ctx: KezekContext): Act {
  const { messageId: _, ...act } = actOf(ctx);
  return act;
}

export interface ChildView {
  readonly view: DraftView;
  readonly child: DraftChild;
  readonly from: From;
}

/** A child of the form, by the first argument; `from` by the second. */
export async function atChild(
  ctx: KezekContext,
  [arg, from]: readonly string[],
): Promise<ChildView | Redirect> {
  const view = await atStep(ctx, 'CHILDREN', fromOf(from));
  if ('redirect' in view) return view;
  const child = view.children.find(({ id }) => id === arg);
  return child === undefined
    ? redirect(target('fkids'), { key: 'refusal.child.unknown' })
    : { view, child, from: fromOf(from) };
}

export function childId(arg: string | undefined): DraftChildId {
  return idOf<DraftChildId>(arg, 'child.unknown');
}

/** The first name; «1-бала» until it is typed. */
export function childName(view: DraftView, child: DraftChild, t: Texts): string {
  return child.name ?? t.plain('form.child.nameless', { n: view.children.indexOf(child) + 1 });
}

/** «✏️ Нұрлан · 2023»: brothers and sisters of one name are told apart. */
export function childButton(view: DraftView, child: DraftChild, t: Texts): string {
  return `✏️ ${shortened(childName(view, child, t), 12)} · ${child.birthDate.slice(0, 4)}`;
}

/** «📋 Тексеруге оралу», when a field was opened from the summary. */
export function summaryRow(from: From, t: Texts): readonly (readonly Button[])[] {
  return from === 's' ? [[button(t.plain('form.toSummary'), 'fsum', [], 'success')]] : [];
}

/** Where Back leads: to the summary when one came from there. */
export function backFrom(from: From, otherwise: Target): Target {
  return from === 's' ? stepTarget('SUMMARY') : otherwise;
}

/** One line of what was typed: neither pasted lines nor rows of blanks. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** «🗑 Жазғаныңыз чаттан өшірілді», or that the person must do it. */
export function erasedNote(erased: boolean): Note {
  return { key: erased ? 'common.erased' : 'common.notErased' };
}

/** A photo or a voice message where words were asked for. */
export function needText(erased: boolean): { readonly note: Note } {
  return { note: { key: 'common.needText', and: erased ? { key: 'common.erased' } : undefined } };
}
