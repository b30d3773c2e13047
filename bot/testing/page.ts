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

/** Signs a login on the page and answers what it then shows, to be brought back to the chat. */
export async function loginOnPage(
  world: Pick<CoreWorld, 'core'>,
  url: string,
  iin: string,
): Promise<{ readonly code: string; readonly start: string }> {
  const { outcome } = await signOnPage(world, url, iin);
  if (outcome?.kind !== 'LOGIN' || outcome.confirm === null) throw new Error('no login was signed');
  return outcome.confirm;
}
