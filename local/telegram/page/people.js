import { summary } from './bubble.js';
import { byId, h, iconButton } from './dom.js';
import { colourOf, fullName, initials, now, state } from './state.js';
import { label, sameDay, shortDay, t, time } from './texts.js';

export function avatar(person, kind = '') {
  const node = h('span', { class: `avatar ${kind}`, 'aria-hidden': 'true' }, initials(person));
  node.style.setProperty('--colour', colourOf(person));
  return node;
}

function when(message) {
  const today = sameDay(message.date, now() / 1000);
  return h('time', {}, today ? time(message.date) : shortDay(message.date));
}

function row(person, choose) {
  const chosen = person.id === state.me;
  const role = label(person.role);
  const last = person.last ? `${person.last.from.is_bot ? '' : `${t('you')}: `}${summary(person.last)}` : '';
  const unread =
    person.unread > 0
      ? h('span', { class: 'count', 'aria-label': `${person.unread} ${t('unread')}` }, String(person.unread))
      : null;
  return h(
    'button',
    {
      type: 'button',
      class: `person ${chosen ? 'chosen' : ''}`,
      'data-testid': `person-${person.id}`,
      'aria-current': chosen ? 'true' : null,
      onclick: () => choose(person.id),
    },
    avatar(person),
    h('span', { class: 'person-top' }, h('b', {}, fullName(person)), person.last ? when(person.last) : null),
    h(
      'span',
      { class: 'person-role' },
      role ? h('em', {}, role) : null,
      person.blocked ? h('em', { class: 'bad' }, t('blocked')) : null,
    ),
    last || unread ? h('span', { class: 'person-last' }, h('span', {}, last), unread) : null,
  );
}

export function drawPeople(choose, add) {
  const focused = byId('people').contains(document.activeElement)
    ? document.activeElement.dataset.testid
    : null;
  const list = state.people.map((person) => row(person, choose));
  const more = iconButton('plus', t('addPerson'), add, { 'data-testid': 'add-person' });
  byId('people').setAttribute('aria-label', t('people'));
  byId('people').replaceChildren(h('div', { class: 'people-head' }, h('h2', {}, t('people')), more), ...list);
  // A redraw must not take the keyboard's place in the list away.
  if (focused) byId('people').querySelector(`[data-testid="${focused}"]`)?.focus();
}
