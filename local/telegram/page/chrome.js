import { chatMenu } from './attach.js';
import { popMenu } from './dialog.js';
import { byId, h, icon, iconButton } from './dom.js';
import * as panels from './panels.js';
import { avatar } from './people.js';
import { fullName, state } from './state.js';
import { label, language, t } from './texts.js';
import { isDark } from './theme.js';

/** The words and switches around the chat; `choose` takes 'kk' or 'ru'. */
export function drawChrome(choose) {
  document.documentElement.lang = language();
  byId('title').textContent = t('title');
  byId('hint').textContent = t('hint');
  byId('chat-pane').setAttribute('aria-label', t('chat'));
  byId('languages').setAttribute('aria-label', t('language'));
  byId('languages').replaceChildren(
    ...['kk', 'ru'].map((code) =>
      h(
        'button',
        {
          type: 'button',
          'data-testid': `lang-${code}`,
          'aria-pressed': String(language() === code),
          lang: code,
          onclick: () => choose(code),
        },
        code === 'kk' ? 'Қаз' : 'Рус',
      ),
    ),
  );
  byId('down').setAttribute('aria-label', t('down'));
  byId('down').replaceChildren(icon('down'));
  const dark = isDark();
  byId('theme').replaceChildren(icon(dark ? 'sun' : 'moon'));
  byId('theme').setAttribute('aria-label', t('theme'));
  byId('theme').title = t('theme');
}

/** The bar over the chat; `status` is what the bot is doing now, `back` leads to the list on a phone. */
export function drawBar(back, status) {
  const me = state.view?.person;
  const bar = byId('chat-bar');
  bar.hidden = !me;
  if (!me) return;
  const fresh = panels.newCount();
  const sms = iconButton(
    'sms',
    t('inbox'),
    () => (byId('inbox').hidden ? panels.openInbox() : panels.closeInbox()),
    { 'data-testid': 'sms' },
  );
  if (fresh > 0) sms.append(h('span', { class: 'count', 'data-testid': 'sms-count' }, String(fresh)));
  const role = label(me.role);
  bar.replaceChildren(
    iconButton('back', t(state.elsewhere ? 'backToBot' : 'back'), back, {
      class: `icon ${state.elsewhere ? '' : 'only-phone'}`,
      'data-testid': 'back',
    }),
    state.elsewhere ? avatar(me, 'small') : h('img', { src: '/icon.svg', alt: '', class: 'bot-face' }),
    h(
      'div',
      { class: 'bar-words' },
      state.elsewhere
        ? h('b', {}, t('notes'))
        : h('b', {}, state.view.botName, h('small', { class: 'bot-mark' }, t('bot'))),
      status
        ? h('span', { class: 'status-line' }, status, h('i', { class: 'dots', 'aria-hidden': 'true' }))
        : h(
            'span',
            { class: 'status-line quiet' },
            state.elsewhere ? t('notesHint') : `${t('writeAs')} ${fullName(me)}${role ? ` · ${role}` : ''}`,
          ),
    ),
    avatar(me, 'small only-phone-hidden'),
    state.world.inbox ? sms : '',
    iconButton('log', t('log'), panels.toggleLog, { class: 'icon only-wide', 'data-testid': 'log' }),
    iconButton('more', t('more'), (event) => popMenu(event.currentTarget, chatMenu()), {
      'data-testid': 'more',
      'aria-haspopup': 'menu',
    }),
  );
}
