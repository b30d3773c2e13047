import { byId, h } from './dom.js';
import { label, t } from './texts.js';

const PERSON = 'kezek.phone.person';
const isBusiness = new URLSearchParams(location.search).get('app') === 'business';

function keyRow(key, index) {
  const of = key.bin ? key.name : t('own');
  return h(
    'label',
    { class: 'key' },
    h('input', { type: 'radio', name: 'key', value: key.id, checked: index === 0, required: true }),
    h('span', {}, `${t(key.kind)} · ${of}`),
    ' ',
    key.state === 'VALID' ? null : h('em', {}, t(key.state)),
  );
}

function rowsOf(keys, iin) {
  const mine = keys.filter((key) => key.iin === iin && !key.foreign);
  // The business app begins with the organisation's key.
  const sorted = isBusiness ? mine.toSorted((a, b) => Number(b.bin !== null) - Number(a.bin !== null)) : mine;
  return [h('legend', {}, t('key')), ...sorted.map(keyRow)];
}

/** Whose phone this is, and the key: fields of a form, named `key`. */
export function keyChoice({ holders, keys }) {
  const people = isBusiness ? holders.filter(({ organisation }) => organisation) : holders;
  const last = localStorage.getItem(PERSON);
  const chosen = people.some(({ iin }) => iin === last) ? last : people[0]?.iin;
  const list = h('fieldset', { class: 'keys', id: 'keys', 'data-testid': 'keys' }, rowsOf(keys, chosen));
  const choose = (event) => {
    localStorage.setItem(PERSON, event.target.value);
    byId('keys').replaceChildren(...rowsOf(keys, event.target.value));
  };
  const options = people.map(({ iin, surname, name, role }) => {
    const words = label(role);
    return h(
      'option',
      { value: iin, selected: iin === chosen },
      `${surname} ${name}${words ? ` – ${words}` : ''}`,
    );
  });
  return [
    h('label', { for: 'who', class: 'name' }, t('who')),
    h('select', { id: 'who', 'data-testid': 'who', onchange: choose }, options),
    list,
  ];
}

export const appName = isBusiness ? 'eGov business' : 'eGov mobile';
