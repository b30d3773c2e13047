import { proofOf } from '../../core/signing/testing/proof.ts';
import type { CoreWorld } from '../../local/testing/core-world.ts';

/**
 * What a person does on the page behind a button: opens it and signs with the key of `iin`. The signature itself is the
 * page's business: its verified proof is given to core directly. Answers where the link stands then.
 */
export async function signOnPage(
  { core }: Pick<CoreWorld, 'core'>,
  url: string,
  iin: string,
  more: Parameters<typeof proofOf>[1] = {},
) {
  const { session, view } = await core.signPages.open(new URL(url).hash.slice(1));
  if (session === null) throw new Error('the page was opened before');
  const bearer = { session };
  const { covers } = await core.signPages.signable(view.id, bearer, 'XML');
  return core.signPages.accept(view.id, bearer, covers, proofOf(iin, more));
}
