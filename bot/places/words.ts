import type { Texts } from '../../locales/index.ts';
import type { KindergartenView, NearGroup, Origins } from '../core.ts';
import { lastDigits, lines } from '../words.ts';
import type { From, LanguageFilter } from './looking.ts';

/** «650 м», «1,2 км», «12 км»: as exact as the point is. */
export function distanceInWords(metres: number, t: Texts): string {
  const tens = Math.round(metres / 10) * 10;
  if (tens < 1000) return t.plain('near.metres', { n: tens });
  const km = metres / 1000;
  return t.plain('near.km', { n: km < 9.95 ? km.toFixed(1).replace('.', ',') : Math.round(km) });
}

export function languageLabel(language: LanguageFilter | null, t: Texts): string {
  return t.plain(`filter.${language ?? 'any'}`);
}

/** «2022 қаз – 2 · 2021 орыс – 1»: the free places by year and language; undefined when there are none. */
export function freeByYear(groups: readonly NearGroup[], t: Texts): string | undefined {
  const parts = groups
    .filter(({ open, priority }) => open + priority > 0)
    .map(({ birthYear: year, language, open, priority }) =>
      t.plain('near.freeGroup', {
        year,
        language: t.plain(`teachingShort.${language}`),
        n: open + priority,
      }),
    );
  return parts.length === 0 ? undefined : parts.join(' · ');
}

export function freeLine(groups: readonly NearGroup[], t: Texts): string {
  const list = freeByYear(groups, t);
  return list === undefined ? t.html('near.noneFree') : t.html('near.free', { list });
}

export function loadLine({ load, groups }: KindergartenView, t: Texts): string | undefined {
  return groups.length === 0 ? undefined : t.html('near.load', { percent: Math.round(load * 100) });
}

/** A kindergarten in a list: how far, what is free, how full, where. */
export function entry(view: KindergartenView, n: number, t: Texts): string {
  const { distance } = view;
  const name = t.pick(view.name);
  return lines(
    distance === null
      ? t.html('near.entryNamed', { n, name })
      : t.html('near.entry', { n, name, distance: distanceInWords(distance, t) }),
    freeLine(view.groups, t),
    loadLine(view, t),
    t.html('free.address', { address: t.pick(view.address) }),
  );
}

/** From where the list is seen: «Қазіргі орныңыз», «Үй: Айша · №4512», «Көкшетау қаласы». */
export function fromInWords(from: From, { homes, districts }: Origins, t: Texts): string {
  if (from.kind === 'h') return t.plain('near.fromHere');
  if (from.kind === 'd') {
    const district = districts.find(({ id }) => id === from.id);
    return district === undefined ? '—' : t.pick(district.name);
  }
  const home = homes.find(({ applicationId }) => applicationId === from.id);
  return home === undefined
    ? '—'
    : t.plain('near.fromHome', { child: home.childName, digits: lastDigits(home.number) });
}
