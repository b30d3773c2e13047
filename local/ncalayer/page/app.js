import { byId, drawLanguages, h, post } from './dom.js';
import { fileForm } from './file.js';
import { ask, label, language, setLanguage, t } from './texts.js';

const PERSON = 'kezek.ncalayer.person';
const API = '/ncalayer/api';
let state;
let shown;
let shape = '';
let busy = false;
let complaint = '';

const remembered = () => localStorage.getItem(PERSON);
const fullName = ({ surname, name }) => `${surname} ${name}`;
const say = (words) => {
  byId('status').textContent = words;
};

async function send(path, body) {
  busy = true;
  complaint = '';
  draw();
  try {
    // What came of it is told by the stream: an answer may be older than that.
    await post(`${API}/${path}`, body);
  } catch (error) {
    complaint = error.status === 409 ? t('late') : t('failed');
    say(complaint);
  }
  busy = false;
  draw();
}

/* Parts */

function chrome() {
  document.documentElement.lang = language();
  document.title = state.request ? `(${state.waiting + 1}) NCALayer` : 'NCALayer';
  byId('about').textContent = t('about');
  drawLanguages(t('language'), language(), (code) => {
    setLanguage(code);
    draw();
  });
}

function keyName(key) {
  if (key.foreign) return [t(key.kind), key.name, key.bin].filter(Boolean).join(' · ');
  return `${t(key.kind)} · ${key.bin ? key.name : t('own')}`;
}

function outcome() {
  if (!state.outcome) return null;
  const { answer, key } = state.outcome;
  const bad = ['FAILED', 'GONE'].includes(answer);
  return h(
    'p',
    { class: `outcome ${bad ? 'bad' : answer === 'CANCELLED' ? '' : 'good'}`, 'data-testid': 'outcome' },
    h('b', {}, t(answer)),
    key ? h('span', {}, `${key.name} · ${t(key.kind)}`) : null,
  );
}

function autoBar() {
  const { auto } = state;
  if (!auto) return null;
  const holder = state.holders.find(({ iin }) => iin === auto.iin);
  const who = auto.cancel ? t('autoCancel') : `${holder ? fullName(holder) : auto.iin} · ${t(auto.kind)}`;
  return h(
    'p',
    { class: 'auto', 'data-testid': 'auto' },
    h('span', {}, `${t('auto')}: ${who}`),
    h(
      'button',
      { type: 'button', class: 'quiet', onclick: () => send('auto', { off: true }) },
      t('stopAuto'),
    ),
  );
}

function idle() {
  return [
    h('div', { class: 'idle' }, h('h2', {}, t('idle')), h('p', {}, t('idleMore')), outcome()),
    autoBar(),
    fileForm(() => draw()),
  ];
}

/** One thing to be signed, as it will be signed. */
function item({ bytes, type, text }, index) {
  const { id, format, digested } = state.request;
  const size = `${digested ? t('digested') : t(format)} · ${bytes} ${t('bytes')}`;
  const look =
    type === 'text' && !digested
      ? h('pre', { tabindex: '0', 'aria-label': t('content'), 'data-testid': 'content' }, text)
      : type === 'pdf'
        ? h('a', { href: `${API}/content/${id}/${index}`, target: '_blank', rel: 'noopener' }, t('open'))
        : h('p', { class: 'muted' }, digested ? '' : t('binary'));
  return h('div', { class: 'item' }, h('p', { class: 'muted' }, size), look);
}

/** People who have any key at all for this request; the others would only lead astray. */
function people() {
  const able = new Set(state.keys.filter(({ fits, foreign }) => fits && !foreign).map(({ iin }) => iin));
  return state.holders.filter(({ iin }) => able.has(iin));
}

function personSelect(chosen) {
  const options = people().map((holder) => {
    const role = label(holder.role);
    return h(
      'option',
      { value: holder.iin, selected: holder.iin === chosen },
      `${fullName(holder)}${role ? ` – ${role}` : ''}`,
    );
  });
  const foreign = state.keys.some((key) => key.foreign && key.fits);
  if (foreign) options.push(h('option', { value: 'file', selected: chosen === 'file' }, t('others')));
  return h(
    'select',
    {
      id: 'who',
      'data-testid': 'who',
      onchange: (event) => {
        localStorage.setItem(PERSON, event.target.value);
        draw();
      },
    },
    options,
  );
}

function keyList(chosen) {
  const mine = state.keys.filter((key) =>
    chosen === 'file' ? key.foreign : key.iin === chosen && !key.foreign,
  );
  const fitting = mine.filter(({ fits }) => fits);
  const left = mine.length - fitting.length;
  const rows = fitting.map((key, index) =>
    h(
      'label',
      { class: 'key' },
      h('input', { type: 'radio', name: 'key', value: key.id, checked: index === 0, required: true }),
      h('span', {}, keyName(key)),
      ' ',
      key.foreign ? h('em', {}, t('foreign')) : null,
      key.state === 'VALID' ? null : h('em', { class: 'bad' }, t(key.state)),
    ),
  );
  return h(
    'fieldset',
    { class: 'keys', 'data-testid': 'keys' },
    h('legend', {}, t('key')),
    rows,
    left > 0 ? h('p', { class: 'muted' }, `${t('hidden')}: ${left}`) : null,
  );
}

function request() {
  const { id, format, origin, items } = state.request;
  const able = people();
  const last = remembered();
  const hasLast =
    able.some(({ iin }) => iin === last) || (last === 'file' && state.keys.some((key) => key.foreign));
  const chosen = hasLast ? last : (able[0]?.iin ?? 'file');
  const any = state.keys.some(({ fits }) => fits);
  const submit = (event) => {
    event.preventDefault();
    const key = new FormData(event.target).get('key');
    if (key && !busy) send('answer', { id, key });
  };
  const cancel = () => send('answer', { id, cancel: true });
  return h(
    'form',
    {
      id: 'request',
      'data-testid': 'request',
      onsubmit: submit,
      onkeydown: (event) => {
        if (event.key === 'Escape' && !busy) cancel();
      },
    },
    h(
      'div',
      { class: 'scroll' },
      h('h2', { tabindex: '-1', id: 'heading' }, t(format ? 'request' : 'keyRequest')),
      h(
        'p',
        { class: 'muted', 'data-testid': 'origin' },
        `${t('from')}: ${origin ?? t('fromUnknown')}`,
        state.waiting > 0 ? ` · ${t('waiting')}: ${state.waiting}` : '',
      ),
      items.map(item),
      any
        ? [h('label', { for: 'who', class: 'name' }, t('who')), personSelect(chosen), keyList(chosen)]
        : null,
      any ? null : h('p', { class: 'none', 'data-testid': 'none' }, t('none')),
      autoBar(),
    ),
    complaint ? h('p', { class: 'complaint', role: 'alert' }, complaint) : null,
    h(
      'div',
      { class: 'actions' },
      h(
        'button',
        { type: 'button', class: 'quiet', 'data-testid': 'cancel', disabled: busy, onclick: cancel },
        t('cancel'),
      ),
      h(
        'button',
        { type: 'submit', class: 'strong', 'data-testid': 'sign', disabled: busy || !any },
        t(busy ? 'signing' : format ? 'sign' : 'tell'),
      ),
    ),
  );
}

/* Drawing */

function draw() {
  if (!state) return;
  if (state.request) ask(state.request.locale);
  chrome();
  const main = byId('main');
  const id = state.request?.id ?? null;
  if (id === null) {
    // A form that is being filled in stays as it is.
    const fresh = JSON.stringify([language(), state.outcome, state.auto]);
    if (shown !== null || shape !== fresh) main.replaceChildren(...idle().filter(Boolean));
    shape = fresh;
    if (shown && state.outcome) say(t(state.outcome.answer));
  } else {
    const focused = document.activeElement?.id;
    const checked = new FormData(byId('request') ?? undefined).get('key');
    main.replaceChildren(request());
    const same = [...main.querySelectorAll('input[name=key]')].find(({ value }) => value === checked);
    if (same) same.checked = true;
    if (shown !== id) {
      byId('heading').focus();
      say(t(state.request.format ? 'request' : 'keyRequest'));
    } else if (focused) byId(focused)?.focus();
  }
  shown = id;
}

function listen() {
  const events = new EventSource(`${API}/events`);
  events.onmessage = (event) => {
    document.body.classList.remove('offline');
    const fresh = JSON.parse(event.data);
    if (fresh.request?.id !== state?.request?.id) complaint = '';
    state = fresh;
    if (!busy) draw();
  };
  events.onerror = () => {
    document.body.classList.add('offline');
    say(t('offline'));
  };
}

listen();
