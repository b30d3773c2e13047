import type { Fact, Label, PersonInput } from '../telegram/types.ts';
import type { Family } from './families.ts';
import type { InventedKindergarten } from './kindergartens.ts';
import type { Houses, Lists } from './lists.ts';
import type { Adult, Named, Tongue } from './people.ts';
import type { Played } from './played.ts';
import type { StaffPlan } from './staff.ts';

const label = (kk: string, ru: string): Label => ({ kk, ru });

/** The fact that holds the person's own IIN. */
export const OWN_IIN = { kk: 'Өз ЖСН-і', ru: 'Свой ИИН' };
/** The role of a head, before the comma and the kindergarten. */
export const HEAD = { kk: 'меңгеруші', ru: 'заведующая' };

type Card = readonly [Adult, Label, readonly Fact[]];

const FIRST_ID = 700_000_101;
const COLOURS = [
  '#b8473d',
  '#3b6fb6',
  '#3c8d5a',
  '#8a5a9e',
  '#b9822b',
  '#4a7c87',
  '#6b6f9c',
  '#94604e',
  '#5f7f3a',
  '#7a5c6e',
];

interface Paged {
  readonly played: Played;
  readonly lists: Lists;
  readonly kindergartens: readonly InventedKindergarten[];
  readonly plan: StaffPlan;
}

/** The people one plays as the chat page shows them: with what each of them would know by heart. */
export function pageOf({ played, lists, kindergartens, plan }: Paged): PersonInput[] {
  const { aigul, sergey, dana, olga } = played;
  const children = (family: Played['aigul'], notes: readonly Label[]): Fact[] =>
    [...family.applications.map(({ child }) => child), ...family.notQueued].map((child, index) =>
      childFact(child, notes[index] ?? label('', '')),
    );
  const headOf = (person: Adult): Label => {
    const id = plan.heads.find((one) => one.person === person)?.kindergartenId;
    const house = kindergartens.find((one) => one.id === id);
    return label(`${HEAD.kk}, ${house?.kk ?? ''}`, `${HEAD.ru}, ${house?.ru ?? ''}`);
  };
  const notQueued = label('әлі кезекте жоқ', 'ещё не в очереди');
  const list: readonly Card[] = [
    [
      aigul.applicant,
      label('ата-ана · кезегі таңертең келеді', 'родитель · очередь подойдёт утром'),
      children(aigul, [
        label(
          'Целиноград ауданы: кезегі ертең 07:00-де келеді',
          'Целиноградский район: очередь подойдёт в 07:00',
        ),
        label('кезекте тұр', 'стоит в очереди'),
        notQueued,
      ]),
    ],
    [
      sergey.applicant,
      label('ата-ана · кезегі келді', 'родитель · очередь подошла'),
      children(sergey, [label('Көкшетау: таңдауға болады', 'Кокшетау: можно выбирать')]),
    ],
    [
      dana.applicant,
      label('ата-ана · жолдамасы бар', 'родитель · есть направление'),
      children(dana, [
        label('Бурабай ауданы: жолдама берілді', 'Бурабайский район: направление выдано'),
        notQueued,
      ]),
    ],
    [
      olga.applicant,
      label('ата-ана · мүдделілікті растау керек', 'родитель · пора подтвердить заинтересованность'),
      children(olga, [
        label('Қосшы: растауға 20 күн қалды', 'Косшы: до подтверждения 20 дней'),
        label('2 жасқа толмаған', 'ещё нет 2 лет'),
      ]),
    ],
    ...(aigul.spouse
      ? [
          [
            aigul.spouse,
            label('екінші ата-ана', 'второй родитель'),
            children({ ...aigul, applications: [] }, [notQueued]),
          ] as const,
        ]
      : []),
    [played.tselinogradOperator, label('маман, Целиноград ауданы', 'специалист, Целиноградский район'), []],
    [played.kokshetauOperator, label('маман, Көкшетау қаласы', 'специалист, город Кокшетау'), []],
    [played.tselinogradHead, headOf(played.tselinogradHead), []],
    [played.kokshetauHead, headOf(played.kokshetauHead), []],
    [played.burabayHead, headOf(played.burabayHead), []],
    [played.administrator, label('облыс әкімшісі', 'администратор области'), []],
    ...ofLists(lists, kindergartens, headOf),
  ];
  return list.map(([person, role, facts], index) => ({
    id: FIRST_ID + index,
    first_name: person.name,
    last_name: person.surname,
    language_code: person.language,
    phone: person.phone,
    ...(person.email === null ? {} : { email: person.email }),
    role,
    colour: COLOURS[index % COLOURS.length] ?? '#3b6fb6',
    facts: [{ label: OWN_IIN, value: person.iin }, ...facts],
  }));
}

/** Two families whose children go to a kindergarten and wish for another one (S2), and the heads of all four. */
function ofLists(
  { asem, natalya, houses, heads }: Lists,
  kindergartens: readonly InventedKindergarten[],
  headOf: (person: Adult) => Label,
): Card[] {
  const name = (house: keyof Houses, tongue: Tongue): string => {
    const found = kindergartens.find(({ id }) => id === houses[house].kindergartenId);
    return /«.+»/.exec(found?.[tongue] ?? '')?.[0] ?? '';
  };
  const attends = label(
    `${name('present', 'kk')} балабақшасына барады`,
    `ходит в сад ${name('present', 'ru')}`,
  );
  const full = label('Орын жоқ, күту тізімі бар', 'Мест нет, есть лист ожидания');
  const wishes = ({ applicant: { language } }: Family): readonly Fact[] => [
    { label: label('Бос орын бар', 'Есть свободное место'), value: name('free', language) },
    { label: full, value: name('wished', language) },
    { label: full, value: name('second', language) },
  ];
  const children = ({ applications }: Family): Fact[] =>
    applications.map(({ child }) => childFact(child, attends));
  return [
    [
      asem.applicant,
      label('ата-ана · баласы балабақшаға барады', 'родитель · ребёнок ходит в сад'),
      [...children(asem), ...wishes(asem)],
    ],
    ...(asem.spouse === null
      ? []
      : [
          [
            asem.spouse,
            label('екінші ата-ана · өтінішке қосылған', 'второй родитель · присоединён'),
            children(asem),
          ] as const,
        ]),
    [
      natalya.applicant,
      label('ата-ана · күту тізімінде', 'родитель · в листе ожидания'),
      [...children(natalya), ...wishes(natalya)],
    ],
    ...Object.values(heads).map((head) => [head, headOf(head), []] as const),
  ];
}

function childFact(child: Named, note: Label): Fact {
  const words = typeof note === 'string' ? { kk: note, ru: note } : note;
  return { label: label(`${child.name} – ${words.kk}`, `${child.name} – ${words.ru}`), value: child.iin };
}
