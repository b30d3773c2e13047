import type { Language } from '../act.ts';
import { logDailyLook } from '../audit/access.ts';
import type { CoreDeps, OwedDocument } from '../context.ts';
import { nextNumber } from '../db/counter.ts';
import { sameBytes, sha256 } from '../db/crypto.ts';
import type { WriteTx } from '../db/db.ts';
import { readableBy } from '../guardian/rights.ts';
import type { ApplicationId, DocumentId, PersonId } from '../ids.ts';
import { parseIin } from '../people/iin.ts';
import { Refusal } from '../refusal.ts';
import { type Authenticity, checkFile, checkSubject, kindOf } from './authenticity.ts';
import { referralData, registrationData } from './data.ts';

export type { Authenticity };

import { renderReferral } from './referral.ts';
import { renderRegistration } from './registration.ts';

type Kind = OwedDocument['kind'];

export interface DocumentFile {
  /** ASCII, fit for a download: `D-2026-000123-kk.pdf`. */
  readonly fileName: string;
  readonly content: Buffer;
}

export interface Documents {
  /**
   * Writes a document in the transaction that owes it, numbered `D-2026-000123`, its data frozen. The number's counter
   * is locked until the commit: call it late. Throws when the data are not whole or hold an IIN.
   */
  issue(tx: WriteTx, at: Date, document: OwedDocument): Promise<DocumentId>;
  /**
   * The paper in one language: rendered at its first download, the same bytes ever after. For the applicant; a referral
   * also for the heads of its kindergarten. Refusal: document.unknown for everybody else.
   */
  file(personId: PersonId, documentId: DocumentId, language: Language): Promise<DocumentFile>;
  /** The newest paper about a referral, a registration or a statement, by the id in its QR code; undefined when there is none. */
  check(subjectId: string): Promise<Authenticity | undefined>;
  /** The paper of this number that has a file of this SHA-256 (hex); undefined when there is none. */
  checkFile(number: string, sha256: string): Promise<Authenticity | undefined>;
}

export function createDocuments({ db, clock }: Pick<CoreDeps, 'db' | 'clock'>): Documents {
  const stored = async (document_id: DocumentId, language: Language): Promise<Buffer | undefined> => {
    const row = await db.prisma.document_file.findUnique({
      where: { document_id_language: { document_id, language } },
    });
    if (row === null) return undefined;
    const content = Buffer.from(row.content);
    if (!sameBytes(row.sha256, sha256(content))) throw new Error(`the file of ${document_id} was changed`);
    return content;
  };
  return {
    issue: async (tx, at, { kind, applicationId, referralId, data }) => {
      const frozen = freeze(kind, data);
      const number = await nextNumber(tx, 'D', at);
      const { id } = await tx.document.create({
        data: {
          number,
          kind,
          application_id: applicationId,
          referral_id: referralId ?? null,
          data: frozen,
          created_at: at,
        },
        select: { id: true },
      });
      return id as DocumentId;
    },

    file: async (personId, documentId, language) => {
      const document = await db.prisma.document.findFirst({
        where: { id: documentId, ...mayRead(personId) },
        select: {
          number: true,
          kind: true,
          data: true,
          application_id: true,
          application: {
            select: {
              applicant_id: true,
              guardian_links: { where: { person_id: personId, state: 'LINKED' } },
            },
          },
        },
      });
      if (document === null) throw new Refusal('document.unknown');
      const { application, application_id } = document;
      if (application.applicant_id !== personId) {
        const role = application.guardian_links.length > 0 ? 'GUARDIAN' : 'KINDERGARTEN_HEAD';
        const look = { viewerId: personId, role, what: 'DOCUMENT' } as const;
        await logDailyLook(db, clock.now(), look, [application_id as ApplicationId]);
      }
      const fileName = `${document.number}-${language}.pdf`;
      const known = await stored(documentId, language);
      if (known !== undefined) return { fileName, content: known };
      // No transaction meanwhile: it takes a while. Of two that render at once, the first one's bytes stay.
      const content = await render(document.kind, document.data, language);
      const row = {
        document_id: documentId,
        language,
        content: new Uint8Array(content),
        sha256: sha256(content),
      };
      await db.prisma.document_file.createMany({
        data: [{ ...row, rendered_at: clock.now() }],
        skipDuplicates: true,
      });
      return { fileName, content: (await stored(documentId, language)) ?? content };
    },

    check: (subjectId) => checkSubject(db, subjectId),
    checkFile: (number, sha256) => checkFile(db, number, sha256),
  };
}

function mayRead(personId: PersonId) {
  const heads = { some: { person_id: personId, role: 'KINDERGARTEN_HEAD', revoked_at: null } };
  return {
    OR: [
      { application: readableBy(personId) },
      { kind: 'REFERRAL', referral: { kindergarten: { staff_roles: heads } } },
    ],
  };
}

/** The data as they will be printed. They must be whole now: a paper that cannot be rendered later helps nobody. */
function freeze(kind: Kind, data: unknown) {
  const whole = kind === 'REFERRAL' ? referralData.parse(data) : registrationData.parse(data);
  for (const text of JSON.stringify(whole).matchAll(/(?<![\w-])\d{12}(?![\w-])/g)) {
    if (parseIin(text[0]).ok) throw new Error('the data of a document hold an IIN');
  }
  return whole;
}

function render(kind: string, data: unknown, language: Language): Promise<Buffer> {
  return kindOf(kind) === 'REFERRAL'
    ? renderReferral(referralData.parse(data), language)
    : renderRegistration(registrationData.parse(data), language);
}
