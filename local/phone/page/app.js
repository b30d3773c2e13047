import { byId, drawLanguages, h, post } from './dom.js';
import { appName, keyChoice } from './keys.js';
import { label, language, moment, setLanguage, t, trouble } from './texts.js';

const API = '/phone/api';
const BACK_MS = 2500;
let screen = { name: 'start' };
let leaving;

function go(next) {
  clearTimeout(leaving);
  screen = next;
  draw();
  byId('main').querySelector('h2')?.focus();
}

/* What the app does */

async function open(link) {
  go({ name: 'wait', words: 'opening' });
  try {
    const [request, keys] = await Promise.all([
      post(`${API}/open`, { link, lang: language() }),
      fetch(`${API}/keys`).then((response) => response.json()),
    ]);
    go({ name: 'request', request, keys, link });
  } catch (error) {
    go({ name: 'start', link, trouble: error.message, detail: error.detail });
  }
}

async function sign({ request, keys, link }, key) {
  go({ name: 'wait', words: 'signing' });
  try {
    const answer = await post(`${API}/answer`, { id: request.id, key, lang: language() });
    go({ name: 'answer', answer, before: { name: 'request', request, keys, link } });
    if (!answer.ok || !answer.backUrl) return;
    leaving = setTimeout(() => location.assign(answer.backUrl), BACK_MS);
  } catch (error) {
    go({ name: 'start', link, trouble: error.message, detail: error.detail });
  }
}

/* Screens */

const heading = (words) => h('h2', { tabindex: '-1' }, words);

function start({ link = '', trouble: what, detail }) {
  const submit = (event) => {
    event.preventDefault();
    open(new FormData(event.target).get('link'));
  };
  return h(
    'form',
    { class: 'screen', onsubmit: submit },
    heading(t('scan')),
    h('p', { class: 'muted' }, t('scanMore')),
    what ? h('p', { class: 'bad', role: 'alert', 'data-testid': 'trouble' }, detail ?? trouble(what)) : null,
    h('label', { for: 'link', class: 'name' }, t('link')),
    h('textarea', { id: 'link', name: 'link', rows: '4', required: true, 'data-testid': 'link' }, link),
    h('div', { class: 'actions' }, h('button', { class: 'strong', 'data-testid': 'open' }, t('open'))),
  );
}

function documentCard({ names, meta, text, pdf, bytes }, index, id) {
  const href = `${API}/document/${id}/${index}`;
  const facts = meta.flatMap(({ name, value }) => [h('dt', {}, name), h('dd', {}, value)]);
  const file = pdf
    ? [
        h('iframe', { src: `${href}#toolbar=0&view=FitH`, title: t('document') }),
        h('a', { href, target: '_blank', rel: 'noopener' }, t('openFile')),
      ]
    : [h('pre', { tabindex: '0', 'aria-label': t('xml') }, text ?? `${bytes} ${t('bytes')}`)];
  return h(
    'article',
    { 'data-testid': 'document' },
    h('h3', {}, label(names) || t('document')),
    facts.length > 0 ? h('dl', {}, facts) : null,
    file,
  );
}

function request(current) {
  const { id, organisation, description, expiresAt, documents } = current.request;
  const submit = (event) => {
    event.preventDefault();
    const key = new FormData(event.target).get('key');
    if (key) sign(current, key);
  };
  return h(
    'form',
    { class: 'screen', 'data-testid': 'request', onsubmit: submit },
    h('p', { class: 'muted' }, t('wants')),
    heading(label(organisation)),
    h('p', { 'data-testid': 'description' }, description),
    expiresAt ? h('p', { class: 'muted' }, `${t('until')}: ${moment(expiresAt)}`) : null,
    documents.map((one, index) => documentCard(one, index, id)),
    keyChoice(current.keys),
    h(
      'div',
      { class: 'actions' },
      h(
        'button',
        { type: 'button', class: 'quiet', 'data-testid': 'cancel', onclick: () => go({ name: 'start' }) },
        t('cancel'),
      ),
      h('button', { class: 'strong', 'data-testid': 'sign' }, t('sign')),
    ),
  );
}

function answerScreen({ answer, before }) {
  const { ok, message, backUrl } = answer;
  const again = h(
    'button',
    { type: 'button', class: 'strong', 'data-testid': 'again', onclick: () => go(before) },
    t('again'),
  );
  const first = h(
    'button',
    { type: 'button', class: 'quiet', onclick: () => go({ name: 'start' }) },
    t('first'),
  );
  const back = backUrl ? h('a', { class: 'strong', href: backUrl, 'data-testid': 'back' }, t('back')) : null;
  return h(
    'section',
    { class: 'screen answer', 'data-testid': 'answer' },
    h('div', { class: `mark ${ok ? 'good' : 'bad'}`, 'aria-hidden': 'true' }, ok ? '✓' : '!'),
    heading(t(ok ? 'done' : 'notTaken')),
    h('p', { 'data-testid': 'message' }, message ?? (ok ? '' : t('notTakenMore'))),
    h('div', { class: 'actions' }, first, ok ? back : again),
  );
}

const wait = ({ words }) =>
  h('section', { class: 'screen answer' }, h('div', { class: 'ring' }), heading(t(words)));

const SCREENS = { start, wait, request, answer: answerScreen };

function draw() {
  document.documentElement.lang = language();
  document.title = appName;
  byId('title').textContent = appName;
  byId('about').textContent = t('about');
  drawLanguages(t('language'), language(), (code) => {
    setLanguage(code);
    // The service answers in the language of the app.
    if (screen.name === 'request') open(screen.link);
    else draw();
  });
  byId('main').replaceChildren(SCREENS[screen.name](screen));
}

const link = new URLSearchParams(location.search).get('link');
if (link) open(link);
else draw();
