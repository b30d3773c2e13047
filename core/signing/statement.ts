import { sha256 } from '../db/crypto.ts';
import type { FormPayload } from '../draft/form.ts';

export interface GroupFacts {
  readonly id: string;
  readonly name: string;
  readonly kindergartenId: string;
  readonly kindergarten: { readonly kk: string; readonly ru: string };
}

export interface KindergartenFacts {
  readonly id: string;
  readonly name: { readonly kk: string; readonly ru: string };
}

export type StatementAboutFacts =
  | {
      readonly kind: 'CHOICE' | 'WISHES';
      readonly applicationNumber: string;
      /** The chosen group, or the wished ones in their order. */
      readonly groups: readonly GroupFacts[];
    }
  | {
      readonly kind: 'WAITLIST' | 'TRANSFER';
      readonly applicationNumber: string;
      /** In order of wish; one for an accepted place. */
      readonly kindergartens: readonly KindergartenFacts[];
    }
  | { readonly kind: 'REGISTRATION'; readonly form: FormPayload };

/** What is signed. No IIN, no surname, no address: `applicant` is our own id of the person. */
export type StatementFacts = StatementAboutFacts & {
  readonly id: string;
  readonly applicant: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
};

/** The exact text that is signed, kept and checked: the same facts always give the same bytes (UTF-8, no line breaks added). */
export function statementText(facts: StatementFacts): string {
  const isForm = facts.kind === 'REGISTRATION';
  return (
    '<?xml version="1.0" encoding="UTF-8"?>' +
    `<statement xmlns="urn:kezek:statement:1" id="${text(facts.id)}">` +
    element('kind', facts.kind) +
    (isForm ? districtText(facts.form) : element('application', facts.applicationNumber)) +
    element('applicant', facts.applicant) +
    itemsOf(facts).join('') +
    element('issuedAt', facts.issuedAt.toISOString()) +
    element('expiresAt', facts.expiresAt.toISOString()) +
    '</statement>'
  );
}

function itemsOf(facts: StatementFacts): readonly string[] {
  if (facts.kind === 'REGISTRATION') return facts.form.children.map(childText);
  return 'groups' in facts ? facts.groups.map(groupText) : facts.kindergartens.map(kindergartenText);
}

function kindergartenText({ id, name }: KindergartenFacts, index: number): string {
  return `<kindergarten rank="${index + 1}" id="${text(id)}">${bilingual(name)}</kindergarten>`;
}

function groupText({ id, name, kindergartenId, kindergarten }: GroupFacts, index: number): string {
  return (
    `<group rank="${index + 1}" id="${text(id)}">` +
    element('name', name) +
    `<kindergarten id="${text(kindergartenId)}">${bilingual(kindergarten)}</kindergarten></group>`
  );
}

function districtText({ districtId, district }: FormPayload): string {
  return `<district id="${text(districtId)}" code="${text(district.code)}">${bilingual(district)}</district>`;
}

/** A child is named by our own id, the first name and the birth date; a benefit by its category and the hashes of its scans. */
function childText(
  { id, name, birthDate, preferredLanguage, benefit }: FormPayload['children'][number],
  index: number,
): string {
  const proof =
    benefit === null
      ? ''
      : `<benefit category="${text(benefit.category)}">${bilingual(benefit)}${benefit.scans
          .map((scan) => element('scan', scan))
          .join('')}</benefit>`;
  return (
    `<child rank="${index + 1}" id="${text(id)}">` +
    element('name', name) +
    element('birthDate', birthDate) +
    element('preferredLanguage', preferredLanguage ?? 'any') +
    `${proof}</child>`
  );
}

function bilingual({ kk, ru }: { readonly kk: string; readonly ru: string }): string {
  return `<name xml:lang="kk">${text(kk)}</name><name xml:lang="ru">${text(ru)}</name>`;
}

export interface LoginFacts {
  /** Random, base64url: no two logins sign the same text. */
  readonly nonce: string;
  /** The address of the service that asks: a text signed for one is no login to another. */
  readonly service: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}

/** The text that a login signs. It names nobody: who it is, the key tells. */
export function loginText({ nonce, service, issuedAt, expiresAt }: LoginFacts): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?>' +
    `<login xmlns="urn:kezek:login:1" nonce="${text(nonce)}">` +
    element('service', service) +
    element('issuedAt', issuedAt.toISOString()) +
    element('expiresAt', expiresAt.toISOString()) +
    '</login>'
  );
}

export function statementHash(content: string): Uint8Array<ArrayBuffer> {
  return sha256(content);
}

function element(name: string, value: string): string {
  return `<${name}>${text(value)}</${name}>`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Fit for content and attributes. Signs that XML 1.0 does not allow, and lone surrogates, become U+FFFD. */
function text(value: string): string {
  return value
    .toWellFormed()
    .normalize('NFC')
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[\t\n\r]/g, ' ')
    .replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign);
}
