import type { Texts } from '../../locales/index.ts';
import { actOf, type KezekContext } from '../context.ts';
import type { Address } from '../core.ts';
import { button, footer, rows } from '../keyboard.ts';
import { type Answer, defineScreen, type Next, type Redirect, type Rendered } from '../screen.ts';
import { type Target, target } from '../session.ts';
import { lines, paragraphs } from '../words.ts';
import {
  ADDRESS_PARTS,
  type AddressPart,
  addressLine,
  addressPart,
  nextAddressPart,
  OPTIONAL_PARTS,
} from './address-words.ts';
import { formCrumbs } from './crumbs.ts';
import {
  atStep,
  backFrom,
  erasedNote,
  type From,
  fromOf,
  needText,
  oneLine,
  settledInForm,
  stepTarget,
  withFrom,
} from './form.ts';

interface View {
  readonly address: Address | null;
  readonly from: From;
}

/** The address with a button for each part, to correct one of them. */
export function render({ address, from }: View, t: Texts): Rendered {
  const back = backFrom(from, stepTarget('APPLICANT'));
  return {
    text: paragraphs(
      formCrumbs(t, 'APPLICANT'),
      t.html('form.address.title'),
      lines(...ADDRESS_PARTS.map((part) => addressLine(part, address, t))),
      t.html('form.address.masked'),
    ),
    keyboard: [
      ...rows(
        ADDRESS_PARTS.map((part) =>
          button(t.plain(`form.address.edit.${part}`), 'fpart', withFrom<string>(from, part, 'e')),
        ),
        2,
      ),
      [button(t.plain('form.done'), back.screen, [], 'success')],
      footer(t, back),
    ],
  };
}

async function load(ctx: KezekContext, arg: string | undefined): Promise<View | Redirect> {
  const from = fromOf(arg);
  const draft = await atStep(ctx, 'APPLICANT', from);
  return 'redirect' in draft ? draft : { address: draft.applicant.address, from };
}

export const addressScreen = defineScreen<View>({
  name: 'faddr',
  access: 'PERSON',
  load: (ctx, [from]) => load(ctx, from),
  render,
});

interface PartView extends View {
  readonly part: AddressPart;
  readonly mode: Mode;
}

/** `q` one question after another, `e` one part is corrected. */
type Mode = 'q' | 'e';

function modeOf(arg: string | undefined): Mode {
  return arg === 'e' ? 'e' : 'q';
}

/** One question of the address. What is typed is deleted from the chat. */
export function renderPart({ part, mode, from, address }: PartView, t: Texts): Rendered {
  const n = ADDRESS_PARTS.indexOf(part);
  const count =
    mode === 'q' ? t.html('form.address.count', { n: n + 1, of: ADDRESS_PARTS.length }) : undefined;
  const skip = button(t.plain('form.skip'), 'fpart/skip', withFrom<string>(from, part, mode));
  return {
    text: paragraphs(
      formCrumbs(t, 'APPLICANT'),
      lines(t.html(`form.address.ask.${part}`), count),
      t.html(`form.address.example.${part}`),
      (address?.[part] ?? '') === '' ? undefined : addressLine(part, address, t),
      t.html('iin.safety'),
    ),
    keyboard: [
      ...(OPTIONAL_PARTS.has(part) ? [[skip]] : []),
      footer(t, before({ part, mode, from, address })),
    ],
  };
}

/** One question back, or where the person came from. */
function before({ part, mode, from, address }: PartView): Target {
  if (mode === 'e') return target('faddr', ...withFrom<string>(from));
  const earlier = ADDRESS_PARTS[ADDRESS_PARTS.indexOf(part) - 1];
  if (earlier !== undefined && nextAddressPart(address) !== 'city')
    return target('fpart', ...withFrom<string>(from, earlier, mode));
  return backFrom(from, stepTarget('APPLICANT'));
}

/** The next question, or the address as it stands now. */
function after(part: AddressPart, mode: Mode, from: From): Target {
  if (mode === 'e') return target('faddr', ...withFrom<string>(from));
  const next = ADDRESS_PARTS[ADDRESS_PARTS.indexOf(part) + 1];
  if (next !== undefined) return target('fpart', ...withFrom<string>(from, next, mode));
  return backFrom(from, stepTarget('APPLICANT'));
}

async function set(ctx: KezekContext, [arg, mode, from]: readonly string[], value: string): Promise<Target> {
  const part = addressPart(arg);
  await ctx.house.core.drafts.setAddress(actOf(ctx), { [part]: value });
  return after(part, modeOf(mode), fromOf(from));
}

async function answer(ctx: KezekContext, args: readonly string[], { text, erased }: Answer): Promise<Next> {
  if (text === undefined) return needText(erased);
  return { to: await set(ctx, args, oneLine(text)), note: erasedNote(erased) };
}

export const addressPartScreen = defineScreen<PartView>({
  name: 'fpart',
  access: 'PERSON',
  secret: true,
  load: async (ctx, [part, mode, from]) => {
    const view = await load(ctx, from);
    return 'redirect' in view ? view : { ...view, part: addressPart(part), mode: modeOf(mode) };
  },
  render: renderPart,
  answer,
  settled: settledInForm,
  actions: {
    skip: {
      run: async (ctx, args) => ({ to: await set(ctx, args, '') }),
      settled: settledInForm,
    },
  },
});
