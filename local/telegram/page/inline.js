import { act } from './api.js';
import { failed } from './dialog.js';
import { byId, h, icon } from './dom.js';
import { colourOf, goTo, state } from './state.js';
import { t } from './texts.js';

/** Typing is over when nothing was typed for this long. */
const REST_MS = 300;
const NEAR_END = 60;

/** What the pane shows: the query, the results so far, where more begin. */
let shown = null;
let timer;
let turn = 0;

const pane = () => byId('inline');
const me = () => state.me;
const chatType = () => (state.elsewhere ? 'private' : 'sender');

/** The query in `@bot query`; null in any other text. */
function queryIn(text) {
  const found = new RegExp(`^@${state.bot.username}\\s+([\\s\\S]*)$`, 'i').exec(text);
  return found ? found[1].trimEnd() : null;
}

export const isInline = (text) => queryIn(text) !== null;

export function closeInline() {
  clearTimeout(timer);
  turn++;
  shown = null;
  pane().hidden = true;
}

/** Called with every change of the input line: asks the bot once the person has stopped typing. */
export function lookUp(text) {
  const query = queryIn(text);
  if (query === null) {
    closeInline();
    return;
  }
  if (shown?.query === query) return;
  clearTimeout(timer);
  const mine = ++turn;
  if (pane().hidden) draw([h('p', { class: 'nothing' }, t('searching'))]);
  timer = setTimeout(() => ask(query, mine), REST_MS);
}

async function ask(query, mine) {
  try {
    const answer = await act(me(), 'inline', { query, offset: '', chat_type: chatType() });
    if (mine !== turn) return;
    shown = { query, loading: false, ...answer };
    drawResults();
  } catch (error) {
    if (mine !== turn) return;
    failed(error);
    closeInline();
  }
}

async function more() {
  if (!shown?.nextOffset || shown.loading) return;
  const mine = turn;
  shown.loading = true;
  try {
    const { query, nextOffset: offset } = shown;
    const answer = await act(me(), 'inline', { query, offset, chat_type: chatType() });
    if (mine !== turn) return;
    byId('inline-list').append(...answer.results.map((result) => row(answer.queryId, result)));
    shown.nextOffset = answer.nextOffset;
    shown.loading = false;
  } catch {
    // What is there stays; scrolling on asks again.
    if (mine === turn) shown.loading = false;
  }
}

function draw(content) {
  pane().setAttribute('role', 'group');
  pane().setAttribute('aria-label', t('results'));
  pane().replaceChildren(...content);
  pane().hidden = false;
}

function drawResults() {
  const { results, queryId, button } = shown;
  const rows = results.map((result) => row(queryId, result));
  const list = h(
    'div',
    {
      id: 'inline-list',
      onscroll: ({ target }) => {
        if (target.scrollHeight - target.scrollTop - target.clientHeight < NEAR_END) more();
      },
    },
    rows.length > 0 ? rows : h('p', { class: 'nothing' }, t('noResults')),
  );
  draw([button ? topButton(button) : null, list].filter(Boolean));
}

function topButton(button) {
  const props = { class: 'inline-top', 'data-testid': 'inline-top' };
  if (button.web_app) {
    return h(
      'a',
      { ...props, href: button.web_app.url, target: '_blank', rel: 'noopener' },
      button.text,
      icon('link'),
    );
  }
  const start = () => {
    empty();
    goTo(false);
    act(me(), 'start', { payload: button.start_parameter }).catch(failed);
  };
  return h('button', { ...props, type: 'button', onclick: start }, button.text);
}

const hash = (text) => [...text].reduce((sum, letter) => sum + letter.codePointAt(0), 0);

function row(queryId, result) {
  const letter = /[\p{L}\p{N}]/u.exec(result.title)?.[0].toUpperCase() ?? '•';
  const face = h('span', { class: 'inline-face', 'aria-hidden': 'true' }, letter);
  face.style.setProperty('--colour', colourOf({ id: hash(result.title) }));
  return h(
    'button',
    {
      type: 'button',
      class: 'inline-row',
      'data-testid': 'inline-result',
      onclick: () => choose(queryId, result),
      onkeydown: onRowKey,
    },
    face,
    h(
      'span',
      { class: 'inline-words' },
      h('b', {}, result.title),
      result.description ? h('span', {}, result.description) : null,
    ),
  );
}

function onRowKey(event) {
  const step = { ArrowDown: 'nextElementSibling', ArrowUp: 'previousElementSibling' }[event.key];
  if (!step) return;
  event.preventDefault();
  const edge = event.key === 'ArrowUp' ? pane().querySelector('.inline-top') : null;
  (event.currentTarget[step] ?? edge ?? byId('input')).focus();
}

/** From the input line into the results. */
export const focusResults = () =>
  (pane().querySelector('.inline-row') ?? pane().querySelector('.inline-top'))?.focus();

function empty() {
  closeInline();
  const input = byId('input');
  input.value = '';
  input.dispatchEvent(new Event('input'));
  input.focus();
}

async function choose(queryId, result) {
  try {
    const { elsewhere } = state;
    await act(me(), 'inline-choose', { query_id: queryId, result_id: result.id, elsewhere });
    empty();
  } catch (error) {
    failed(error);
  }
}

/** Begins an inline query in the line, as a button or the "via" over a bubble does. */
export function beginInline(query = '') {
  const input = byId('input');
  if (!input) return;
  input.value = `@${state.bot.username} ${query}`;
  input.dispatchEvent(new Event('input'));
  input.focus();
}
