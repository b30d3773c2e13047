import type { Texts } from '../../locales/index.ts';
import { type KezekContext, personId } from '../context.ts';
import { type ApplicationId, type CivilDate, dateInWords, type FreeGroup, type GroupId } from '../core.ts';
import { idOf } from '../ids.ts';
import { type Button, button, footer } from '../keyboard.ts';
import { defineScreen, type Rendered } from '../screen.ts';
import { target } from '../session.ts';
import { crumbs, lines, paragraphs } from '../words.ts';
import { addWish, wishesOf } from './wish-list.ts';

interface View {
  readonly id: ApplicationId;
  readonly group: FreeGroup;
  readonly wished: boolean;
}

/** What a parent must know of a group before choosing it; shared by the choice and its summary. */
export function groupFacts(group: FreeGroup, t: Texts): string {
  const from = group.availableFrom as CivilDate | null;
  return lines(
    t.html('group.name', { name: t.pick(group.kindergarten) }),
    t.html('free.language', { language: t.plain(`teaching.${group.language}`) }),
    t.html('free.address', { address: t.pick(group.address) }),
    t.html('group.group', { group: group.groupName, year: group.birthYear }),
    group.phone === null ? undefined : t.html('group.phone', { phone: group.phone }),
    from === null ? undefined : t.html('group.from', { date: dateInWords(from, t.language) }),
  );
}

export function render({ id, group, wished }: View, t: Texts): Rendered {
  return {
    text: paragraphs(
      crumbs(t, 'crumb.free'),
      groupFacts(group, t),
      lines(t.html('group.free', { n: group.free }), t.html(`phase.${group.phase}`)),
      t.html(`available.${group.available}`),
      t.html('free.mind'),
    ),
    keyboard: [
      doing(id, group, wished, t),
      [button(t.plain('button.map'), 'group/map', [id, group.groupId])],
      footer(t, target('free', id)),
    ],
  };
}

function doing(id: ApplicationId, group: FreeGroup, wished: boolean, t: Texts): readonly Button[] {
  if (group.available === 'CHOOSE')
    return [button(t.plain('choose.this'), 'choose', [id, group.groupId], 'success')];
  if (group.available === 'NO') return [button(t.plain('why.button'), 'why', [id])];
  if (wished) return [button(t.plain('wishes.mine'), 'wishes', [id])];
  return [button(t.plain('wishes.add'), 'group/wish', [id, group.groupId], 'success')];
}

/** The point on the map; its address stands in the text too, for those who cannot see a map. */
async function sendMap(ctx: KezekContext, group: FreeGroup): Promise<void> {
  await ctx.replyWithVenue(
    group.latitude,
    group.longitude,
    ctx.t.pick(group.kindergarten),
    ctx.t.pick(group.address),
  );
}

export const groupScreen = defineScreen<View>({
  name: 'group',
  access: 'PERSON',
  dialogs: ['wishes'],
  load: async (ctx, [application, arg]) => {
    const id = idOf<ApplicationId>(application);
    const group = await ctx.house.core.places.group(personId(ctx), id, idOf<GroupId>(arg));
    const wishes = group.available === 'WISH' ? await wishesOf(ctx, id) : undefined;
    return { id, group, wished: wishes?.groups.includes(group.groupId) === true };
  },
  render,
  actions: {
    map: {
      run: async (ctx, [application, arg]) => {
        const id = idOf<ApplicationId>(application);
        await sendMap(ctx, await ctx.house.core.places.group(personId(ctx), id, idOf<GroupId>(arg)));
        return { to: target('group', id, idOf(arg)), fresh: true };
      },
      settled: ([application]) => target('free', idOf(application)),
    },
    wish: {
      run: async (ctx, [application, arg]) => {
        const id = idOf<ApplicationId>(application);
        await addWish(ctx, id, idOf<GroupId>(arg));
        return { to: target('wishes', id), toast: { key: 'wishes.added' } };
      },
      settled: ([application]) => target('wishes', idOf(application)),
    },
  },
});
