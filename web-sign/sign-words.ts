import {
  dateInWords,
  dateTimeInWords,
  dateWithoutWeekday,
  type LinkOutcome,
  type LinkView,
  parseCivilDate,
  type RefusalParams,
  type StatementAbout,
} from '../core/index.ts';
import { type TextKey, type TextLanguage, type TextValues, texts } from '../locales/index.ts';
import type { WireAbout, WireMoment, WireOutcome, WireRefusal, WireView, WireWords } from './sign-wire.ts';

const LANGUAGES = ['kk', 'ru'] as const;

export function inBoth(say: (language: TextLanguage) => string): WireWords {
  const [kk, ru] = LANGUAGES;
  return { kk: say(kk), ru: say(ru) };
}

export function textInBoth(key: TextKey, values?: TextValues): WireWords {
  return inBoth((language) => texts(language).plain(key, values));
}

export function momentOnWire(at: Date): WireMoment {
  return { at: at.toISOString(), words: inBoth((language) => dateTimeInWords(at, language)) };
}

/**
 * A refusal with its sentence. The reasons of signatures that only an attack or a broken program has share one sentence;
 * a code that nobody wrote a text for says that something went wrong.
 */
export function refusalOnWire(code: string, params: RefusalParams = {}): WireRefusal {
  const message = inBoth((language) => {
    const t = texts(language);
    const key = `refusal.${code}`;
    if (t.has(key)) return t.plain(key, valuesOf(params, language));
    const [, reason = ''] = /^signature\.(.+)$/.exec(code) ?? [];
    return reason === ''
      ? t.plain('signPage.fault.unknown')
      : t.plain('refusal.signature.broken', { reason });
  });
  return { code, params, message };
}

/** Dates come as ISO text and are told in words. */
function valuesOf(params: RefusalParams, language: TextLanguage): TextValues {
  const told = Object.entries(params).map(([name, value]): [string, string | number] => [
    name,
    typeof value === 'number' ? value : inWords(String(value ?? ''), language),
  ]);
  return Object.fromEntries(told);
}

function inWords(value: string, language: TextLanguage): string {
  const day = parseCivilDate(value);
  if (day !== undefined) return dateInWords(day, language);
  return /^\d{4}-\d{2}-\d{2}T/.test(value) ? dateTimeInWords(new Date(value), language) : value;
}

export function viewOnWire(view: LinkView, now: Date): WireView {
  return {
    id: view.id,
    purpose: view.purpose,
    language: view.language,
    state: view.state,
    now: now.toISOString(),
    expires: momentOnWire(view.expiresAt),
    about: view.about === null ? null : aboutOnWire(view.about),
    maskedIin: view.maskedIin,
    outcome: view.outcome === null ? null : outcomeOnWire(view.outcome),
    refusal: view.refusal === null ? null : refusalOnWire(view.refusal.code, view.refusal.params),
    phone: view.phone,
    files: view.files,
  };
}

/** Whether nothing more can come of a link: a login by ЭЦҚ still waits for its chat after the signature. */
export function isSettled({ state, outcome }: LinkView): boolean {
  return state !== 'OPEN' && !(outcome?.kind === 'LOGIN' && outcome.awaited);
}

function outcomeOnWire(outcome: LinkOutcome): WireOutcome {
  if (outcome.kind === 'LOGIN') {
    const { confirm } = outcome;
    return { ...outcome, confirm: confirm && { ...confirm, until: momentOnWire(confirm.until) } };
  }
  if (outcome.kind === 'REGISTRATION') {
    const told = outcome.applications.map(({ number, childName, position }) => ({
      number,
      childName,
      position,
    }));
    return { kind: outcome.kind, applications: told };
  }
  if (outcome.kind === 'WAITLIST') {
    const { admitUntil } = outcome;
    return { ...outcome, admitUntil: admitUntil && momentOnWire(admitUntil) };
  }
  if (outcome.kind === 'TRANSFER') return { ...outcome, admitUntil: momentOnWire(outcome.admitUntil) };
  return outcome.kind === 'CHOICE'
    ? { ...outcome, comeUntil: momentOnWire(outcome.comeUntil) }
    : { ...outcome, roundAt: momentOnWire(outcome.roundAt) };
}

function aboutOnWire(about: StatementAbout): WireAbout {
  const children = about.children.map((child) => ({
    ...child,
    birthDate: inBoth((language) => dateWithoutWeekday(child.birthDate, language)),
  }));
  return { ...about, children };
}
