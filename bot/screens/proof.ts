import type { Texts } from '../../locales/index.ts';
import { actOf, type KezekContext } from '../context.ts';
import type { ApplicationId, DocumentId, SignLink } from '../core.ts';
import { idOf } from '../ids.ts';
import { button, footer } from '../keyboard.ts';
import { keepLink, linkOf, linkRow, linkText } from '../links.ts';
import { defineScreen, type Next, type Rendered } from '../screen.ts';
import { target } from '../session.ts';
import { crumbs, paragraphs } from '../words.ts';

interface View {
  readonly id: ApplicationId;
  readonly document: DocumentId;
  readonly link: SignLink | undefined;
}

/** The signed file and the record of its check: both hold the IIN, so they are fetched on a page and never sent here. */
export function render({ id, document, link }: View, t: Texts): Rendered {
  return {
    text: paragraphs(
      crumbs(t, 'crumb.applications', 'crumb.application'),
      t.html('proof.title'),
      t.html('proof.what'),
      linkText(link, t),
    ),
    keyboard: [
      ...linkRow(link, t.plain('proof.open')),
      [button(t.plain('link.new'), 'proof/link', [id, document])],
      footer(t, target('docs', id)),
    ],
  };
}

/** Makes the page. Refusals: document.unknown, signature.none (signed by a code), link.tooOften. */
export async function toProof(ctx: KezekContext, [application, arg]: readonly string[]): Promise<Next> {
  const document = idOf<DocumentId>(arg, 'document.unknown');
  keepLink(ctx, document, await ctx.house.core.signing.proofLink(actOf(ctx), document));
  return { to: target('proof', idOf(application), document) };
}

export const proofScreen = defineScreen<View>({
  name: 'proof',
  access: 'PERSON',
  load: async (ctx, [application, arg]) => {
    const document = idOf<DocumentId>(arg, 'document.unknown');
    return { id: idOf<ApplicationId>(application), document, link: linkOf(ctx, document) };
  },
  render,
  actions: {
    link: {
      run: async (ctx, args) => ({ ...(await toProof(ctx, args)), toast: { key: 'link.made' } }),
      settled: (args) => target('proof', ...args),
    },
  },
});
