/** @import { WireLanguage, WireView, WireWords } from '../sign-wire.ts' */
import { ApiError, getSetup, getView, openLink } from './api.js';
import { byId, h, icon, put } from './dom.js';
import { drawAbout, drawCaution, minutesLeft } from './draw-about.js';
import { drawBack, drawEnd, drawFiles, drawGone } from './draw-end.js';
import { drawHere, drawScan } from './draw-phone.js';
import { drawSigner } from './draw-signer.js';
import { follow } from './live.js';
import { createPhone } from './phone.js';
import { createSigner } from './signer.js';
import { announce, t, ui, view } from './ui.js';

const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TICK_MS = 10_000;
const SOON_MINUTES = 2;

/** A phone or something as narrow: NCALayer is not there, the app is. */
const onPhone = matchMedia('(hover: none) and (pointer: coarse), (max-width: 30rem)');

/** @type {ReturnType<typeof createSigner> | undefined} */
let signer;
/** @type {ReturnType<typeof createPhone> | undefined} */
let phone;
/** @type {ReturnType<typeof follow> | undefined} */
let live;
/** @type {(() => void)[]} */
let updates = [];
/** @type {() => HTMLElement | HTMLElement[]} */
let body = () => h('p', { role: 'status' }, t('loading'));
let saidSoon = false;

/* Drawing */

const draw = () => {
  document.documentElement.lang = ui.language;
  updates = [];
  drawHeader();
  put(byId('main'), body());
  document.title = [byId('main').querySelector('h1')?.textContent, t('brand')].filter(Boolean).join(' · ');
  tick();
};

const update = () => {
  for (const one of updates) one();
};

function drawHeader() {
  put(
    byId('header'),
    h(
      'p',
      { class: 'brand' },
      h('img', { src: '/sign/assets/icon.svg', alt: '', width: 28, height: 28 }),
      t('brand'),
    ),
    h(
      'nav',
      { 'aria-label': t('language') },
      languageButton('kk', 'Қазақша'),
      languageButton('ru', 'Русский'),
    ),
  );
}

/**
 * @param {WireLanguage} language
 * @param {string} name
 */
function languageButton(language, name) {
  const choose = () => {
    ui.language = language;
    draw();
    byId(`lang-${language}`).focus();
  };
  const props = {
    type: 'button',
    id: `lang-${language}`,
    lang: language,
    'aria-pressed': String(ui.language === language),
  };
  return h('button', { ...props, onclick: choose }, name);
}

function drawOpen() {
  const { purpose, about } = view();
  const kind = purpose !== 'SIGN' ? purpose : about ? about.kind : 'LOGIN';
  return [
    h('h1', { tabindex: -1 }, t(`title.${kind}`)),
    h('p', { class: 'lead' }, t(`lead.${kind}`)),
    kind === 'LOGIN' && drawCaution(),
    drawAbout(),
    purpose === 'DOWNLOAD' || purpose === 'EXPORT' ? drawFiles() : drawWays(purpose),
    drawBack('link') ?? h('p', {}),
  ].filter((part) => part !== false);
}

/** @param {'SIGN' | 'LOGIN'} purpose */
function drawWays(purpose) {
  if (!signer || !phone) throw new Error('no way to sign');
  const first = onPhone.matches ? drawHere(phone) : drawSigner(signer, { isFirst: true });
  const scan = drawScan(phone, { isFirst: false });
  updates.push(first.update, scan.update);
  return h(
    'section',
    { 'aria-labelledby': 'ways-heading', class: 'ways' },
    h('h2', { id: 'ways-heading' }, t(`ways.${purpose}`)),
    onPhone.matches
      ? [
          card('phone', t('phone.here'), first.nodes),
          more(t('phone.otherSummary'), scan.nodes),
          drawComputer(),
        ]
      : [card('computer', t('nca.heading'), first.nodes), card('phone', t('phone.heading'), scan.nodes)],
  );
}

/** Also a narrow window of a computer looks like a phone: NCALayer stays within reach. */
function drawComputer() {
  if (!signer) throw new Error('no way to sign');
  const { nodes, update: own } = drawSigner(signer, { isFirst: false });
  updates.push(own);
  return more(
    t('nca.phoneSummary'),
    [h('p', {}, t('nca.phoneText')), ...nodes],
    signer.busy || signer.state.step === 'problem',
  );
}

/**
 * @param {'computer' | 'phone'} sign
 * @param {string} title
 * @param {Node[]} nodes
 */
const card = (sign, title, nodes) =>
  h('section', { class: 'card' }, h('h3', { class: 'with-icon' }, icon(sign), title), nodes);

/**
 * @param {string} title
 * @param {Node[]} nodes
 * @param {boolean} [open]
 */
const more = (title, nodes, open = false) =>
  h('details', { class: 'card', open }, h('summary', {}, title), nodes);

/* What happens */

/** @param {WireView} next */
function onView(next) {
  const before = ui.view;
  ui.view = next;
  ui.behind = Date.parse(next.now) - Date.now();
  if (isSettled(next)) live?.stop();
  if (next.state === 'OPEN') return update();
  if (before?.state === next.state && isSettled(before) === isSettled(next)) return;
  signer?.stop();
  body = drawEnd;
  draw();
  byId('main').querySelector('h1')?.focus();
  window.scrollTo(0, 0);
}

/**
 * Nothing more can come: a login still waits for its chat after the signature.
 * @param {WireView} view
 */
function isSettled({ state, outcome }) {
  return state !== 'OPEN' && !(outcome?.kind === 'LOGIN' && outcome.awaited);
}

/** The time that is left, and what ended while nobody was told. */
function tick() {
  if (ui.view?.state !== 'OPEN') return;
  const left = document.getElementById('left');
  const n = minutesLeft();
  if (left && ui.view.purpose !== 'DOWNLOAD') left.textContent = `(${t('row.left', { n })})`;
  if (n === 0) void live?.look();
  if (n > 0 && n <= SOON_MINUTES && !saidSoon && ui.view.purpose !== 'DOWNLOAD') {
    saidSoon = true;
    announce(t('announce.soon', { n }));
  }
}

async function start() {
  const inLink = location.hash.slice(1);
  ui.language = navigator.language.startsWith('ru') ? 'ru' : 'kk';
  ui.setup = await getSetup();
  draw();
  const opened = await (ID.test(inLink) ? getView(inLink) : openLink(inLink));
  // From here on the address says which link it is, and no longer opens it.
  history.replaceState(null, '', `/sign#${opened.id}`);
  ui.view = opened;
  ui.language = opened.language;
  ui.behind = Date.parse(opened.now) - Date.now();
  if (!isSettled(opened)) live = follow(opened.id, onView);
  if (opened.state !== 'OPEN' || !live) {
    body = drawEnd;
    return draw();
  }
  const { look } = live;
  signer = createSigner({ onChange: update, onView, look });
  phone = createPhone({ onChange: update, look });
  body = drawOpen;
  draw();
  // Not when the document is with an app already: a new link would take it from there.
  if (onPhone.matches && opened.purpose !== 'DOWNLOAD' && phone.state.step === 'idle' && !phone.isElsewhere)
    void phone.start();
  onPhone.addEventListener('change', () => {
    if (!signer?.busy && ui.view?.state === 'OPEN') draw();
  });
  setInterval(tick, TICK_MS);
}

/** @param {WireWords | null} message */
function gone(message) {
  history.replaceState(null, '', '/sign');
  body = () => drawGone(message);
  draw();
}

/* Links are opened by what stands after «#»; another one pasted into the same tab is another page. */
window.addEventListener('hashchange', () => location.reload());

if (location.hash.length < 2) {
  ui.setup = await getSetup().catch(() => null);
  gone(null);
} else {
  start().catch((error) => {
    if (error instanceof ApiError && error.refusal && !error.isTransient) return gone(error.refusal.message);
    // Its words stand in the document: the texts may be what could not be fetched.
    const fatal = byId('fatal');
    if (fatal instanceof HTMLTemplateElement) put(byId('main'), fatal.content.cloneNode(true));
    byId('again').addEventListener('click', () => location.reload());
  });
}
