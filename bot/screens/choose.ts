import type { Texts } from '../../locales/index.ts';
import { actOf, personId } from '../context.ts';
import type { ApplicationCard, ApplicationId, FreeGroup, GroupId } from '../core.ts';
import { idOf } from '../ids.ts';
import { button, footer } from '../keyboard.ts';
import { defineScreen, type Rendered } from '../screen.ts';
import { target } from '../session.ts';
import { crumbs, paragraphs } from '../words.ts';
import { heading } from './card.ts';
import { keepCode } from './code-sent.ts';
import { groupFacts } from './group.ts';

interface View {
  readonly card: ApplicationCard;
  readonly group: FreeGroup;
}

/** What is about to be signed, before «Қол қою және жіберу» (S0, S3). */
export function render({ card, group }: View, t: Texts): Rendered {
  return {
    text: paragraphs(
      crumbs(t, 'crumb.free'),
      t.html('choose.title'),
      heading(card, t),
      groupFacts(group, t),
      t.html('choose.signed'),
      t.html('choose.after'),
    ),
    keyboard: [
      [button(t.plain('sign.button'), 'choose/sign', [card.id, group.groupId], 'success')],
      footer(t, target('group', card.id, group.groupId)),
    ],
  };
}

export const chooseScreen = defineScreen<View>({
  name: 'choose',
  access: 'PERSON',
  load: async (ctx, [application, arg]) => {
    const id = idOf<ApplicationId>(application);
    const { applications, places } = ctx.house.core;
    const [card, group] = await Promise.all([
      applications.card(personId(ctx), id),
      places.group(personId(ctx), id, idOf<GroupId>(arg)),
    ]);
    return { card, group };
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
  },
});
