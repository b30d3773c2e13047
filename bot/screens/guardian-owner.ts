import type { Texts } from '../../locales/index.ts';
import { actOf, type KezekContext, personId } from '../context.ts';
import type { ApplicationCard, ApplicationId, GuardianLinkId, GuardianView } from '../core.ts';
import { idOf } from '../ids.ts';
import { type Button, button, footer, type Keyboard } from '../keyboard.ts';
import { type Action, defineScreen, type Rendered, redirect } from '../screen.ts';
import { target } from '../session.ts';
import { at, crumbs, lines, paragraphs, shortened } from '../words.ts';
import { heading } from './card.ts';

interface View {
  readonly card: ApplicationCard;
  readonly links: readonly GuardianView[];
}

/** Who sees the application beside its first applicant, and who asks to. */
export function renderLinks({ card, links }: View, t: Texts): Rendered {
  return {
    text: paragraphs(
      crumbs(t, 'crumb.applications', 'crumb.application'),
      lines(t.html('guardian.title'), heading(card, t)),
      ...(links.length === 0 ? [t.html('guardian.nobody')] : links.map((link) => entry(link, t))),
      t.html('guardian.invite'),
    ),
    keyboard: [...links.flatMap((link) => doing(link, t)), footer(t, target('card', card.id))],
  };
}

function entry(link: GuardianView, t: Texts): string {
  return lines(
    t.html('guardian.person', { name: link.name }),
    t.html(`guardian.state.${link.state}`, { date: at(t, link.since) }),
  );
}

function doing({ id, name, state, removable }: GuardianView, t: Texts): Keyboard {
  const short = shortened(name, 12);
  if (state === 'LINKED') {
    return removable ? [[button(t.plain('guardian.takeOut', { name: short }), 'guardout', [id])]] : [];
  }
  return [[button(t.plain('guardian.answerTo', { name: short }), 'guardask', [id], 'success')]];
}

export const guardiansScreen = defineScreen<View>({
  name: 'guardians',
  access: 'PERSON',
  load: async (ctx, [arg]) => {
    const id = idOf<ApplicationId>(arg);
    const { applications, guardians } = ctx.house.core;
    const [card, links] = await Promise.all([
      applications.card(personId(ctx), id),
      guardians.of(actOf(ctx), id),
    ]);
    return { card, links };
  },
  render: renderLinks,
});

type Asked = Awaited<ReturnType<KezekContext['house']['core']['guardians']['asked']>>;

function loadAsked(ctx: KezekContext, arg: string | undefined): Promise<Asked> {
  return ctx.house.core.guardians.asked(actOf(ctx), linkId(arg));
}

const linkId = (arg: string | undefined): GuardianLinkId => idOf(arg, 'guardian.unknown');
const isOpen = ({ state }: Asked) => state === 'PENDING_OWNER' || state === 'OPERATOR_REVIEW';

function about(asked: Asked, t: Texts): string {
  return lines(
    t.html('application.heading', { child: asked.childName, digits: asked.numberTail }),
    t.html('guardian.person', { name: asked.name }),
  );
}

/** N35: the first applicant's answer. What was answered before is told instead. */
export function renderAsk(asked: Asked, t: Texts): Rendered {
  const answers: readonly (readonly Button[])[] = [
    [button(t.plain('guardian.agree'), 'guardask/agree', [asked.id], 'success')],
    [button(t.plain('guardian.refuse'), 'guardask/refuse', [asked.id], 'danger')],
  ];
  return {
    text: paragraphs(
      t.html('guardian.askTitle'),
      about(asked, t),
      ...(isOpen(asked)
        ? [t.html('guardian.askGives'), t.html('guardian.askWarning')]
        : [t.html(`guardian.state.${asked.state}`, { date: at(t, asked.since) })]),
    ),
    keyboard: [...(isOpen(asked) ? answers : []), footer(t, target('guardians', asked.applicationId))],
  };
}

function answering(agrees: boolean): Action {
  return {
    run: async (ctx, [arg]) => {
      const { applicationId } = await loadAsked(ctx, arg);
      await ctx.house.core.guardians.answer(actOf(ctx), linkId(arg), agrees);
      return {
        to: target('guardians', applicationId),
        note: { key: agrees ? 'guardian.agreed' : 'guardian.refused' },
      };
    },
    settled: ([arg]) => target('guardask', linkId(arg)),
  };
}

export const guardianAskScreen = defineScreen<Asked>({
  name: 'guardask',
  access: 'PERSON',
  load: (ctx, [arg]) => loadAsked(ctx, arg),
  render: renderAsk,
  actions: { agree: answering(true), refuse: answering(false) },
});

/** Taking somebody out, asked once more. */
export function renderOut(asked: Asked, t: Texts): Rendered {
  return {
    text: paragraphs(t.html('guardian.outTitle'), about(asked, t), t.html('guardian.outWarning')),
    keyboard: [
      [button(t.plain('guardian.outYes'), 'guardout/yes', [asked.id], 'danger')],
      footer(t, target('guardians', asked.applicationId)),
    ],
  };
}

export const guardianOutScreen = defineScreen<Asked>({
  name: 'guardout',
  access: 'PERSON',
  load: async (ctx, [arg]) => {
    const asked = await loadAsked(ctx, arg);
    return asked.removable ? asked : redirect(target('guardians', asked.applicationId));
  },
  render: renderOut,
  actions: {
    yes: {
      run: async (ctx, [arg]) => {
        const { applicationId } = await loadAsked(ctx, arg);
        await ctx.house.core.guardians.unlink(actOf(ctx), linkId(arg));
        return { to: target('guardians', applicationId), note: { key: 'guardian.takenOut' } };
      },
      settled: ([arg]) => target('guardout', linkId(arg)),
    },
  },
});

/** The second parent leaves. */
export function renderLeave({ card }: { card: ApplicationCard }, t: Texts): Rendered {
  return {
    text: paragraphs(
      crumbs(t, 'crumb.applications', 'crumb.application'),
      lines(t.html('guardian.leaveTitle'), heading(card, t)),
      t.html('guardian.leaveWarning'),
    ),
    keyboard: [
      [button(t.plain('guardian.leaveYes'), 'guardleave/yes', [card.id], 'danger')],
      footer(t, target('card', card.id)),
    ],
  };
}

export const guardianLeaveScreen = defineScreen<{ readonly card: ApplicationCard }>({
  name: 'guardleave',
  access: 'PERSON',
  load: async (ctx, [arg]) => {
    const card = await ctx.house.core.applications.card(personId(ctx), idOf(arg));
    return card.role === 'GUARDIAN' ? { card } : redirect(target('guardians', card.id));
  },
  render: renderLeave,
  actions: {
    yes: {
      run: async (ctx, [arg]) => {
        const { guardians } = ctx.house.core;
        const mine = await guardians.mine(actOf(ctx), idOf(arg));
        if (mine !== null) await guardians.unlink(actOf(ctx), mine.id);
        return { to: target('apps'), note: { key: 'guardian.left' } };
      },
      settled: () => target('apps'),
    },
  },
});
