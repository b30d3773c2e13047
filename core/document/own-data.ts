import kk from '../../locales/kk.json' with { type: 'json' };
import ru from '../../locales/ru.json' with { type: 'json' };
import type { Bilingual, Language } from '../act.ts';
import { civil } from '../calendar/civil-date.ts';
import { dateTimeInWords, dateWithoutWeekday, shortDateTime } from '../calendar/format.ts';
import { fullName } from '../people/names.ts';
import type { Collected } from '../privacy/collect.ts';
import { fill } from '../text/fill.ts';
import { attention, footers, header, type Row, section, titleLine } from './blocks.ts';
import { closeSheet, openSheet, type Sheet } from './sheet.ts';
import { documentWords } from './words.ts';

const STATES: Record<Language, Readonly<Record<string, string>>> = { kk: kk.state, ru: ru.state };
const LOOKS_SHOWN = 40;

export interface OwnDataPaper {
  readonly data: Collected;
  readonly madeAt: Date;
  readonly issuer: Bilingual;
  /** Names of the benefits' categories by their codes. */
  readonly benefits: ReadonlyMap<string, Bilingual>;
  /** Where the service is. */
  readonly url: string;
}

/** What is stored about a person, in plain words, A4 (F-52). The same data and language give the same bytes. */
export function renderOwnData(paper: OwnDataPaper, language: Language): Promise<Buffer> {
  const { ownData } = documentWords[language];
  const number = fill(ownData.number, { date: dateTimeInWords(paper.madeAt, language) });
  const sheet = openSheet({
    language,
    title: ownData.fileTitle,
    issuer: paper.issuer,
    number: shortDateTime(paper.madeAt),
    verifyUrl: paper.url,
    createdAt: paper.madeAt,
    density: 1,
  });
  header(sheet, paper.issuer);
  titleLine(sheet, ownData.title, ownData.subtitle, number);
  writePerson(sheet, paper);
  for (const application of paper.data.applications) writeApplication(sheet, paper, application);
  writeRest(sheet, paper.data);
  attention(sheet, [ownData.note.json, ownData.note.law, ownData.note.safe]);
  footers(sheet);
  return closeSheet(sheet);
}

function writePerson(sheet: Sheet, { data }: OwnDataPaper): void {
  const { language } = sheet;
  const { row, section: heading, none } = documentWords[language].ownData;
  const { person } = data;
  const address = addressLine(person.address);
  section(sheet, heading.person, [
    { label: row.name, value: fullName(person), strong: true },
    { label: row.iin, value: person.iin },
    { label: row.birthDate, value: dateWithoutWeekday(civil(person.birthDate), language) },
    { label: row.address, value: address === '' ? none : address },
  ]);
  const contacts = data.contacts.map(({ kind, value }) => ({
    label: kind === 'PHONE' ? row.PHONE : row.EMAIL,
    value,
  }));
  section(sheet, heading.contacts, orNone(contacts, row.PHONE, none));
  const chats = data.chats.map(({ address: chat, loggedInAt }) => ({
    label: row.chat,
    value:
      loggedInAt === null
        ? chat
        : `${chat}, ${fill(row.since, { date: dateTimeInWords(loggedInAt, language) })}`,
  }));
  section(sheet, heading.chats, orNone(chats, row.chat, none));
}

function writeApplication(
  sheet: Sheet,
  { benefits }: OwnDataPaper,
  application: Collected['applications'][number],
): void {
  const { language } = sheet;
  const { row, section: heading, none } = documentWords[language].ownData;
  const { child } = application;
  const claimed = application.benefits.map(
    ({ category, scans }) => `${benefits.get(category)?.[language] ?? category} (${scans.length})`,
  );
  section(sheet, fill(heading.application, { number: application.number }), [
    { label: row.child, value: `${fullName(child)}, ${child.iin}`, strong: true },
    { label: row.birthDate, value: dateWithoutWeekday(civil(child.birthDate), language) },
    { label: row.district, value: application.district[language] },
    { label: row.registered, value: dateTimeInWords(application.registeredAt, language) },
    { label: row.state, value: STATES[language][application.state] ?? application.state },
    { label: row.benefit, value: claimed.length === 0 ? none : claimed.join('; ') },
    ...application.referrals.map(({ number, kindergarten, issuedAt }) => ({
      label: row.referral,
      value: `${number}, ${kindergarten[language]}, ${dateTimeInWords(issuedAt, language)}`,
    })),
    { label: row.papers, value: application.papers.map(({ number }) => number).join(', ') || none },
    ...(application.home === null
      ? []
      : [{ label: row.home, value: `${application.home.latitude}, ${application.home.longitude}` }]),
    { label: row.history, value: String(application.history.length) },
  ]);
}

function writeRest(sheet: Sheet, data: Collected): void {
  const { language } = sheet;
  const { row, section: heading, none, role } = documentWords[language].ownData;
  if (data.joined.length > 0) {
    const joined = data.joined.map(({ application, since }) => ({
      label: application,
      value: dateTimeInWords(since, language),
    }));
    section(sheet, heading.joined, joined);
  }
  if (data.form !== null) {
    section(sheet, heading.form, [
      { label: row.children, value: String(data.form.children.length) },
      { label: row.until, value: dateTimeInWords(data.form.until, language) },
    ]);
  }
  if (data.subscriptions.length > 0) {
    const subscriptions = data.subscriptions.map(({ birthYear }) => ({
      label: row.year,
      value: String(birthYear),
    }));
    section(sheet, heading.subscriptions, subscriptions);
  }
  const looks = data.looks.slice(-LOOKS_SHOWN).map((look) => ({
    label: role[look.role as keyof typeof role] ?? look.role,
    value: dateTimeInWords(look.at, language),
  }));
  section(sheet, heading.looks, orNone(looks, heading.looks, none));
  section(sheet, heading.counts, [
    { label: row.notices, value: String(data.notices.length) },
    {
      label: row.statements,
      value: String(data.statements.filter(({ signedAt }) => signedAt !== null).length),
    },
  ]);
}

/** As an envelope has it: the town first, the flat last. */
function addressLine(address: Collected['person']['address']): string {
  if (address === null) return '';
  const { district, city, street, house, flat } = address;
  return [district, city, street, house, flat].filter(Boolean).join(', ');
}

function orNone(rows: readonly Row[], label: string, none: string): readonly Row[] {
  return rows.length === 0 ? [{ label, value: none }] : rows;
}
