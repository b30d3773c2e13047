import type { Texts } from '../../locales/index.ts';
import type { KezekContext } from '../context.ts';
import { maskIin, parseIin, Refusal } from '../core.ts';
import { button } from '../keyboard.ts';
import { refusalNote } from '../refusal-note.ts';
import { type Answer, defineScreen, type Next, type Note, type Rendered } from '../screen.ts';
import { target } from '../session.ts';
import { paragraphs } from '../words.ts';
import { keepCode } from './code-sent.ts';
import { edsOffered, loginWithEds } from './eds-login.ts';

interface View {
  /** Whose number is not in the mobile citizens base gets in with ЭЦҚ instead. */
  readonly eds: boolean;
}

/** Step 2: the applicant's IIN. It is deleted from the chat before anything is done with it. */
export function render({ eds }: View, t: Texts): Rendered {
  return {
    text: paragraphs(t.html('iin.title'), t.html('iin.format'), t.html('iin.safety')),
    keyboard: [
      ...(eds ? [[button(t.plain('hello.goEds'), 'iin/eds')]] : []),
      [button(t.plain('button.privacy'), 'privacy')],
      [button(t.plain('iin.otherPhone'), 'phone'), button(t.plain('button.help'), 'help')],
    ],
  };
}

/** What was typed, as «2305•••••109», and that it is gone. Undefined when it was no IIN. */
export function maskedEcho(text: string, erased: boolean): Note | undefined {
  const parsed = parseIin(text);
  if (!parsed.ok) return undefined;
  return { key: erased ? 'iin.removed' : 'iin.notRemoved', values: { masked: maskIin(parsed.iin) } };
}

export async function answer(
  ctx: KezekContext,
  _args: readonly string[],
  { text, erased }: Answer,
): Promise<Next> {
  if (text === undefined) return { note: { key: 'common.needText' } };
  const echo = maskedEcho(text, erased);
  const next = (note: Note | undefined): Next => ({
    to: target('code'),
    ...(note === undefined ? {} : { note }),
  });
  try {
    keepCode(ctx, 'login', {}, await ctx.house.core.people.startLogin(ctx.address, text));
    return next(echo);
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'code.tooOften') throw error;
    // Codes are on their way already: the place to wait for them is the next screen.
    ctx.session.dialog = { name: 'login', data: { resendAt: String(error.params.resendAt) } };
    return next({ ...refusalNote(ctx, error), and: echo });
  }
}

export const iinScreen = defineScreen<View>({
  name: 'iin',
  access: 'LOGIN',
  secret: true,
  load: async (ctx) => ({ eds: edsOffered(ctx) }),
  render,
  answer,
  actions: {
    eds: { run: loginWithEds, settled: () => target('edslogin') },
  },
});
