import type { Language } from '../act.ts';
import type { CoreDeps } from '../context.ts';
import type { Secrets } from '../db/crypto.ts';
import type { WriteTx } from '../db/db.ts';
import { renderOwnData } from '../document/own-data.ts';
import type { PersonId } from '../ids.ts';
import { collect } from './collect.ts';

export interface OwnFile {
  readonly name: string;
  readonly type: string;
  readonly content: Buffer;
}

type FileDeps = Pick<CoreDeps, 'clock' | 'config'> & { readonly secrets: Secrets };

/** What is stored about a person, for programs and for people. */
export async function ownFiles(
  { clock, config, secrets }: FileDeps,
  tx: WriteTx,
  personId: PersonId,
  language: Language,
): Promise<readonly OwnFile[]> {
  const madeAt = clock.now();
  const data = await collect(secrets, tx, personId, madeAt);
  const categories = await tx.benefit_category.findMany();
  const pdf = await renderOwnData(
    {
      data,
      madeAt,
      issuer: { kk: 'Kezek', ru: 'Kezek' },
      benefits: new Map(categories.map(({ code, name_kk, name_ru }) => [code, { kk: name_kk, ru: name_ru }])),
      url: config.publicUrl,
    },
    language,
  );
  return [
    {
      name: 'kezek-data.json',
      type: 'application/json',
      content: Buffer.from(`${JSON.stringify(data, null, 2)}\n`),
    },
    { name: 'kezek-data.pdf', type: 'application/pdf', content: pdf },
  ];
}
