import { bubble, summary } from './bubble.js';
import { byId, h } from './dom.js';
import { now, state } from './state.js';
import { day, sameDay, t } from './texts.js';

const NEAR_END = 120;
let behind = 0;
/** The end is kept in view until the person scrolls up. */
let following = true;
let lastTop = 0;

const scroller = () => byId('scroller');
const atEnd = () => scroller().scrollHeight - scroller().scrollTop - scroller().clientHeight < NEAR_END;
const nodeOf = (id) => byId('messages').querySelector(`[data-id="${id}"]`);

export function toEnd() {
  following = true;
  behind = 0;
  scroller().scrollTop = scroller().scrollHeight;
  showDown();
}

function showDown() {
  const button = byId('down');
  button.hidden = following || atEnd();
  if (!button.hidden) button.dataset.count = behind > 0 ? String(behind) : '';
}

/** The frame an album's messages share; undefined for a message that stands alone. */
function albumOf(message) {
  const group = message.media_group_id;
  if (group === undefined) return undefined;
  const frame = h('div', { class: `album ${message.photo ? 'pictures' : 'files'}`, 'data-group': group });
  frame.classList.add(message.from.is_bot ? 'theirs' : 'mine');
  frame.dataset.testid = 'album';
  return frame;
}

/** Puts messages at the end, those of one album into one frame. */
function place(nodes, message, parent) {
  const last = parent.lastElementChild;
  if (message.media_group_id !== undefined && last?.dataset.group === message.media_group_id) {
    last.append(...nodes);
    last.dataset.count = last.querySelectorAll('.message').length;
    return;
  }
  const frame = albumOf(message);
  if (!frame) {
    parent.append(...nodes);
    return;
  }
  const [mark, node] = nodes.length > 1 ? nodes : [undefined, nodes[0]];
  frame.append(node);
  frame.dataset.count = 1;
  parent.append(...[mark, frame].filter(Boolean));
}

/** Neighbours of one side are drawn as a group: only the last of them has a tail. */
function regroup() {
  const nodes = [...byId('messages').querySelectorAll('.message')];
  nodes.forEach((node, i) => {
    const next = nodes[i + 1];
    const before =
      next && (next.parentElement.matches('.album') ? next.parentElement : next).previousElementSibling;
    const joined = next && next.dataset.from === node.dataset.from && !before?.matches('.day');
    node.classList.toggle('tail', !joined);
  });
}

function dayBefore(message, previous) {
  if (previous && sameDay(previous.date, message.date)) return null;
  return h('div', { class: 'day' }, h('span', {}, day(message.date, now())));
}

function emptyCard() {
  const { description } = state.view;
  if (state.elsewhere) {
    const hint = t('notesEmpty').replace('{bot}', `@${state.bot.username}`);
    return h('div', { class: 'welcome' }, h('b', {}, t('notes')), h('p', {}, hint));
  }
  return h(
    'div',
    { class: 'welcome', 'data-testid': 'welcome' },
    h('b', {}, t('emptyTitle')),
    h('p', {}, description || t('empty')),
  );
}

export function drawMessages(actions) {
  const { messages } = state.view;
  const all = document.createDocumentFragment();
  messages.forEach((message, i) => {
    place([dayBefore(message, messages[i - 1]), bubble(message, actions)].filter(Boolean), message, all);
  });
  byId('messages').replaceChildren(messages.length === 0 ? emptyCard() : all);
  regroup();
  drawPinned();
  toEnd();
}

export function addMessage(message, actions) {
  const { messages } = state.view;
  if (messages.some((one) => one.message_id === message.message_id)) return;
  const stay = !following && message.from.is_bot;
  const node = bubble(message, actions);
  node.classList.add('arriving');
  if (messages.length === 0) byId('messages').replaceChildren();
  place([dayBefore(message, messages.at(-1)), node].filter(Boolean), message, byId('messages'));
  messages.push(message);
  regroup();
  if (stay) {
    behind++;
    showDown();
  } else toEnd();
}

export function changeMessage(message, actions) {
  const { messages } = state.view;
  const index = messages.findIndex((one) => one.message_id === message.message_id);
  if (index < 0) return;
  messages[index] = message;
  const node = bubble(message, actions);
  node.classList.add('changed');
  nodeOf(message.message_id)?.replaceWith(node);
  regroup();
  if (following) toEnd();
}

export function dropMessages(ids) {
  state.view.messages = state.view.messages.filter((one) => !ids.includes(one.message_id));
  state.view.pinned = state.view.pinned.filter((one) => !ids.includes(one.message_id));
  drawPinned();
  for (const id of ids) {
    const node = nodeOf(id);
    if (!node) continue;
    node.style.height = `${node.offsetHeight}px`;
    node.getBoundingClientRect();
    node.classList.add('leaving');
    setTimeout(() => {
      const frame = node.closest('.album');
      node.remove();
      if (frame?.childElementCount === 0) frame.remove();
      else if (frame) frame.dataset.count = frame.childElementCount;
      for (const mark of byId('messages').querySelectorAll('.day')) {
        if (!mark.nextElementSibling?.matches('.message, .album')) mark.remove();
      }
      if (state.view.messages.length === 0 && !byId('messages').firstChild)
        byId('messages').append(emptyCard());
      regroup();
    }, 260);
  }
}

export function drawPinned() {
  const bar = byId('pinned');
  const message = state.view?.pinned.at(-1);
  bar.hidden = !message;
  if (!message) return;
  bar.replaceChildren(h('b', {}, t('pinned')), h('span', {}, summary(message)));
  bar.onclick = () => nodeOf(message.message_id)?.scrollIntoView({ block: 'center', behavior: 'smooth' });
}

export function watchScroll() {
  scroller().addEventListener('scroll', () => {
    const { scrollTop } = scroller();
    if (atEnd()) {
      following = true;
      behind = 0;
    } else if (scrollTop < lastTop) following = false;
    lastTop = scrollTop;
    showDown();
  });
  // Pictures that load late and a keyboard that opens change the height: the end stays in view.
  const keep = new ResizeObserver(() => following && toEnd());
  keep.observe(byId('messages'));
  keep.observe(scroller());
  byId('down').addEventListener('click', toEnd);
}
