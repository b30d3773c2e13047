import { byId, h, icon } from './dom.js';
import { t } from './texts.js';

const TOAST_MS = 3500;

/** A short word at the bottom that goes by itself. */
export function toast(text, kind = '') {
  const node = h('div', { class: `toast ${kind}`, 'data-testid': 'toast' }, text);
  byId('toasts').append(node);
  setTimeout(() => node.classList.add('gone'), TOAST_MS);
  setTimeout(() => node.remove(), TOAST_MS + 400);
}

/** What went wrong, in the page's own words where it has some. */
export const failed = (error) =>
  toast(t(`reason-${error.reason}`) ?? `${t('failed')}: ${error.message}`, 'bad');

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = h('textarea', { class: 'offscreen' });
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
  toast(t('copied'));
}

/** Shows a dialog; resolves with the value of the button pressed, or '' when it was closed. */
export function show(testid, buttons, ...content) {
  const form = h('form', { method: 'dialog' }, ...content, h('div', { class: 'actions' }, buttons));
  const dialog = h('dialog', { class: 'box', 'data-testid': testid }, form);
  document.body.append(dialog);
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close('');
  });
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
  });
}

export const button = (value, text, kind = '') =>
  h('button', { value, class: `text ${kind}`, 'data-testid': `dialog-${value || 'cancel'}` }, text);

export function alertBox(text) {
  return show('alert', [button('ok', t('ok'))], h('p', {}, text));
}

export async function confirmBox(title, text, okText, kind = '') {
  const buttons = [button('', t('cancel')), button('ok', okText, kind)];
  return (await show('confirm', buttons, h('h2', {}, title), h('p', {}, text))) === 'ok';
}

/** Asks for fields `{name, text, value?, options?, required?}`; resolves with their values or null. */
export async function formBox(title, fields, okText) {
  const inputs = fields.map((field) => {
    const shared = { name: field.name, required: field.required, 'data-testid': `field-${field.name}` };
    const control = field.options
      ? h(
          'select',
          shared,
          field.options.map(([value, text]) => h('option', { value }, text)),
        )
      : h('input', { ...shared, value: field.value ?? '', autocomplete: 'off', maxlength: 64 });
    return h('label', {}, h('span', {}, field.text), control);
  });
  const buttons = [
    h('button', { value: '', class: 'text', formnovalidate: true }, t('cancel')),
    button('ok', okText, 'strong'),
  ];
  if ((await show('form', buttons, h('h2', {}, title), ...inputs)) !== 'ok') return null;
  return Object.fromEntries(
    inputs.map((node) => node.querySelector('input, select')).map((el) => [el.name, el.value.trim()]),
  );
}

/** Asks to choose one of `[value, text, detail]`; resolves with the value or ''. */
export function chooseBox(title, items) {
  const list = items.map(([value, text, detail]) =>
    h('button', { value, class: 'choice' }, h('span', {}, text), h('small', {}, detail ?? '')),
  );
  return show('choose', [button('', t('cancel'))], h('h2', {}, title), h('div', { class: 'choices' }, list));
}

/** A picture as large as the screen; of a protected one the browser offers no copy. */
export function pictureBox(url, alt, kept = false) {
  const image = h('img', { src: url, alt, draggable: kept ? 'false' : null });
  const dialog = h('dialog', { class: 'picture', 'aria-label': alt, 'data-testid': 'picture' }, image);
  if (kept) dialog.addEventListener('contextmenu', (event) => event.preventDefault());
  document.body.append(dialog);
  dialog.addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', () => dialog.remove());
  dialog.showModal();
}

/** A paper to be read and not to be kept. */
export function paperBox(url, name) {
  const frame = h('iframe', { src: `${url}#toolbar=0&navpanes=0`, title: name });
  const leave = button('ok', t('close'));
  leave.autofocus = true;
  const close = h('form', { method: 'dialog' }, leave);
  const dialog = h('dialog', { class: 'paper', 'aria-label': name, 'data-testid': 'paper' }, frame, close);
  document.body.append(dialog);
  dialog.addEventListener('close', () => dialog.remove());
  dialog.showModal();
}

/** A menu at `anchor` with items `{icon, text, run, kind?, testid?}`. Closed by Escape or a click beside it. */
export function popMenu(anchor, items) {
  const list = items.map((item) =>
    h(
      'button',
      {
        type: 'button',
        role: 'menuitem',
        class: item.kind ?? '',
        'data-testid': item.testid,
        onclick: () => {
          close();
          item.run();
        },
      },
      icon(item.icon),
      item.text,
    ),
  );
  const menu = h('div', { class: 'pop', role: 'menu' }, list);
  const close = () => {
    menu.remove();
    document.removeEventListener('pointerdown', beside, true);
    anchor.setAttribute('aria-expanded', 'false');
    anchor.focus();
  };
  const beside = (event) => {
    if (!menu.contains(event.target)) close();
  };
  menu.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') close();
    if (!step) return;
    event.preventDefault();
    list.at((list.indexOf(document.activeElement) + step) % list.length).focus();
  });
  document.body.append(menu);
  place(menu, anchor.getBoundingClientRect());
  anchor.setAttribute('aria-expanded', 'true');
  document.addEventListener('pointerdown', beside, true);
  list[0]?.focus();
}

function place(menu, at) {
  const { width, height } = menu.getBoundingClientRect();
  const left = Math.min(Math.max(8, at.right - width), window.innerWidth - width - 8);
  const below = at.bottom + height + 12 < window.innerHeight;
  menu.style.left = `${at.left < window.innerWidth / 2 ? Math.max(8, Math.min(at.left, window.innerWidth - width - 8)) : left}px`;
  menu.style.top = `${below ? at.bottom + 6 : at.top - height - 6}px`;
}
