import { get, remove } from './api.js';
import { copy, failed } from './dialog.js';
import { byId, h, icon, iconButton } from './dom.js';
import { now, state } from './state.js';
import { dateAndTime, label, sameDay, shortDay, t, time } from './texts.js';

const SEEN = 'kezek.page.inbox.';
const BANNER_MS = 9000;
let showPolling = false;

/* The world: clock and links */

/** All of the world but the time, to see whether it must be drawn anew. */
const shape = (world) => JSON.stringify([world.links, world.clock?.actions]);

export async function loadWorld() {
  const before = shape(state.world);
  state.world = await get('world');
  if (state.world.clock) state.clockShift = new Date(state.world.clock.now).getTime() - Date.now();
  if (shape(state.world) !== before) drawWorld();
  tick();
}

async function move(action, changed) {
  try {
    const response = await fetch(action.href, { method: 'POST' });
    if (!response.ok) throw new Error(String(response.status));
  } catch (error) {
    failed(error);
  }
  await loadWorld();
  changed();
}

let onMoved = () => {};
export const whenMoved = (listener) => {
  onMoved = listener;
};

export function drawWorld() {
  const { clock, links } = state.world;
  const parts = [];
  if (clock) {
    const actions = clock.actions.map((action) =>
      h(
        'button',
        {
          type: 'button',
          class: 'chip',
          'data-testid': 'clock-action',
          onclick: () => move(action, onMoved),
        },
        label(action.label),
      ),
    );
    const face = h(
      'div',
      { class: 'clock-face' },
      icon('clock'),
      h('span', { id: 'clock-now', 'data-testid': 'clock-now' }, dateAndTime(now())),
    );
    parts.push(
      h(
        'section',
        { 'aria-label': t('clock') },
        h('h2', {}, t('clock')),
        face,
        h('div', { class: 'chips' }, actions),
      ),
    );
  }
  if (links.length > 0) {
    const list = links.map((link) =>
      h(
        'a',
        { class: 'chip', href: link.href, target: '_blank', rel: 'noopener' },
        label(link.label),
        icon('link'),
      ),
    );
    parts.push(
      h('section', { 'aria-label': t('links') }, h('h2', {}, t('links')), h('div', { class: 'chips' }, list)),
    );
  }
  byId('world').replaceChildren(...parts);
}

export function tick() {
  const face = byId('clock-now');
  if (face) face.textContent = dateAndTime(now());
}

/* SMS and letters of the person one plays */

const seenCount = () => Number(localStorage.getItem(SEEN + state.me) ?? 0);

export const newCount = () => Math.max(0, state.inbox.length - seenCount());

export async function loadInbox(announce = false) {
  if (!state.world.inbox || state.me === null) return;
  const before = state.inbox.length;
  const items = await get(`people/${state.me}/inbox`);
  state.inbox = items.sort((a, b) => (a.at < b.at ? 1 : -1));
  if (seenCount() > items.length) localStorage.setItem(SEEN + state.me, String(items.length));
  if (!byId('inbox').hidden) openInbox();
  else if (announce && items.length > before) banner(state.inbox[0]);
}

const codeIn = (text) => /(?<![\d-])\d{6}(?![\d-])/.exec(text)?.[0];

function insert(code) {
  const input = byId('input');
  if (!input) return copy(code);
  input.value = code;
  input.dispatchEvent(new Event('input'));
  input.focus();
}

function codeButton(item, after) {
  const code = codeIn(item.text);
  if (!code) return null;
  const use = () => {
    insert(code);
    after();
  };
  return h(
    'button',
    { type: 'button', class: 'chip strong', 'data-testid': 'use-code', onclick: use },
    `${code} · ${t('insert')}`,
  );
}

/** The person's phone shows a new SMS over the chat for some seconds. */
function banner(item) {
  document.querySelector('.banner')?.remove();
  const close = () => node.remove();
  const open = () => {
    close();
    openInbox();
  };
  const node = h(
    'div',
    { class: 'banner', role: 'status', 'data-testid': 'sms-banner' },
    h('span', { class: 'round-mark' }, icon(item.kind === 'mail' ? 'mail' : 'sms')),
    h(
      'button',
      { type: 'button', class: 'banner-words', onclick: open },
      h('b', {}, item.subject ?? t(item.kind === 'mail' ? 'newMail' : 'newSms')),
      h('span', {}, item.text),
    ),
    codeButton(item, () => {
      close();
      markSeen();
    }),
    iconButton('close', t('close'), close),
  );
  byId('chat-pane').append(node);
  setTimeout(close, BANNER_MS);
}

const when = (at) => (sameDay(at, now() / 1000) ? time(at) : `${shortDay(at)}, ${time(at)}`);

function card(item, fresh) {
  const at = new Date(item.at).getTime();
  return h(
    'article',
    { class: `letter ${fresh ? 'fresh' : ''}`, 'data-testid': 'inbox-item' },
    h(
      'header',
      {},
      icon(item.kind === 'mail' ? 'mail' : 'sms'),
      h('b', {}, item.subject ?? (item.kind === 'mail' ? item.to : 'SMS')),
      h('time', {}, when(at / 1000)),
    ),
    h('p', {}, item.text),
    codeButton(item, closeInbox),
  );
}

function markSeen() {
  localStorage.setItem(SEEN + state.me, String(state.inbox.length));
  onInboxSeen();
}

export function openInbox() {
  const pane = byId('inbox');
  const fresh = newCount();
  const list = state.inbox.map((item, i) => card(item, i < fresh));
  pane.setAttribute('aria-label', t('inbox'));
  pane.replaceChildren(
    h('header', {}, h('h2', {}, t('inbox')), iconButton('close', t('close'), closeInbox)),
    h('div', { class: 'letters' }, list.length > 0 ? list : h('p', { class: 'nothing' }, t('noInbox'))),
  );
  pane.hidden = false;
  document.querySelector('.banner')?.remove();
  markSeen();
}

export function closeInbox() {
  byId('inbox').hidden = true;
}

let onInboxSeen = () => {};
export const whenInboxSeen = (listener) => {
  onInboxSeen = listener;
};

/* The log of Bot API calls */

const LOG_KEY = 'kezek.page.log';
const MAX_ROWS = 200;

export const logOpen = () => localStorage.getItem(LOG_KEY) === '1';

export function toggleLog() {
  localStorage.setItem(LOG_KEY, logOpen() ? '0' : '1');
  return loadLog();
}

export async function loadLog() {
  byId('log-pane').hidden = !logOpen();
  document.body.classList.toggle('with-log', logOpen());
  if (!logOpen()) return;
  state.calls = (await get('calls')).slice(-MAX_ROWS);
  drawLog();
}

function callRow(call) {
  const kind = call.status === 200 ? 'good' : call.status === 0 ? 'cut' : 'bad';
  const words = call.description ?? call.params.text ?? call.params.caption ?? call.params.action ?? '';
  const who = state.people.find((one) => one.id === call.chatId);
  const details = h('pre', {}, JSON.stringify(call.params, null, 2));
  return h(
    'details',
    { class: 'call' },
    h(
      'summary',
      {},
      h('span', { class: `status ${kind}` }, call.status === 0 ? '✕' : String(call.status)),
      h('b', {}, call.method),
      h('small', {}, `${call.ms} ms`),
      h('span', { class: 'call-words' }, who ? `${who.first_name}: ` : '', words),
    ),
    details,
  );
}

const visible = (call) => showPolling || call.method !== 'getUpdates';

export function addCall(call) {
  if (!logOpen() || !visible(call)) return;
  state.calls.push(call);
  const list = byId('calls');
  if (!list) return;
  list.querySelector('.nothing')?.remove();
  list.prepend(callRow(call));
  while (list.children.length > MAX_ROWS) list.lastChild.remove();
}

export async function drawStatus() {
  const line = byId('log-status');
  if (!line) return;
  const info = await get('webhook').catch(() => null);
  if (!info) return;
  const error = info.last_error_message ? ` · ${info.last_error_message}` : '';
  line.textContent = `${t('mode')}: ${t(info.active ? 'webhook' : 'poll')} · ${t('waiting')}: ${info.pending_update_count}${error}`;
}

function drawLog() {
  const rows = state.calls.filter(visible).reverse().map(callRow);
  const box = h('input', {
    type: 'checkbox',
    onchange: (event) => {
      showPolling = event.target.checked;
      loadLog();
    },
  });
  box.checked = showPolling;
  const clear = h(
    'button',
    { type: 'button', class: 'chip', onclick: () => remove('calls').then(loadLog, failed) },
    t('clear'),
  );
  byId('log-pane').setAttribute('aria-label', t('log'));
  byId('log-pane').replaceChildren(
    h('header', { class: 'bar' }, h('h2', {}, t('log')), iconButton('close', t('close'), toggleLog)),
    h('p', { id: 'log-status' }),
    h('div', { class: 'log-tools' }, h('label', {}, box, t('polling')), clear),
    h('div', { id: 'calls' }, rows.length > 0 ? rows : h('p', { class: 'nothing' }, t('noCalls'))),
  );
  drawStatus();
}
