import { sameBytes, sha256 } from '../db/crypto.ts';
import { renderStatement } from '../document/statement.ts';
import type { LinkRow } from './link-store.ts';
import { aboutOf } from './link-view.ts';
import type { SignPagesDeps } from './pages.ts';
import type { Signable } from './pages-api.ts';
import type { StatementRow, StatementSubject } from './store.ts';

/** The bytes that the key signs: the kept text, or the paper that says the same in plain words. */
export async function signableOf(deps: SignPagesDeps, link: LinkRow, as: 'XML' | 'PDF'): Promise<Signable> {
  if (link.content !== null) {
    return { use: 'LOGIN', covers: 'LOGIN', content: Buffer.from(link.content, 'utf8') };
  }
  const statement = await deps.db.prisma.statement.findUniqueOrThrow({
    where: { id: link.statement_id ?? '' },
  });
  if (as === 'XML') {
    return { use: 'SIGN', covers: 'STATEMENT', content: Buffer.from(statement.content, 'utf8') };
  }
  const where = { statement_id_language: { statement_id: statement.id, language: link.language } };
  const known = await deps.db.prisma.statement_file.findUnique({ where });
  if (known === null) {
    // No transaction meanwhile: it takes a while. Of two that render at once, the first one's bytes stay.
    const content = await paperOf(deps, link, statement as unknown as Statement);
    await deps.db.prisma.statement_file.createMany({
      data: [
        { ...where.statement_id_language, content, sha256: sha256(content), rendered_at: deps.clock.now() },
      ],
      skipDuplicates: true,
    });
  }
  const kept = known ?? (await deps.db.prisma.statement_file.findUniqueOrThrow({ where }));
  if (!sameBytes(kept.sha256, sha256(kept.content)))
    throw new Error(`the paper of ${statement.id} was changed`);
  return { use: 'SIGN', covers: 'STATEMENT_PDF', content: kept.content };
}

type Statement = StatementSubject &
  Pick<StatementRow, 'id' | 'sha256' | 'expires_at'> & { readonly created_at: Date };

async function paperOf(
  deps: SignPagesDeps,
  link: LinkRow,
  statement: Statement,
): Promise<Uint8Array<ArrayBuffer>> {
  const about = await deps.db.write((tx) => aboutOf(tx, statement));
  const pdf = await renderStatement(
    {
      id: statement.id,
      sha256: Buffer.from(statement.sha256).toString('hex'),
      issuedAt: statement.created_at,
      expiresAt: statement.expires_at,
      verifyUrl: `${deps.config.publicUrl}/check/${statement.id}`,
      about,
    },
    link.language,
  );
  return new Uint8Array(pdf);
}
