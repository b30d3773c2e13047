import type { Texts } from '../../locales/index.ts';
import { actOf, personId } from '../context.ts';
import type { ApplicationCard, ApplicationId, FreeGroup, GroupId, ProofMethod } from '../core.ts';
import { idOf } from '../ids.ts';
import { footer } from '../keyboard.ts';
import { defineScreen, type Rendered } from '../screen.ts';
import { target } from '../session.ts';
import { crumbs, paragraphs } from '../words.ts';
import { heading } from './card.ts';
import { keepCode } from './code-sent.ts';
import { toEds } from './esign.ts';
import { groupFacts } from './group.ts';
import { methodsOf, signRows } from './ways-to-sign.ts';

interface View {
  readonly card: ApplicationCard;
  readonly group: FreeGroup;
  readonly methods: readonly ProofMethod[];
  readonly support: string;
}

/** What is about to be signed, before «Қол қою және жіберу» (S0, S3). */
export function render({ card, group, methods, support }: View, t: Texts): Rendered {
  return {
    text: paragraphs(
      crumbs(t, 'crumb.free'),
      t.html('choose.title'),
      heading(card, t),
      groupFacts(group, t),
      waysText({ methods, support }, t),
      t.html('choose.after'),
    ),
    keyboard: [
      ...signRows(methods, 'choose', [card.id, group.groupId], t),
      footer(t, target('group', card.id, group.groupId)),
    ],
  };
}

/** What the buttons below do, in plain words. */
function waysText({ methods, support }: Pick<View, 'methods' | 'support'>, t: Texts): string {
  if (methods.length === 0) return t.html('sign.none', { support });
  if (methods.length > 1) return t.html('choose.signedTwo');
  return t.html(methods.includes('OTP') ? 'choose.signed' : 'choose.signedEds');
}

export const chooseScreen = defineScreen<View>({
  name: 'choose',
  access: 'PERSON',
  load: async (ctx, [application, arg]) => {
    const id = idOf<ApplicationId>(application);
    const { applications, places } = ctx.house.core;
    const [card, group, methods] = await Promise.all([
      applications.card(personId(ctx), id),
      places.group(personId(ctx), id, idOf<GroupId>(arg)),
      methodsOf(ctx, id, 'c'),
    ]);
    return { card, group, methods, support: ctx.house.supportPhone };
  },
  render,
  actions: {
    sign: {
      run: async (ctx, [application, group]) => {
        const id = idOf<ApplicationId>(application);
        const prepared = await ctx.house.core.signing.prepareChoice(actOf(ctx), id, idOf<GroupId>(group));
        keepCode(ctx, 'sign', {}, prepared.code);
        return { to: target('sign', id, prepared.id, 'c') };
      },
      settled: ([application]) => target('free', idOf(application)),
    },
    eds: {
      run: async (ctx, [application, group]) => {
        const id = idOf<ApplicationId>(application);
        return toEds(ctx, id, 'c', await ctx.house.core.signing.linkChoice(actOf(ctx), id, idOf(group)));
      },
      settled: ([application]) => target('free', idOf(application)),
    },
  },
});
