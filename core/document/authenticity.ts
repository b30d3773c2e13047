import type { Language } from '../act.ts';
import type { OwedDocument } from '../context.ts';
import type { Db } from '../db/db.ts';
import { statementNumber } from './statement.ts';

type Kind = OwedDocument['kind'];

/** What the page behind a paper's QR code may tell a stranger: nothing about a person. */
export interface Authenticity {
  readonly number: string;
  readonly kind: Kind | 'STATEMENT';
  readonly createdAt: Date;
  /** False when the referral has ended, the child is no longer in the queue, or the statement was never signed. */
  readonly inForce: boolean;
  /** By what the applicant signed, and when; null where nothing was signed. */
  readonly signed: {
    readonly method: 'OTP' | 'EDS';
    readonly at: Date;
    /** EDS: what the key was, who vouches for it, and whether it was found revoked later. */
    readonly algorithm: string | null;
    readonly issuer: string | null;
    readonly revocation: 'GOOD' | 'PENDING' | 'REVOKED' | null;
  } | null;
  /** SHA-256 (hex) of the files of this paper, as far as somebody has downloaded them. */
  readonly files: readonly { readonly language: Language; readonly sha256: string }[];
}

const LIVE = ['ISSUED', 'EXTENDED', 'ARRIVED'];
const IN_QUEUE = ['IN_REVIEW', 'QUEUED', 'NOTIFIED', 'REFERRED', 'STOP_LISTED', 'INACTIVE'];

const signature = { select: { algorithm: true, issuer: true, revocation: true } };
const statement = { select: { signed_at: true, method: true, signature } };
const found = {
  number: true,
  kind: true,
  created_at: true,
  application: { select: { state: true, statement } },
  referral: { select: { state: true, statement } },
  document_files: { select: { language: true, sha256: true } },
} as const;

export async function checkSubject(db: Db, subjectId: string): Promise<Authenticity | undefined> {
  const referral = await db.prisma.referral.findUnique({
    where: { id: subjectId },
    select: { application_id: true },
  });
  const document = await db.prisma.document.findFirst({
    where:
      referral === null
        ? { application_id: subjectId, kind: 'REGISTRATION' }
        : { application_id: referral.application_id, referral_id: subjectId },
    orderBy: { created_at: 'desc' },
    select: found,
  });
  return document === null ? checkStatement(db, subjectId) : paperOf(document);
}

/** The number alone is not enough: whoever asks holds the file. */
export async function checkFile(db: Db, number: string, sha256: string): Promise<Authenticity | undefined> {
  const paper = await db.prisma.statement_file.findFirst({
    where: { sha256: Buffer.from(sha256, 'hex') },
    select: { statement_id: true },
  });
  if (paper !== null) {
    return statementNumber(paper.statement_id) === number
      ? checkStatement(db, paper.statement_id)
      : undefined;
  }
  const document = await db.prisma.document.findFirst({
    where: { number, document_files: { some: { sha256: Buffer.from(sha256, 'hex') } } },
    select: found,
  });
  return document === null ? undefined : paperOf(document);
}

async function checkStatement(db: Db, id: string): Promise<Authenticity | undefined> {
  const row = await db.prisma.statement.findUnique({
    where: { id },
    select: {
      created_at: true,
      signed_at: true,
      method: true,
      signature,
      statement_files: { select: { language: true, sha256: true } },
    },
  });
  if (row === null) return undefined;
  return {
    number: statementNumber(id),
    kind: 'STATEMENT',
    createdAt: row.created_at,
    inForce: row.signed_at !== null,
    signed: signedOf(row),
    files: filesOf(row.statement_files),
  };
}

interface Signed {
  readonly signed_at: Date | null;
  readonly method: string | null;
  readonly signature: {
    readonly algorithm: string;
    readonly issuer: string;
    readonly revocation: string;
  } | null;
}

function signedOf({ signed_at, method, signature: kept }: Signed): Authenticity['signed'] {
  if (signed_at === null) return null;
  const revocation = kept === null ? null : (kept.revocation as 'GOOD' | 'PENDING' | 'REVOKED');
  const { algorithm = null, issuer = null } = kept ?? {};
  return { method: method === 'EDS' ? 'EDS' : 'OTP', at: signed_at, algorithm, issuer, revocation };
}

interface Paper {
  readonly number: string;
  readonly kind: string;
  readonly created_at: Date;
  readonly application: { readonly state: string; readonly statement: Signed | null };
  readonly referral: { readonly state: string; readonly statement: Signed | null } | null;
  readonly document_files: readonly FileRow[];
}

interface FileRow {
  readonly language: string;
  readonly sha256: Uint8Array;
}

function paperOf({ number, kind, created_at, application, referral, document_files }: Paper): Authenticity {
  const inForce = referral === null ? IN_QUEUE.includes(application.state) : LIVE.includes(referral.state);
  const behind = referral === null ? application.statement : referral.statement;
  const signed = behind === null ? null : signedOf(behind);
  return {
    number,
    kind: kindOf(kind),
    createdAt: created_at,
    inForce,
    signed,
    files: filesOf(document_files),
  };
}

function filesOf(rows: readonly FileRow[]): Authenticity['files'] {
  return rows.map(({ language, sha256 }) => ({
    language: language === 'ru' ? 'ru' : 'kk',
    sha256: Buffer.from(sha256).toString('hex'),
  }));
}

export function kindOf(kind: string): Kind {
  if (kind === 'REFERRAL' || kind === 'REGISTRATION') return kind;
  throw new Error(`no document is a ${kind}`);
}
