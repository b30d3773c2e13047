import { act, get, listen } from './api.js';
import { chatMenu, newPerson, sendFile } from './attach.js';
import { closeCommands, drawComposer, say } from './composer.js';
import { alertBox, failed, popMenu, toast } from './dialog.js';
import { byId, h, icon, iconButton } from './dom.js';
import {
  addMessage,
  changeMessage,
  drawMessages,
  drawPinned,
  dropMessages,
  watchScroll,
} from './messages.js';
import * as panels from './panels.js';
import { avatar, drawPeople } from './people.js';
import { fullName, remember, remembered, state } from './state.js';
import { label, language, setLanguage, t } from './texts.js';
import { isDark, startTheme } from './theme.js';

const TAP_WAIT_MS = 10_000;
const ACTION_MS = 5000;
let actionTimer;

/* Answers to taps come with the event stream, sometimes before the tap's own response */

const answers = new Map();

async function answerTo(queryId) {
  for (
    const end = Date.now() + TAP_WAIT_MS;
    Date.now() < end;
    await new Promise((next) => setTimeout(next, 50))
  ) {
    const answer = answers.get(queryId);
    if (answer) return answer;
  }
  return null;
}

function noteAnswer(event) {
  answers.set(event.queryId, event);
  if (answers.size > 50) answers.delete(answers.keys().next().value);
}

/* What can be done from within a message */

const actions = {
  command: say,
  /** A link to the bot itself is followed here; anything else is the browser's. */
  link(url) {
    const own = new RegExp(`^(?:https://t\\.me/|tg://resolve\\?domain=)${state.bot.username}\\b`, 'i');
    if (!own.test(url)) return false;
    const payload = new URL(url).searchParams.get('start') ?? '';
    act(state.me, 'start', { payload }).catch(failed);
    return true;
  },
  async tap(message, button, node) {
    node.classList.add('busy');
    node.setAttribute('aria-busy', 'true');
    try {
      const target = { message_id: message.message_id, data: button.callback_data };
      const { queryId } = await act(state.me, 'tap', target);
      const answer = await answerTo(queryId);
      if (answer?.url && !actions.link(answer.url)) window.open(answer.url, '_blank', 'noopener');
      if (answer?.text) answer.alert ? alertBox(answer.text) : toast(answer.text);
    } catch (error) {
      failed(error);
    } finally {
      node.classList.remove('busy');
      node.removeAttribute('aria-busy');
    }
  },
  reply(message) {
    state.replying = message;
    state.editing = null;
    drawComposer();
    byId('input')?.focus();
  },
  edit(message) {
    state.editing = message;
    state.replying = null;
    drawComposer();
    byId('input').value = message.text;
    byId('input').focus();
  },
};

/* Drawing */

function drawChrome() {
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
          onclick: () => switchLanguage(code),
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

function drawBar(status = '') {
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
    iconButton('back', t('back'), () => choose(null), { class: 'icon only-phone', 'data-testid': 'back' }),
    h('img', { src: '/icon.svg', alt: '', class: 'bot-face' }),
    h(
      'div',
      { class: 'bar-words' },
      h('b', {}, state.view.botName, h('small', { class: 'bot-mark' }, t('bot'))),
      status
        ? h('span', { class: 'status-line' }, status, h('i', { class: 'dots', 'aria-hidden': 'true' }))
        : h(
            'span',
            { class: 'status-line quiet' },
            `${t('writeAs')} ${fullName(me)}${role ? ` · ${role}` : ''}`,
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

function drawAll() {
  drawChrome();
  drawPeople(choose, addPerson);
  panels.drawWorld();
  if (!state.view) return;
  drawBar();
  drawMessages(actions);
  drawComposer();
}

function switchLanguage(code) {
  setLanguage(code);
  drawAll();
  panels.loadLog().catch(failed);
}

/* Loading */

async function loadPeople() {
  const { bot, people } = await get('state');
  state.bot = bot;
  state.people = people;
  drawPeople(choose, addPerson);
}

async function loadChat() {
  const id = state.me;
  const view = await get(`people/${id}`);
  if (id !== state.me) return;
  state.view = view;
  drawBar();
  drawMessages(actions);
  drawComposer();
  await markRead();
}

async function markRead() {
  if (document.hidden || state.me === null) return;
  const mine = state.people.find((one) => one.id === state.me);
  if (mine) mine.unread = 0;
  await act(state.me, 'read');
}

async function choose(id) {
  state.me = id;
  state.editing = null;
  state.replying = null;
  state.inbox = [];
  remember(id);
  panels.closeInbox();
  document.querySelector('.banner')?.remove();
  document.body.classList.toggle('in-chat', id !== null);
  if (byId('input')) byId('input').value = '';
  drawPeople(choose, addPerson);
  if (id === null) return;
  await loadChat().catch(failed);
  await panels.loadInbox().catch(failed);
  drawBar();
  drawPeople(choose, addPerson);
  if (matchMedia('(min-width: 720px)').matches) byId('input')?.focus();
}

async function addPerson() {
  const person = await newPerson();
  if (!person) return;
  await loadPeople();
  await choose(person.id);
}

/* Events */

function noteMessage(chatId, message, fresh) {
  const person = state.people.find((one) => one.id === chatId);
  if (!person) return;
  if (fresh) {
    person.last = message;
    if (!message.from.is_bot) person.unread = 0;
    else if (chatId !== state.me || document.hidden) person.unread++;
  } else if (person.last?.message_id === message.message_id) person.last = message;
  drawPeople(choose, addPerson);
}

async function refreshView(event) {
  if (event.chatId !== undefined && event.chatId !== state.me) return;
  if (state.me === null) return;
  const { messages } = state.view ?? {};
  const view = await get(`people/${state.me}`);
  state.view = { ...view, messages: messages ?? view.messages };
  drawBar();
  drawPinned();
  drawComposer();
}

function showAction(event) {
  if (event.chatId !== state.me) return;
  const uploading = event.action.startsWith('upload');
  drawBar(t(uploading ? 'uploading' : 'typing'));
  clearTimeout(actionTimer);
  actionTimer = setTimeout(() => drawBar(), ACTION_MS);
}

function onMessage(event) {
  const fresh = event.type === 'message';
  noteMessage(event.chatId, event.message, fresh);
  if (event.chatId !== state.me || !state.view) return;
  const first = state.view.messages.length === 0;
  if (fresh) addMessage(event.message, actions);
  else changeMessage(event.message, actions);
  if (!fresh) return;
  clearTimeout(actionTimer);
  drawBar();
  if (first) drawComposer();
  else if (!event.message.from.is_bot && state.view.forceReply) refreshView(event).catch(failed);
  if (event.message.from.is_bot) markRead().catch(failed);
}

const onEvent = {
  message: onMessage,
  edit: onMessage,
  delete: (event) => {
    if (event.chatId === state.me && state.view) dropMessages(event.messageIds);
    loadPeople().catch(failed);
    refreshView(event).catch(failed);
  },
  cleared: (event) => {
    loadPeople().catch(failed);
    if (event.chatId === state.me) loadChat().catch(failed);
  },
  reset: () => start().catch(failed),
  person: (event) => {
    loadPeople().catch(failed);
    refreshView(event).catch(failed);
  },
  keyboard: (event) => refreshView(event).catch(failed),
  pinned: (event) => refreshView(event).catch(failed),
  commands: (event) => refreshView(event).catch(failed),
  action: showAction,
  answer: noteAnswer,
  read: (event) => {
    const person = state.people.find((one) => one.id === event.chatId);
    if (person) person.unread = 0;
    drawPeople(choose, addPerson);
  },
  inbox: () => panels.loadInbox(true).then(() => drawBar(), failed),
  call: (event) => panels.addCall(event.call),
};

/* Start */

async function start() {
  await loadPeople();
  await panels.loadWorld();
  await panels.loadLog();
  drawAll();
  const asked = new URLSearchParams(location.search);
  const wanted = Number(asked.get('person')) || remembered();
  const wide = matchMedia('(min-width: 720px)').matches;
  const id = state.people.find((one) => one.id === wanted)?.id ?? (wide ? state.people[0]?.id : null);
  if (id) await choose(id);
  const payload = asked.get('start');
  if (payload === null || !id) return;
  history.replaceState(null, '', location.pathname);
  await act(id, 'start', { payload });
}

function takeDroppedFiles() {
  const pane = byId('chat-pane');
  pane.addEventListener('dragover', (event) => event.preventDefault());
  pane.addEventListener('drop', (event) => {
    event.preventDefault();
    if (!state.view || state.view.person.blocked) return;
    for (const file of event.dataTransfer.files)
      sendFile(file.type.startsWith('image/') ? 'photo' : 'document', file);
  });
}

startTheme(byId('theme'), drawChrome);
watchScroll();
takeDroppedFiles();
panels.whenInboxSeen(() => drawBar());
panels.whenMoved(() => {
  loadPeople().catch(failed);
  if (state.me !== null) loadChat().catch(failed);
});
document.addEventListener('visibilitychange', () => markRead().catch(failed));
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  if (byId('commands').hidden) panels.closeInbox();
  else closeCommands();
});
document.addEventListener('pointerdown', (event) => {
  if (!event.target.closest('#commands, .menu, #input')) closeCommands();
});
setInterval(panels.tick, 1000);
setInterval(() => panels.loadWorld().catch(() => {}), 15_000);
setInterval(() => panels.drawStatus(), 3000);

let lost = false;
listen(
  (event) => onEvent[event.type]?.(event),
  (online) => {
    document.body.classList.toggle('offline', !online);
    if (online && lost) start().catch(failed);
    if (!online && !lost) toast(t('offline'), 'bad');
    lost = !online;
  },
);
start().catch(failed);
