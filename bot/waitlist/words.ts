import type { Texts } from '../../locales/index.ts';
import type { ProofMethod, WaitlistEntryView, WaitlistSummary, WaitlistTerms } from '../core.ts';
import { termInWords } from '../form/intro.ts';
import { at, lines } from '../words.ts';

/** How an application stands in «Күту тізімі», in one line. */
export function statusText({ status, lists, deadline }: WaitlistSummary, t: Texts): string {
  // Papers that were handed in late have no term any more, and the transfer still runs.
  if (status === 'TRANSFER' && deadline === null) return t.html('waitlist.transferGoes');
  return t.html(`waitlist.status.${status}`, { lists, date: deadline === null ? '—' : at(t, deadline) });
}

/** Where the child goes now. */
export function attendsText({ attends }: Pick<WaitlistSummary, 'attends'>, t: Texts): string {
  return attends === null
    ? t.html('waitlist.attendsNone')
    : t.html('waitlist.attends', { name: t.pick(attends) });
}

/** What becomes of the present place on the way to the new one. */
export function safeText({ safe }: Pick<WaitlistTerms, 'safe'>, t: Texts): string {
  return t.html(safe ? 'transfer.safe' : 'transfer.risk');
}

/** «Ата-ана не істеуі керек» of S2, with the terms of the child's own district. */
export function dutiesText(terms: WaitlistTerms, t: Texts): string {
  return lines(
    t.html('transfer.duties', { term: termInWords(terms.admission, t) }),
    t.html(`transfer.late.${terms.onExpire}`),
    safeText(terms, t),
  );
}

/** What the buttons below do, in plain words. */
export function waysText(methods: readonly ProofMethod[], support: string, t: Texts): string {
  const [only, second] = methods;
  if (only === undefined) return t.html('sign.none', { support });
  return t.html(second === undefined ? `waitlist.ways.${only}` : 'waitlist.ways.TWO');
}

/** The kindergarten of a list, with its address, as on every screen about it. */
export function houseText({ kindergarten, address, phone }: WaitlistEntryView, t: Texts): string {
  return lines(
    t.html('group.name', { name: t.pick(kindergarten) }),
    t.html('free.address', { address: t.pick(address) }),
    phone === null ? undefined : t.html('group.phone', { phone }),
  );
}
