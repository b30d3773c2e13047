/** @import { PageTextKey, WireAbout, WireChild, WireGroup, WireKindergarten } from '../sign-wire.ts' */
import { getContent } from './api.js';
import { h, icon, put } from './dom.js';
import { pick, t, ui, view } from './ui.js';

/** What will be signed, by whom, until when, in plain words; the exact text and the paper behind them. */
export function drawAbout() {
  const { about, purpose } = view();
  return h(
    'section',
    {
      class: 'card',
      ...(about
        ? { 'aria-labelledby': 'about-heading' }
        : { 'aria-label': t(purpose === 'EXPORT' ? 'title.EXPORT' : 'title.LOGIN') }),
    },
    about && h('h2', { id: 'about-heading' }, t(purpose === 'DOWNLOAD' ? 'about.DOWNLOAD' : 'about.heading')),
    h('dl', { class: 'rows' }, about && aboutRows(about), personRows()),
    purpose === 'SIGN' && drawExact(),
  );
}

/** Before a login: whoever was sent the link by somebody else must not sign it. */
export function drawCaution() {
  return h(
    'div',
    { class: 'note', 'data-testid': 'caution' },
    icon('warning'),
    h('div', {}, h('p', { class: 'strong' }, t('caution.title')), h('p', {}, t('caution.text'))),
  );
}

/** @param {WireAbout} about */
function aboutRows(about) {
  const [only] = about.groups;
  return [
    about.childName === null ? [] : row('row.child', about.childName, 'child'),
    about.applicationNumber === null ? [] : row('row.application', about.applicationNumber),
    row('row.district', pick(about.district)),
    ...about.children.map((child, index) => row('row.childN', childOf(child), 'child', { n: index + 1 })),
    ...(about.kind === 'CHOICE' && only
      ? groupRows(only)
      : about.groups.flatMap((group, index) => row('row.rank', wishOf(group), undefined, { n: index + 1 }))),
    ...houseRows(about),
  ].flat();
}

/**
 * The kindergartens of a waiting list in order of wish; the one that a place was offered in alone.
 * @param {WireAbout} about
 */
function houseRows({ kind, kindergartens }) {
  const [only, ...more] = kindergartens;
  if (only && (kind === 'TRANSFER' || more.length === 0))
    return [
      row('row.kindergarten', pick(only.kindergarten), 'kindergarten'),
      row('row.address', pick(only.address)),
    ];
  return kindergartens.map((house, index) => row('row.rank', houseOf(house), undefined, { n: index + 1 }));
}

/** @param {WireKindergarten} house */
function houseOf({ kindergarten, address }) {
  return [pick(kindergarten), h('br'), h('span', { class: 'plain' }, pick(address))];
}

/**
 * A child of a form: the name, and what is asked for it.
 * @param {WireChild} child
 */
function childOf({ name, birthDate, preferredLanguage, benefit }) {
  const claimed = benefit
    ? t('benefit.scans', { name: pick(benefit.name), n: benefit.scans })
    : t('benefit.none');
  return [
    name,
    ...[
      `${t('row.birthDate')}: ${pick(birthDate)}`,
      `${t('row.preferredLanguage')}: ${t(`teaching.${preferredLanguage ?? 'any'}`)}`,
      `${t('row.benefit')}: ${claimed}`,
    ].flatMap((line) => [h('br'), h('span', { class: 'plain' }, line)]),
  ];
}

/** @param {WireGroup} group */
function groupRows(group) {
  return [
    row('row.kindergarten', pick(group.kindergarten), 'kindergarten'),
    row('row.address', pick(group.address)),
    row('row.group', group.name),
    row('row.language', t(`teaching.${group.language}`)),
  ].flat();
}

/** @param {WireGroup} group */
function wishOf(group) {
  return [
    pick(group.kindergarten),
    h('br'),
    h(
      'span',
      { class: 'plain' },
      [pick(group.address), group.name, t(`teaching.${group.language}`)].join(' · '),
    ),
  ];
}

function personRows() {
  const { maskedIin, purpose, expires } = view();
  /** @type {PageTextKey} */
  const until = purpose === 'SIGN' ? 'row.until' : purpose === 'LOGIN' ? 'row.untilLogin' : 'row.untilFiles';
  return [
    ...(maskedIin && purpose === 'SIGN' ? row('row.signer', maskedIin, 'signer') : []),
    ...row(until, [pick(expires.words), ' ', h('span', { id: 'left', class: 'muted plain' })]),
  ];
}

/**
 * @param {PageTextKey} name
 * @param {import('./dom.js').Child | readonly import('./dom.js').Child[]} value
 * @param {string} [id]
 * @param {Record<string, string | number>} [values]
 */
function row(name, value, id, values = {}) {
  return [h('dt', {}, t(name, values)), h('dd', { ...(id ? { 'data-testid': id } : {}) }, value)];
}

function drawExact() {
  const text = h('div', { class: 'exact' });
  const details = h(
    'details',
    { 'data-testid': 'exact', open: ui.exactOpen },
    h('summary', {}, t('exact.summary')),
    h('p', { class: 'muted' }, t('exact.hint')),
    text,
  );
  details.addEventListener('toggle', () => {
    ui.exactOpen = details.open;
    if (details.open) void showExact(text);
  });
  if (ui.exactOpen) void showExact(text);
  return [
    details,
    h(
      'p',
      {},
      h(
        'a',
        {
          href: `/sign/api/${view().id}/statement.pdf`,
          target: '_blank',
          rel: 'noopener',
          class: 'with-icon',
        },
        icon('file'),
        h('span', {}, t('pdf'), ' ', h('span', { class: 'muted' }, t('newTab'))),
      ),
    ),
  ];
}

/** @param {HTMLElement} place */
async function showExact(place) {
  if (ui.exactXml === null) {
    put(place, h('p', { class: 'muted' }, t('exact.wait')));
    ui.exactXml = await getContent(view().id).catch(() => null);
  }
  if (ui.exactXml === null) return put(place, h('p', {}, t('exact.failed')));
  put(
    place,
    h(
      'pre',
      { tabindex: 0, role: 'region', 'aria-label': t('exact.region'), 'data-testid': 'xml' },
      ui.exactXml,
    ),
  );
}

/** How long there is still time: whole minutes, begun ones counted. */
export function minutesLeft() {
  const left = Date.parse(view().expires.at) - (Date.now() + ui.behind);
  return Math.max(0, Math.ceil(left / 60_000));
}
