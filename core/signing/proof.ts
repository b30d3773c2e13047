import type { CoreDeps } from '../context.ts';
import { type Secrets, sha256 } from '../db/crypto.ts';
import type { WriteTx } from '../db/db.ts';
import type { LinkId, PersonId, SignatureId, StatementId } from '../ids.ts';
import type { Signable, VerifiedProof } from './pages-api.ts';

/** How soon somebody asks again about a key that could not be checked. */
export const RECHECK_AFTER_MS = 5 * 60_000;

type ProofDeps = Pick<CoreDeps, 'clock'> & { readonly secrets: Secrets };

/** A proof as it is kept, before it is encrypted: what is bytes is base64. */
interface KeptProof {
  readonly container: string;
  readonly chain: readonly string[];
  readonly revocation: { readonly evidence: string | null };
  readonly timeStamp: { readonly at: string; readonly trusted: boolean; readonly token: string } | null;
  readonly signer: { readonly name: string; readonly iin: string | null; readonly serialNumber: string };
}

export interface NewSignature {
  readonly linkId: LinkId;
  readonly personId: PersonId;
  readonly statementId: StatementId | null;
  readonly covers: Signable['covers'];
  readonly proof: VerifiedProof;
}

/** Writes an accepted signature with everything that proves it; `PENDING` when its key is to be asked about again. */
export async function keepSignature(
  { secrets }: ProofDeps,
  tx: WriteTx,
  at: Date,
  { linkId, personId, statementId, covers, proof }: NewSignature,
): Promise<void> {
  const [made] = await tx.$queryRaw<{ id: SignatureId }[]>`SELECT uuidv7() AS id`;
  const [leaf] = proof.chain;
  if (made === undefined || leaf === undefined) throw new Error('a proof without its certificate');
  const { revocation } = proof;
  const checked = revocation.state === 'GOOD';
  await tx.signature.create({
    data: {
      id: made.id,
      link_id: linkId,
      person_id: personId,
      statement_id: statementId,
      covers,
      format: proof.format,
      algorithm: proof.algorithm,
      issuer: proof.signer.issuer,
      certificate_sha256: sha256(leaf),
      certificate_not_after: proof.signer.notAfter,
      sealed: secrets.sealProof(made.id, JSON.stringify(pack(proof))),
      received_at: at,
      valid_at: proof.validAt,
      revocation: checked ? 'GOOD' : 'PENDING',
      revocation_source: revocation.source,
      revocation_checked_at: revocation.checkedAt,
      recheck_at: checked ? null : new Date(at.getTime() + RECHECK_AFTER_MS),
    },
    select: { id: true },
  });
}

export function openProof(secrets: Secrets, id: string, sealed: Uint8Array): KeptProof {
  return JSON.parse(secrets.openProof(id, sealed)) as KeptProof;
}

/** The same proof with the authority's later answer. */
export function sealAnswer(secrets: Secrets, id: string, sealed: Uint8Array, evidence: Uint8Array | null) {
  const proof = openProof(secrets, id, sealed);
  return secrets.sealProof(id, JSON.stringify({ ...proof, revocation: { evidence: base64(evidence) } }));
}

interface File {
  readonly name: string;
  readonly type: string;
  readonly content: Buffer;
}

/** What the owner of a signature may keep: the signed file, the paper it covers, and the record of the check. */
export async function proofFiles(
  { secrets }: ProofDeps,
  tx: WriteTx,
  statementId: StatementId,
): Promise<readonly File[]> {
  const row = await tx.signature.findUnique({
    where: { statement_id: statementId },
    include: { statement: { select: { content: true, sha256: true, kind: true, statement_files: true } } },
  });
  if (row === null || row.statement === null) return [];
  const proof = openProof(secrets, row.id, row.sealed);
  const container = Buffer.from(proof.container, 'base64');
  const evidence = proof.revocation.evidence;
  const record = {
    statement: {
      id: statementId,
      kind: row.statement.kind,
      sha256: Buffer.from(row.statement.sha256).toString('hex'),
    },
    covers: row.covers,
    format: row.format,
    algorithm: row.algorithm,
    receivedAt: row.received_at,
    validAt: row.valid_at,
    signer: proof.signer,
    certificates: proof.chain.map((one) => ({
      sha256: Buffer.from(sha256(Buffer.from(one, 'base64'))).toString('hex'),
      der: one,
    })),
    issuer: row.issuer,
    certificateNotAfter: row.certificate_not_after,
    revocation: {
      state: row.revocation,
      source: row.revocation_source,
      checkedAt: row.revocation_checked_at,
      answer: evidence,
    },
    timeStamp: proof.timeStamp,
  };
  const papers = row.covers === 'STATEMENT_PDF' ? row.statement.statement_files : [];
  return [
    row.format === 'XML'
      ? { name: 'signed.xml', type: 'application/xml', content: container }
      : { name: 'signature.p7s', type: 'application/pkcs7-signature', content: container },
    ...papers.map(({ language, content }) => ({
      name: `statement-${language}.pdf`,
      type: 'application/pdf',
      content: Buffer.from(content),
    })),
    { name: 'statement.xml', type: 'application/xml', content: Buffer.from(row.statement.content) },
    {
      name: 'record.json',
      type: 'application/json',
      content: Buffer.from(`${JSON.stringify(record, null, 2)}\n`),
    },
  ];
}

function pack({ container, chain, revocation, timeStamp, signer }: VerifiedProof): KeptProof {
  return {
    container: Buffer.from(container).toString('base64'),
    chain: chain.map((one) => Buffer.from(one).toString('base64')),
    revocation: { evidence: base64(revocation.evidence) },
    timeStamp:
      timeStamp === null
        ? null
        : {
            at: timeStamp.at.toISOString(),
            trusted: timeStamp.trusted,
            token: Buffer.from(timeStamp.token).toString('base64'),
          },
    signer: { name: signer.name, iin: signer.iin, serialNumber: signer.serialNumber },
  };
}

function base64(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString('base64');
}
