import type { Language } from '../act.ts';
import { dateWithoutWeekday } from '../calendar/format.ts';
import type { StatementAbout } from '../signing/pages-api.ts';
import { fill } from '../text/fill.ts';
import { attention, cards, footers, header, momentCard, type Row, section, titleWithQr } from './blocks.ts';
import { closeSheet, onFewestPages, openSheet } from './sheet.ts';
import { documentWords } from './words.ts';

export interface StatementPaper {
  /** The id of the statement. */
  readonly id: string;
  /** SHA-256 of the exact text that this paper says in plain words, hex: the paper is bound to it. */
  readonly sha256: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  readonly verifyUrl: string;
  readonly about: StatementAbout;
}

/** «S-» and the end of the id: what a person can read out. */
export function statementNumber(id: string): string {
  return `S-${id.slice(-12)}`;
}

/** A statement as a paper, A4: what a phone shows before it signs. The same facts and language give the same bytes. */
export function renderStatement(paper: StatementPaper, language: Language): Promise<Buffer> {
  const words = documentWords[language];
  const { statement, row } = words;
  const { about } = paper;
  const issuer = {
    kk: fill(documentWords.kk.issuer, { district: about.district.kk }),
    ru: fill(documentWords.ru.issuer, { district: about.district.ru }),
  };
  return closeSheet(
    onFewestPages((density) => {
      const number = statementNumber(paper.id);
      const title = fill(statement.fileTitle, { number });
      const { issuedAt: createdAt, verifyUrl } = paper;
      const sheet = openSheet({ language, title, issuer, number, verifyUrl, createdAt, density });
      header(sheet, issuer);
      titleWithQr(sheet, statement.title, statement.subtitle[about.kind]);
      cards(sheet, [
        momentCard(statement.date.issued, paper.issuedAt, language),
        momentCard(statement.date.expires, paper.expiresAt, language),
      ]);
      section(sheet, statement.section.application, aboutRows(about, language));
      for (const [index, child] of about.children.entries()) {
        const heading = fill(statement.section.REGISTRATION, { n: index + 1 });
        section(sheet, heading, childRows(child, language));
      }
      for (const [index, group] of about.groups.entries()) {
        const heading = fill(statement.section[about.kind], { n: index + 1 });
        section(sheet, heading, [
          { label: row.kindergarten, value: group.kindergarten[language], strong: true },
          { label: row.address, value: group.address[language] },
          { label: row.group, value: group.name },
          { label: row.language, value: words.language[group.language] },
        ]);
      }
      for (const [index, house] of about.kindergartens.entries()) {
        section(sheet, fill(statement.section[about.kind], { n: index + 1 }), [
          { label: row.kindergarten, value: house.kindergarten[language], strong: true },
          { label: row.address, value: house.address[language] },
        ]);
      }
      attention(sheet, [
        statement.note.meaning[about.kind],
        fill(statement.note.bound, { sha256: paper.sha256 }),
      ]);
      footers(sheet);
      return sheet;
    }),
  );
}

function aboutRows({ applicationNumber, childName, district }: StatementAbout, language: Language): Row[] {
  const { row } = documentWords[language];
  return [
    ...(applicationNumber === null
      ? []
      : [{ label: row.application, value: applicationNumber, strong: true }]),
    ...(childName === null ? [] : [{ label: row.child, value: childName }]),
    { label: row.district, value: district[language] },
  ];
}

function childRows(
  { name, birthDate, preferredLanguage, benefit }: StatementAbout['children'][number],
  language: Language,
): Row[] {
  const { row, language: teaching, statement } = documentWords[language];
  return [
    { label: row.child, value: name, strong: true },
    { label: row.birthDate, value: dateWithoutWeekday(birthDate, language) },
    { label: row.preferredLanguage, value: teaching[preferredLanguage ?? 'any'] },
    {
      label: row.benefit,
      value:
        benefit === null
          ? statement.noBenefit
          : fill(statement.benefit, { name: benefit.name[language], scans: benefit.scans }),
    },
  ];
}
