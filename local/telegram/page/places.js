import { button, show } from './dialog.js';
import { h, icon } from './dom.js';
import { state } from './state.js';
import { label, t } from './texts.js';

/** Where the search does not mind which letters a keyboard has. */
const FOLDED = { қ: 'к', ә: 'а', ң: 'н', ө: 'о', ұ: 'у', ү: 'у', і: 'и', һ: 'х', ғ: 'г', ё: 'е' };
const folded = (text) => text.toLowerCase().replaceAll(/[қәңөұүіһғё]/g, (letter) => FOLDED[letter]);

const NUMBER = '-?\\d{1,4}([.,]\\d{1,9})?';
const numberOf = (input) => Number(input.value.replace(',', '.'));

function field(name, text, value) {
  const input = h('input', {
    name,
    value,
    required: true,
    pattern: NUMBER,
    inputmode: 'decimal',
    autocomplete: 'off',
    'data-testid': `field-${name}`,
  });
  return { input, node: h('label', {}, h('span', {}, text), input) };
}

/** Asks for a point: one of the known places, or numbers. Resolves with it, or with null. */
export async function choosePlace() {
  const { places } = state.world;
  const first = places[0] ?? { latitude: 53.2833, longitude: 69.3833 };
  const latitude = field('latitude', t('latitude'), first.latitude);
  const longitude = field('longitude', t('longitude'), first.longitude);
  const accuracy = field('accuracy', t('accuracy'), '20');
  const rows = places.map((place) => ({ place, node: placeRow(place) }));
  const mark = () => {
    for (const { place, node } of rows) {
      const chosen =
        place.latitude === numberOf(latitude.input) && place.longitude === numberOf(longitude.input);
      node.setAttribute('aria-pressed', String(chosen));
    }
  };
  for (const { place, node } of rows) {
    node.addEventListener('click', () => {
      latitude.input.value = place.latitude;
      longitude.input.value = place.longitude;
      mark();
    });
  }
  for (const { input } of [latitude, longitude]) input.addEventListener('input', mark);
  mark();
  const content = [
    h('h2', {}, t('placeTitle')),
    ...(places.length > 0
      ? [
          finder(rows),
          h(
            'div',
            { class: 'places', role: 'group', 'aria-label': t('places') },
            rows.map(({ node }) => node),
          ),
        ]
      : []),
    h('div', { class: 'numbers' }, latitude.node, longitude.node, accuracy.node),
  ];
  const buttons = [
    h('button', { value: '', class: 'text', formnovalidate: true }, t('cancel')),
    button('ok', t('send'), 'strong'),
  ];
  if ((await show('place', buttons, ...content)) !== 'ok') return null;
  return {
    latitude: numberOf(latitude.input),
    longitude: numberOf(longitude.input),
    horizontal_accuracy: numberOf(accuracy.input),
  };
}

const placeRow = (place) =>
  h(
    'button',
    { type: 'button', class: 'place-row', 'data-testid': 'place-row' },
    icon('pin'),
    h('span', {}, label(place.label)),
    h('small', {}, `${place.latitude.toFixed(2)}, ${place.longitude.toFixed(2)}`),
  );

function finder(rows) {
  const input = h('input', {
    type: 'search',
    placeholder: t('placeFind'),
    'aria-label': t('placeFind'),
    autocomplete: 'off',
    'data-testid': 'find-place',
    oninput: () => {
      const wanted = folded(input.value.trim());
      for (const { place, node } of rows) {
        const names = [place.label.kk, place.label.ru, place.label].filter(
          (name) => typeof name === 'string',
        );
        node.hidden = !names.some((name) => folded(name).includes(wanted));
      }
    },
    onkeydown: (event) => {
      if (event.key !== 'Enter') return;
      event.preventDefault();
      rows.find(({ node }) => !node.hidden)?.node.click();
    },
  });
  return input;
}
