import type { Language } from '../act.ts';
import { countInWords, dateWithoutWeekday } from '../calendar/format.ts';
import { fill } from '../text/fill.ts';
import { attention, cards, dayCard, footers, header, momentCard, section, titleWithQr } from './blocks.ts';
import { type ParsedRegistrationData, type RegistrationData, registrationData } from './data.ts';
import { closeSheet, type Density, onFewestPages, openSheet, type Sheet } from './sheet.ts';
import { type DocumentWords, documentWords } from './words.ts';

/**
 * The document about registration in the queue («тіркеу туралы құжат», S1) as a PDF, A4. The same data and language
 * give the same bytes. Throws ZodError when the data is not whole.
 */
export function renderRegistration(data: RegistrationData, language: Language): Promise<Buffer> {
  return closeSheet(composeRegistration(data, language));
}

/** Lays the document out without ending the file: what tests measure. */
export function composeRegistration(data: RegistrationData, language: Language): Sheet {
  const parsed = registrationData.parse(data);
  return onFewestPages((density) => compose(parsed, language, density));
}

function compose(data: ParsedRegistrationData, language: Language, density: Density): Sheet {
  const words = documentWords[language];
  const { number, issuer, verifyUrl } = data;
  const sheet = openSheet({
    language,
    title: fill(words.registration.fileTitle, { number }),
    issuer,
    number,
    verifyUrl,
    createdAt: new Date(data.registeredAt),
    density,
  });
  header(sheet, issuer);
  titleWithQr(sheet, words.registration.title, words.registration.subtitle);
  cards(sheet, [
    { label: words.registration.position, value: String(data.position), main: true },
    momentCard(words.registration.date.registered, new Date(data.registeredAt), language),
    dayCard(words.registration.date.interest, new Date(data.interestUntil), language),
  ]);
  writeFacts(sheet, data, words);
  attention(sheet, notesOf(data, words.registration.note, language));
  footers(sheet);
  return sheet;
}

function writeFacts(sheet: Sheet, data: ParsedRegistrationData, words: DocumentWords): void {
  const { row } = words;
  section(sheet, words.registration.section.child, [
    { label: row.child, value: data.child.fullName, strong: true },
    {
      label: row.birthDateAndIin,
      value: `${dateWithoutWeekday(data.child.birthDate, sheet.language)} · ${data.child.iinMasked}`,
    },
    { label: row.applicant, value: data.applicant.fullName },
  ]);
  section(sheet, words.registration.section.queue, [
    { label: row.application, value: data.number, strong: true },
    { label: row.district, value: data.district[sheet.language] },
    { label: row.birthYear, value: String(data.birthYear) },
    { label: row.preferredLanguage, value: words.language[data.preferredLanguage ?? 'any'] },
  ]);
}

/** What S1 asks the parent to remember, with the numbers of the district's own policy. */
function notesOf(
  { terms }: ParsedRegistrationData,
  note: DocumentWords['registration']['note'],
  language: Language,
): string[] {
  return [
    note.position,
    fill(note.interest, { interest: countInWords(terms.interestMonths, 'month', language) }),
    fill(note.turn, { turn: countInWords(terms.turnWorkingDays, 'workingDay', language) }),
    note.lapse,
    note.contacts,
  ];
}
