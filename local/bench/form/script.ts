import { texts } from '../../../locales/index.ts';
import { wordsOf } from '../../demo/words.ts';
import type { Parent } from './families.ts';
import { type Papers, SCANS } from './papers.ts';
import { fileId } from './stub.ts';

/** What a parent does next. `label` is part of what stands on a button; `waits` says how long it takes to get there. */
export type Deed =
  | { readonly kind: 'tap'; readonly label: string }
  | { readonly kind: 'type'; readonly text: string }
  | { readonly kind: 'code' }
  | { readonly kind: 'location' }
  | { readonly kind: 'papers'; readonly numbers: readonly number[]; readonly waits?: 'looks for the paper' };

export interface Step {
  readonly deed: Deed;
  /** What the answer must say or have on a button; of papers one for each. */
  readonly sees: readonly string[];
}

const t = texts('kk');
const words = (key: Parameters<typeof wordsOf>[1]) => wordsOf('kk', key);
const tap = (label: string, sees: string): Step => ({ deed: { kind: 'tap', label }, sees: [sees] });
const type = (text: string, sees: string): Step => ({ deed: { kind: 'type', text }, sees: [sees] });

/** The form from the menu to the number, S1 steps 5 to 17, as a parent in a flat with a child of a benefit fills it in. */
export function script(parent: Parent, papers: Papers): Step[] {
  return [
    type('/menu', t.plain('menu.register')),
    tap(t.plain('menu.register'), words('form.district.title')),
    tap('Көктем', words('form.intro.title')),
    tap(t.plain('form.intro.go'), words('form.applicant.title')),
    ...address(parent),
    tap(t.plain('form.next'), words('form.iin.title')),
    type(parent.childIin, words('form.child.confirm')),
    tap(t.plain('form.child.yes'), words('form.benefit.title')),
    tap(t.plain('form.benefit.yes'), words('form.category.title')),
    tap('1. ', words('scans.empty')),
    ...sending(parent, papers),
    tap(t.plain('scans.done'), words('form.language.title')),
    tap(t.plain('form.language.choose.kk'), words('form.children.title')),
    tap(t.plain('form.next'), words('form.home.title')),
    ...home(parent),
    tap(t.plain('sign.byCode'), words('code.signTitle')),
    { deed: { kind: 'code' }, sees: [t.plain('form.journal')] },
  ];
}

/** The address question by question, where the registry has none. */
function address({ n, hasAddress }: Parent): Step[] {
  if (hasAddress) return [];
  return [
    tap(t.plain('form.next'), words('form.address.ask.city')),
    type('Көкшетау', words('form.address.ask.district')),
    tap(t.plain('form.skip'), words('form.address.ask.street')),
    type('Абай көшесі', words('form.address.ask.house')),
    type('118Б', words('form.address.ask.flat')),
    type(String(n + 1), words('form.applicant.title')),
  ];
}

/** Every second parent sends an album, the others one picture after another. */
function sending({ n }: Parent, papers: Papers): Step[] {
  const numbers = Array.from({ length: SCANS }, (_, paper) => paper);
  let pages = 0;
  const kept = numbers.map((paper) => {
    pages += papers(n, paper).pages;
    return t.plain('scans.kept', { n: pages }).replaceAll(/<[^>]+>/g, '');
  });
  const waits = 'looks for the paper';
  if (n % 2 === 0) return [{ deed: { kind: 'papers', numbers, waits }, sees: kept }];
  return numbers.map((paper) => ({
    deed: { kind: 'papers', numbers: [paper], ...(paper === 0 ? { waits } : {}) },
    sees: [kept[paper] ?? ''],
  }));
}

/** Every third tells where the home is. */
function home({ n }: Parent): Step[] {
  if (n % 3 !== 0) return [tap(t.plain('form.skip'), words('form.summary.title'))];
  return [
    tap(t.plain('form.home.share'), words('form.home.press')),
    { deed: { kind: 'location' }, sees: [words('form.home.known')] },
    tap(t.plain('form.next'), words('form.summary.title')),
  ];
}

/** What Telegram sends of one paper, alone or in an album. */
export function paperContent(papers: Papers, n: number, paper: number, album: string | undefined): object {
  const { kind, bytes } = papers(n, paper);
  const file = { file_id: fileId(n, paper), file_unique_id: fileId(n, paper), file_size: bytes };
  const group = album === undefined ? {} : { media_group_id: album };
  if (kind === 'photo') return { photo: [{ ...file, width: 960, height: 1280 }], ...group };
  return { document: { ...file, file_name: 'anyqtama.pdf', mime_type: 'application/pdf' }, ...group };
}
