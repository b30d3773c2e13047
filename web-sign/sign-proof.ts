import { type LinkBearer, type LinkId, type LinkView, Refusal, type Signable } from '../core/index.ts';
import type { Gate } from './sign-gate.ts';
import type { SigningDeps } from './sign-settings.ts';
import { SignatureRefused } from './signature/reasons.ts';

/** What came in, as it came. */
export type Container =
  | { readonly format: 'XML'; readonly xml: string }
  | { readonly format: 'CMS'; readonly der: Uint8Array };

/**
 * Verifies an upload against the bytes that core issued (`wanted`) and hands the proof to core. What is settled already
 * (signed in another tab, sent twice, void) is answered as it stands, without looking at the upload.
 * @throws SignatureRefused, Refusal, Busy
 */
export async function submit<S extends Signable>(
  deps: SigningDeps,
  gate: Gate,
  id: LinkId,
  bearer: LinkBearer,
  wanted: () => Promise<S>,
  upload: (signable: S) => Container,
): Promise<LinkView> {
  const signable = await wanted().catch((error: unknown) => settled(deps, id, bearer, error));
  if ('state' in signable) return signable;
  const expected = { content: signable.content, at: deps.clock.now(), use: signable.use };
  try {
    const container = upload(signable);
    const proof = await gate.run(() =>
      container.format === 'XML'
        ? deps.verifier.verifyXml(container.xml, expected)
        : deps.verifier.verifyCms(container.der, expected),
    );
    return await deps.core.signPages.accept(id, bearer, signable.covers, proof);
  } catch (error) {
    if (error instanceof SignatureRefused)
      deps.log.info({ link: id, reason: error.reason, detail: error.message }, 'a signature was refused');
    throw error;
  }
}

/** The view of a link that asks for nothing more; throws the refusal again where it is still open or unknown. */
async function settled(
  { core: { signPages } }: SigningDeps,
  id: LinkId,
  bearer: LinkBearer,
  error: unknown,
): Promise<LinkView> {
  if (!(error instanceof Refusal) || error.code === 'link.unknown') throw error;
  const view = await signPages.view(id, bearer);
  if (view.state !== 'DONE' && view.state !== 'VOID') throw error;
  return view;
}
