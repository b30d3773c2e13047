import type { Texts } from '../../locales/index.ts';
import { texts } from '../../locales/index.ts';
import { readAccount } from '../context.ts';
import { button, footer } from '../keyboard.ts';
import { defineScreen, type Rendered } from '../screen.ts';
import { home } from '../show.ts';

interface View {
  readonly chosen: boolean;
}

/** The first question, in both languages at once: nothing is guessed from the messenger's language. */
export function render({ chosen }: View, t: Texts): Rendered {
  const text = `🌐 <b>${texts('kk').html('language.question')}</b>\n<b>${texts('ru').html('language.question')}</b>`;
  const choice = [button('Қазақша', 'lang/set', ['kk']), button('Русский', 'lang/set', ['ru'])];
  return { text, keyboard: chosen ? [choice, footer(t)] : [choice] };
}

export const languageScreen = defineScreen<View>({
  name: 'lang',
  access: 'ANYONE',
  command: 'language',
  load: async (ctx) => ({ chosen: ctx.account.language !== null }),
  render,
  actions: {
    set: {
      run: async (ctx, [language]) => {
        const first = ctx.account.language === null;
        await ctx.house.core.people.setLanguage(ctx.address, language === 'ru' ? 'ru' : 'kk');
        await readAccount(ctx);
        return first ? { to: home } : { to: home, toast: { key: 'language.changed' } };
      },
      settled: () => home,
    },
  },
});
