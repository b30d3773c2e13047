import { act } from './api.js';
import { attachments } from './attach.js';
import { summary } from './bubble.js';
import { confirmBox, failed, popMenu, toast } from './dialog.js';
import { byId, h, icon, iconButton } from './dom.js';
import { focusResults, isInline, lookUp } from './inline.js';
import { choosePlace } from './places.js';
import { state } from './state.js';
import { t } from './texts.js';

let keysShown = true;

const person = () => state.view.person;
const run = (promise) => promise.catch(failed);

function wide(testid, text, onclick, kind = '') {
  return h('button', { type: 'button', class: `wide ${kind}`, 'data-testid': testid, onclick }, text);
}

/** What stands under the chat: the Start button, the way out of a block, or the line one types in. */
export function drawComposer() {
  const me = person();
  const fresh = state.view.messages.length === 0;
  byId('commands').hidden = true;
  if (state.elsewhere) drawLine();
  else if (me.blocked) {
    const free = () => run(act(me.id, 'block', { blocked: false }));
    byId('composer').replaceChildren(wide('unblock', t('unblock'), free));
  } else if (fresh) {
    byId('composer').replaceChildren(wide('start', t('start'), () => run(act(me.id, 'start')), 'strong'));
  } else drawLine();
}

function drawLine() {
  const focused = document.activeElement?.id === 'input';
  byId('composer').replaceChildren(...[context(), line(), replyKeys()].filter(Boolean));
  grow();
  if (focused) byId('input').focus();
}

/** The message that is being answered or changed. */
function context() {
  const target = state.editing ?? state.replying;
  if (!target) return null;
  const close = () => {
    if (state.editing) byId('input').value = '';
    state.editing = null;
    state.replying = null;
    drawComposer();
  };
  return h(
    'div',
    { class: 'context' },
    icon(state.editing ? 'edit' : 'reply'),
    h('span', {}, h('b', {}, state.editing ? t('edit') : t('reply')), h('span', {}, summary(target))),
    iconButton('close', t('cancel'), close),
  );
}

function menuButton() {
  const { menu } = state.view;
  if (menu?.type === 'web_app') {
    return h(
      'a',
      { class: 'menu', href: menu.web_app.url, target: '_blank', rel: 'noopener' },
      icon('menu'),
      h('span', {}, menu.text),
    );
  }
  return h(
    'button',
    {
      type: 'button',
      class: 'menu',
      'data-testid': 'menu',
      'aria-expanded': 'false',
      'aria-controls': 'commands',
      onclick: () => toggleCommands(),
    },
    icon('menu'),
    h('span', {}, t('menu')),
  );
}

function line() {
  const hint = state.view.forceReply?.input_field_placeholder ?? state.view.keyboard?.input_field_placeholder;
  // One input as long as the chat is open: what is typed and where survives every redraw.
  const input =
    byId('input') ??
    h('textarea', {
      id: 'input',
      'data-testid': 'input',
      rows: 1,
      'aria-label': t('placeholder'),
      oninput: () => {
        grow();
        suggest();
        lookUp(byId('input').value);
      },
      onkeydown: onKey,
    });
  input.placeholder = hint || t('placeholder');
  const keys = state.view.keyboard
    ? iconButton(
        'keys',
        t('keyboard'),
        () => {
          keysShown = !keysShown;
          drawComposer();
        },
        { 'aria-pressed': String(keysShown), class: `icon ${keysShown ? 'on' : ''}` },
      )
    : null;
  const attach = iconButton('clip', t('attach'), (event) => popMenu(event.currentTarget, attachments()), {
    'data-testid': 'attach',
    'aria-haspopup': 'menu',
  });
  const sendLabel = state.editing ? t('save') : t('send');
  const go = iconButton(state.editing ? 'check' : 'send', sendLabel, send, {
    class: 'icon send',
    'data-testid': 'send',
  });
  // Elsewhere no bot is spoken to: no menu of its commands, and files have nowhere to go.
  const field = h('div', { class: 'field' }, input, keys, state.elsewhere ? null : attach);
  return h('div', { class: 'line' }, state.elsewhere ? null : menuButton(), field, go);
}

function grow() {
  const input = byId('input');
  if (!input) return;
  input.style.height = 'auto';
  input.style.height = `${Math.min(input.scrollHeight, 140)}px`;
}

function onKey(event) {
  if (event.key === 'Escape') byId('commands').hidden = true;
  if (event.key === 'ArrowUp' && event.currentTarget.value.startsWith('/')) {
    byId('commands').querySelector('button:last-of-type')?.focus();
  }
  if (event.key === 'ArrowUp' && isInline(event.currentTarget.value)) focusResults();
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  send();
}

async function send() {
  const input = byId('input');
  const text = input.value.trim();
  if (text === '') return;
  // What is asked of a bot is not said to the chat: a result is.
  if (isInline(input.value) && !state.editing) return focusResults();
  const { editing, replying } = state;
  state.editing = null;
  state.replying = null;
  input.value = '';
  drawComposer();
  byId('input').focus();
  try {
    if (editing) await act(person().id, 'edit', { message_id: editing.message_id, text });
    else if (state.elsewhere) await say(text);
    else await act(person().id, 'text', { text, reply_to: replying?.message_id });
  } catch (error) {
    failed(error);
    byId('input').value = text;
  }
}

export const say = (text) => run(act(person().id, state.elsewhere ? 'note' : 'text', { text }));

/* Commands */

function commandList(filter) {
  return state.view.commands.filter((one) => one.command.startsWith(filter));
}

function fillCommands(list) {
  const pane = byId('commands');
  pane.setAttribute('role', 'group');
  pane.setAttribute('aria-label', t('commands'));
  const rows = list.map((one) =>
    h(
      'button',
      {
        type: 'button',
        'data-testid': `command-${one.command}`,
        onclick: () => {
          pane.hidden = true;
          if (byId('input')) byId('input').value = '';
          say(`/${one.command}`);
        },
      },
      h('b', {}, `/${one.command}`),
      h('span', {}, one.description),
    ),
  );
  pane.replaceChildren(...(rows.length > 0 ? rows : [h('p', {}, t('noCommands'))]));
}

export function closeCommands() {
  byId('commands').hidden = true;
  document.querySelector('.menu')?.setAttribute('aria-expanded', 'false');
}

function toggleCommands() {
  const pane = byId('commands');
  fillCommands(commandList(''));
  pane.hidden = !pane.hidden;
  document.querySelector('.menu')?.setAttribute('aria-expanded', String(!pane.hidden));
  if (!pane.hidden) pane.querySelector('button')?.focus();
}

function suggest() {
  const match = /^\/([a-z0-9_]*)$/.exec(byId('input').value);
  const list = match ? commandList(match[1]) : [];
  byId('commands').hidden = list.length === 0;
  if (list.length > 0) fillCommands(list);
}

/* The keyboard a bot puts under the input */

function replyKeys() {
  const { keyboard } = state.view;
  if (!keyboard || !keysShown) return null;
  const rows = keyboard.keyboard.map((row) =>
    h(
      'div',
      { class: 'row' },
      row.map((button) =>
        h(
          'button',
          {
            type: 'button',
            class: `key ${button.style ?? ''}`,
            'data-testid': 'reply-button',
            onclick: () => press(button),
          },
          button.request_contact ? icon('person') : button.request_location ? icon('pin') : null,
          h('span', {}, button.text),
        ),
      ),
    ),
  );
  return h('div', { class: 'reply-keyboard', role: 'group', 'aria-label': t('keyboard') }, rows);
}

async function press(button) {
  if (button.web_app) return void window.open(button.web_app.url, '_blank', 'noopener');
  const { id } = person();
  if (button.request_contact && !(await agreeToShare())) return;
  const place = button.request_location ? await choosePlace() : {};
  if (place) await run(act(id, 'press', { label: button.text, ...place }));
}

export async function agreeToShare() {
  const me = person();
  if (!me.phone) {
    toast(t('noPhone'), 'bad');
    return false;
  }
  return confirmBox(t('shareTitle'), `${t('shareText')} ${me.phone}`, t('share'), 'strong');
}
