import { copy } from './dialog.js';
import { byId, h, icon, iconButton } from './dom.js';
import { fullName, state } from './state.js';
import { label, t } from './texts.js';

const OPEN = 'kezek.page.facts';

function insert(value) {
  const input = byId('input');
  if (!input) return copy(value);
  input.value = value;
  input.dispatchEvent(new Event('input'));
  input.focus();
}

function row(fact) {
  const name = label(fact.label);
  return h(
    'li',
    {},
    h('span', {}, name),
    h(
      'button',
      {
        type: 'button',
        class: 'chip',
        'data-testid': 'use-fact',
        'aria-label': `${t('insert')}: ${name}`,
        title: t('insert'),
        onclick: () => insert(fact.value),
      },
      fact.value,
    ),
    iconButton('copy', `${t('copy')}: ${name}`, () => copy(fact.value)),
  );
}

const openFirst = () => matchMedia('(min-width: 720px)').matches;

/** What the person one plays knows by heart: as it was left, else open where there is room. */
export function drawFacts() {
  const me = state.view?.person;
  const card = byId('facts');
  const facts = me?.facts ?? [];
  card.hidden = facts.length === 0;
  if (card.hidden) {
    card.replaceChildren();
    return;
  }
  const left = localStorage.getItem(OPEN);
  card.open = left === null ? openFirst() : left === '1';
  card.replaceChildren(
    h(
      'summary',
      { 'data-testid': 'facts', onclick: () => localStorage.setItem(OPEN, card.open ? '0' : '1') },
      icon('person'),
      `${t('facts')}: ${fullName(me)}`,
    ),
    h('ul', {}, me.phone ? row({ label: t('phone'), value: me.phone }) : null, facts.map(row)),
  );
}
