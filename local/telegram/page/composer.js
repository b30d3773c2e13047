import { act, post, upload } from './api.js';
import { summary } from './bubble.js';
import { chooseBox, confirmBox, failed, formBox, popMenu, toast } from './dialog.js';
import { byId, h, icon, iconButton } from './dom.js';
import { fullName, state } from './state.js';
import { t } from './texts.js';

const KOKSHETAU = { latitude: 53.2833, longitude: 69.4 };
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
  if (me.blocked) {
    const free = () => run(act(me.id, 'block', { blocked: false }));
    byId('composer').replaceChildren(wide('unblock', t('unblock'), free));
  } else if (fresh) {
    byId('composer').replaceChildren(wide('start', t('start'), () => run(act(me.id, 'start')), 'strong'));
  } else {
    const kept = byId('input')?.value ?? '';
    const focused = document.activeElement?.id === 'input';
    byId('composer').replaceChildren(...[context(), line(kept), replyKeys()].filter(Boolean));
    grow();
    if (focused) byId('input').focus();
  }
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

function line(text) {
  const hint = state.view.forceReply?.input_field_placeholder ?? state.view.keyboard?.input_field_placeholder;
  const input = h('textarea', {
    id: 'input',
    'data-testid': 'input',
    rows: 1,
    placeholder: hint || t('placeholder'),
    'aria-label': t('placeholder'),
    oninput: () => {
      grow();
      suggest();
    },
    onkeydown: onKey,
  });
  input.value = text;
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
  return h('div', { class: 'line' }, menuButton(), h('div', { class: 'field' }, input, keys, attach), go);
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
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  send();
}

async function send() {
  const input = byId('input');
  const text = input.value.trim();
  if (text === '') return;
  const { editing, replying } = state;
  state.editing = null;
  state.replying = null;
  input.value = '';
  drawComposer();
  byId('input').focus();
  try {
    if (editing) await act(person().id, 'edit', { message_id: editing.message_id, text });
    else await act(person().id, 'text', { text, reply_to: replying?.message_id });
  } catch (error) {
    failed(error);
    byId('input').value = text;
  }
}

export const say = (text) => run(act(person().id, 'text', { text }));

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
  if (button.request_contact && !(await agreeToShare())) return;
  await run(act(person().id, 'press', { label: button.text }));
}

async function agreeToShare() {
  const me = person();
  if (!me.phone) {
    toast(t('noPhone'), 'bad');
    return false;
  }
  return confirmBox(t('shareTitle'), `${t('shareText')} ${me.phone}`, t('share'), 'strong');
}

/* Attachments */

function pick(kind, accept) {
  const input = h('input', { type: 'file', accept, class: 'offscreen' });
  input.addEventListener('change', () => {
    const [file] = input.files;
    if (file) sendFile(kind, file);
    input.remove();
  });
  document.body.append(input);
  input.click();
}

export function sendFile(kind, file) {
  return run(upload(person().id, kind, file));
}

async function otherContact(forwarded) {
  const others = state.people.filter((one) => one.id !== person().id && one.phone);
  const id = Number(
    await chooseBox(
      t('whose'),
      others.map((one) => [String(one.id), fullName(one), one.phone]),
    ),
  );
  const chosen = others.find((one) => one.id === id);
  if (!chosen) return;
  const card = {
    phone_number: chosen.phone.replace(/^\+/, ''),
    first_name: chosen.first_name,
    user_id: chosen.id,
    forwarded,
  };
  await run(act(person().id, 'contact', card));
}

function attachments() {
  const { id } = person();
  return [
    { icon: 'image', text: t('photo'), run: () => pick('photo', 'image/*'), testid: 'attach-photo' },
    { icon: 'file', text: t('file'), run: () => pick('document', ''), testid: 'attach-file' },
    { icon: 'pin', text: t('location'), run: () => run(act(id, 'location', KOKSHETAU)) },
    {
      icon: 'person',
      text: t('myContact'),
      testid: 'attach-contact',
      run: async () => {
        if (await agreeToShare()) await run(act(id, 'contact'));
      },
    },
    { icon: 'person', text: t('otherContact'), run: () => otherContact(false) },
    { icon: 'reply', text: t('forwardContact'), run: () => otherContact(true) },
  ];
}

/* What is behind the three dots */

async function byLink() {
  const fields = [{ name: 'payload', text: t('payload'), required: true }];
  const answer = await formBox(t('deepLink'), fields, t('open'));
  if (answer) await run(act(person().id, 'start', answer));
}

export function chatMenu() {
  const me = person();
  const ban = async () => {
    if (await confirmBox(t('block'), t('blockAsk'), t('block'), 'danger'))
      await run(act(me.id, 'block', { blocked: true }));
  };
  const free = () => run(act(me.id, 'block', { blocked: false }));
  const wipe = async () => {
    if (await confirmBox(t('deleteChat'), t('deleteAsk'), t('delete'), 'danger'))
      await run(act(me.id, 'delete-chat'));
  };
  return [
    { icon: 'link', text: t('deepLink'), run: byLink, testid: 'deep-link' },
    me.blocked
      ? { icon: 'block', text: t('unblock'), run: free, testid: 'block' }
      : { icon: 'block', text: t('block'), run: ban, testid: 'block', kind: 'danger' },
    { icon: 'trash', text: t('deleteChat'), run: wipe, testid: 'delete-chat', kind: 'danger' },
  ];
}

export async function newPerson() {
  const fields = [
    { name: 'first_name', text: t('firstName'), required: true },
    { name: 'last_name', text: t('lastName') },
    { name: 'phone', text: t('phone'), value: '+7' },
    {
      name: 'language_code',
      text: t('appLanguage'),
      options: [
        ['kk', 'Қазақша'],
        ['ru', 'Русский'],
      ],
    },
    { name: 'role', text: t('role') },
  ];
  const answer = await formBox(t('addPerson'), fields, t('add'));
  if (!answer) return null;
  const given = Object.fromEntries(
    Object.entries(answer).filter(([, value]) => value !== '' && value !== '+7'),
  );
  return post('people', given).catch((error) => {
    failed(error);
    return null;
  });
}
