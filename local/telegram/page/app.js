import { actions, noteAnswer } from './actions.js';
import { act, get, listen } from './api.js';
import { newPerson } from './attach.js';
import * as chrome from './chrome.js';
import { closeCommands, drawComposer } from './composer.js';
import { failed, toast } from './dialog.js';
import { byId } from './dom.js';
import { drawFacts } from './facts.js';
import { beginInline, closeInline } from './inline.js';
import {
  addMessage,
  changeMessage,
  drawMessages,
  drawPinned,
  dropMessages,
  watchScroll,
} from './messages.js';
import * as panels from './panels.js';
import { drawPeople } from './people.js';
import { openChat, remember, remembered, rememberedAnywhere, state } from './state.js';
import { setLanguage, t } from './texts.js';
import { startTheme } from './theme.js';
import { sendFiles } from './uploads.js';

const ACTION_MS = 5000;
let actionTimer;
/** What comes while a chat is being loaded: shown after it. */
let late = null;

/* Drawing */

const back = () => (state.elsewhere ? choose(state.me) : choose(null));
const drawBar = (status = '') => chrome.drawBar(back, status);
const drawChrome = () => chrome.drawChrome(switchLanguage);

function drawAll() {
  drawChrome();
  drawPeople(choose, addPerson);
  panels.drawWorld();
  if (!state.view) return;
  drawBar();
  drawFacts();
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

async function fetchView() {
  const { me, elsewhere } = state;
  const view = await get(`people/${me}`);
  if (elsewhere) {
    Object.assign(view, { keyboard: null, forceReply: null, pinned: [], commands: [] });
    view.messages = await get(`people/${me}/notes`);
  }
  return me === state.me && elsewhere === state.elsewhere ? view : null;
}

async function loadChat() {
  const mine = [];
  late = mine;
  const view = await fetchView().catch((error) => {
    if (late === mine) late = null;
    throw error;
  });
  if (!view || late !== mine) return;
  late = null;
  state.view = view;
  drawBar();
  drawFacts();
  drawMessages(actions);
  drawComposer();
  mine.forEach(showMessage);
  await markRead();
}

async function markRead() {
  if (document.hidden || state.me === null || state.elsewhere) return;
  const mine = state.people.find((one) => one.id === state.me);
  if (mine) mine.unread = 0;
  await act(state.me, 'read');
}

async function choose(id, elsewhere = false) {
  state.me = id;
  state.elsewhere = elsewhere;
  state.editing = null;
  state.replying = null;
  state.inbox = [];
  remember(id);
  panels.closeInbox();
  closeInline();
  document.querySelector('.banner')?.remove();
  document.body.classList.toggle('in-chat', id !== null);
  document.body.classList.toggle('elsewhere', elsewhere);
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
  const view = await fetchView();
  if (!view) return;
  state.view = { ...view, messages: messages ?? view.messages };
  drawBar();
  drawPinned();
  drawComposer();
}

function showAction(event) {
  if (event.chatId !== openChat()) return;
  const uploading = event.action.startsWith('upload');
  drawBar(t(uploading ? 'uploading' : 'typing'));
  clearTimeout(actionTimer);
  actionTimer = setTimeout(() => drawBar(), ACTION_MS);
}

function onMessage(event) {
  const fresh = event.type === 'message';
  noteMessage(event.chatId, event.message, fresh);
  if (late) late.push(event);
  else showMessage(event);
}

function showMessage(event) {
  if (event.chatId !== openChat() || !state.view) return;
  const fresh = event.type === 'message';
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
    if (event.chatId === openChat() && state.view) dropMessages(event.messageIds);
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
  const payload = asked.get('start');
  const wanted =
    Number(asked.get('person')) || remembered() || (payload === null ? null : rememberedAnywhere());
  const played = state.people.find((one) => one.id === wanted)?.id;
  const wide = matchMedia('(min-width: 720px)').matches;
  const id = played ?? (wide ? state.people[0]?.id : null);
  if (id) await choose(id);
  // What a link brings is said by nobody but the one who followed it.
  if (payload === null || !played) return;
  history.replaceState(null, '', location.pathname);
  await act(id, 'start', { payload });
}

const canSend = () =>
  state.view && !state.elsewhere && !state.view.person.blocked && state.view.messages.length > 0;

function takeFiles() {
  const pane = byId('chat-pane');
  pane.addEventListener('dragover', (event) => event.preventDefault());
  pane.addEventListener('drop', (event) => {
    event.preventDefault();
    if (canSend()) sendFiles(state.me, 'photo', event.dataTransfer.files);
  });
  pane.addEventListener('paste', (event) => {
    if (event.clipboardData.files.length === 0 || !canSend()) return;
    event.preventDefault();
    sendFiles(state.me, 'photo', event.clipboardData.files);
  });
}

startTheme(byId('theme'), drawChrome);
watchScroll();
takeFiles();
panels.whenInboxSeen(() => drawBar());
panels.whenMoved(() => {
  loadPeople().catch(failed);
  if (state.me !== null) loadChat().catch(failed);
});
document.addEventListener('chat', async ({ detail }) => {
  if (state.elsewhere !== detail.elsewhere) await choose(state.me, detail.elsewhere);
  if (detail.query !== undefined) beginInline(detail.query);
});
document.addEventListener('visibilitychange', () => markRead().catch(failed));
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  if (!byId('inline').hidden) closeInline();
  else if (byId('commands').hidden) panels.closeInbox();
  else closeCommands();
});
document.addEventListener('pointerdown', (event) => {
  if (!event.target.closest('#commands, .menu, #input')) closeCommands();
  if (!event.target.closest('#inline, #input')) closeInline();
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
