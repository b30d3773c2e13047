import type { Language } from '../act.ts';
import { countInWords, dateWithoutWeekday } from '../calendar/format.ts';
import { fill } from '../text/fill.ts';
import { attention, cards, dayCard, footers, header, momentCard, section, titleWithQr } from './blocks.ts';
import { type ParsedReferralData, type ReferralData, referralData } from './data.ts';
import { closeSheet, type Density, onFewestPages, openSheet, type Sheet } from './sheet.ts';
import { type DocumentWords, documentWords } from './words.ts';

/**
 * The referral (жолдама / направление) as a PDF, A4. The same data and language give the same bytes, so that the hash
 * kept beside the document stays true. Throws ZodError when the data is not whole.
 */
export function renderReferral(data: ReferralData, language: Language): Promise<Buffer> {
  return closeSheet(composeReferral(data, language));
}

/** Lays the referral out without ending the file: what tests measure. */
export function composeReferral(data: ReferralData, language: Language): Sheet {
  const parsed = referralData.parse(data);
  return onFewestPages((density) => compose(parsed, language, density));
}

function compose(data: ParsedReferralData, language: Language, density: Density): Sheet {
  const words = documentWords[language];
  const { number, issuer, verifyUrl } = data;
  const sheet = openSheet({
    language,
    title: fill(words.referral.fileTitle, { number }),
    issuer,
    number,
    verifyUrl,
    createdAt: new Date(data.issuedAt),
    density,
  });
  header(sheet, issuer);
  const { title, subtitle, transfer } = words.referral;
  titleWithQr(sheet, title, data.transfer === undefined ? subtitle : transfer.subtitle);
  writeDates(sheet, data, words);
  writeChild(sheet, data, words);
  writeKindergarten(sheet, data, words);
  attention(sheet, notesOf(data, words.referral, language));
  footers(sheet);
  return sheet;
}

function writeDates(sheet: Sheet, data: ParsedReferralData, words: DocumentWords): void {
  const { date, transfer } = words.referral;
  const come = data.transfer === undefined ? date.come : transfer.come;
  cards(sheet, [
    momentCard(date.issued, new Date(data.issuedAt), sheet.language),
    { ...dayCard(come, new Date(data.comeUntil), sheet.language), main: true },
    momentCard(date.cancel, new Date(data.cancelUntil), sheet.language),
  ]);
}

function writeChild(sheet: Sheet, data: ParsedReferralData, words: DocumentWords): void {
  const { row } = words;
  section(sheet, words.referral.section.child, [
    { label: row.child, value: data.child.fullName, strong: true },
    {
      label: row.birthDateAndIin,
      value: `${dateWithoutWeekday(data.child.birthDate, sheet.language)} · ${data.child.iinMasked}`,
    },
    { label: row.applicant, value: data.applicant.fullName },
    { label: row.application, value: data.applicationNumber },
  ]);
}

function writeKindergarten(sheet: Sheet, data: ParsedReferralData, words: DocumentWords): void {
  const { row } = words;
  const { kindergarten } = data;
  section(sheet, words.referral.section.kindergarten, [
    { label: row.kindergarten, value: kindergarten.name[sheet.language], strong: true },
    { label: row.address, value: kindergarten.address[sheet.language] },
    ...(kindergarten.phone === null ? [] : [{ label: row.phone, value: kindergarten.phone }]),
    ...(kindergarten.group === null ? [] : [{ label: row.group, value: kindergarten.group }]),
    { label: row.birthYear, value: String(data.birthYear) },
    { label: row.language, value: words.language[kindergarten.language] },
    ...(data.transfer === undefined
      ? []
      : [
          { label: row.from, value: data.transfer.from[sheet.language] },
          { label: row.voucher, value: data.transfer.voucher },
        ]),
  ]);
}

/** The warnings of S0 and S3 – of a transfer those of S2 –, with the numbers of the district's own policy. */
function notesOf(
  { terms, transfer }: ParsedReferralData,
  { note, transfer: other }: DocumentWords['referral'],
  language: Language,
): string[] {
  const cancel = fill(note.cancel, { cancel: countInWords(terms.cancelHours, 'hour', language) });
  if (transfer !== undefined) {
    const admission = countInWords(transfer.admissionWorkingDays, 'workingDay', language);
    return [
      fill(other.note.steps, { admission }),
      transfer.archive ? other.note.expire : other.note.keep,
      ...(transfer.safe ? [other.note.safe] : []),
      cancel,
    ];
  }
  const notes = [
    fill(note.come, { showUp: countInWords(terms.showUpWorkingDays, 'workingDay', language) }),
    fill(note.stopList, { stopList: countInWords(terms.stopListWorkingDays, 'workingDay', language) }),
    fill(note.misses, { misses: countInWords(terms.maxMisses, 'times', language) }),
    cancel,
  ];
  if (terms.extensionCalendarDays !== null) {
    const extension = countInWords(terms.extensionCalendarDays, 'calendarDay', language);
    notes.push(fill(note.extend, { extension }));
  }
  return notes;
}
