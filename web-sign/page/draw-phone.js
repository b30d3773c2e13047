/** @import { WirePhone } from '../sign-wire.ts' */
/** @import { createPhone } from './phone.js' */
import { h, put } from './dom.js';
import { pick, t, ui, view } from './ui.js';

/**
 * The way over another device: a code that the phone scans.
 * @param {ReturnType<typeof createPhone>} phone
 * @param {{ isFirst: boolean }} place
 */
export function drawScan(phone, { isFirst }) {
  const body = h('div', {});
  const status = h('div', { role: 'status', class: 'status', 'data-testid': 'phone-status' });
  const label = h('span', {});
  const button = h(
    'button',
    {
      type: 'button',
      class: isFirst ? 'button' : 'button second',
      'data-testid': 'phone-button',
      onclick: () => void phone.start(),
    },
    h('span', { class: 'spinner', 'aria-hidden': 'true' }),
    label,
  );
  const update = () => {
    const { state } = phone;
    label.textContent = t(state.step === 'ready' || phone.isElsewhere ? 'phone.renew' : 'phone.button');
    button.setAttribute('aria-disabled', String(state.step === 'asking'));
    put(body, state.step === 'ready' && drawCode(state.offer));
    say(status, statusOf(phone));
  };
  update();
  return {
    nodes: [h('p', {}, t('phone.text')), body, status, h('div', { class: 'actions' }, button)],
    update,
  };
}

/** @param {WirePhone} offer */
function drawCode(offer) {
  return h(
    'div',
    { class: 'scan' },
    h('img', {
      src: offer.qr,
      alt: t('phone.qr'),
      width: 220,
      height: 220,
      class: 'qr',
      'data-testid': 'qr',
    }),
    h(
      'div',
      {},
      h(
        'ol',
        {},
        h('li', {}, t('phone.step1')),
        h('li', {}, t('phone.step2')),
        h('li', {}, t('phone.step3')),
      ),
      h('p', { class: 'muted' }, t('phone.until', { date: pick(offer.expires.words) })),
      // The phone of the local world has no camera.
      ui.setup?.ncalayerWindow &&
        h(
          'p',
          {},
          h(
            'a',
            { href: offer.links.mobile, target: '_blank', rel: 'noopener', 'data-testid': 'local-phone' },
            t('phone.open.mobile'),
            ' ',
            t('newTab'),
          ),
        ),
    ),
  );
}

/**
 * The way on the phone itself: links that open the app. They are there before they are wanted, because only a link that
 * is tapped opens an app.
 * @param {ReturnType<typeof createPhone>} phone
 */
export function drawHere(phone) {
  const body = h('div', { class: 'actions' });
  const status = h('div', { role: 'status', class: 'status', 'data-testid': 'phone-status' });
  let drawn = '';
  const update = () => {
    const { state } = phone;
    // A link that nobody has tapped yet is not waited for.
    say(status, view().phone === 'WAITING' && state.step === 'ready' ? '' : statusOf(phone));
    const now = state.step === 'ready' ? state.offer.links.mobile : state.step;
    if (now === drawn) return;
    drawn = now;
    put(body, ...(state.step === 'ready' ? drawLinks(state.offer) : [drawPrepare(phone)]));
  };
  update();
  return { nodes: [h('p', {}, t('phone.hereText')), body, status], update };
}

/** @param {WirePhone} offer */
function drawLinks({ links }) {
  return [
    h(
      'a',
      { class: 'button', href: links.mobile, rel: 'noreferrer', 'data-testid': 'open-mobile' },
      t('phone.open.mobile'),
    ),
    h(
      'a',
      { class: 'button second', href: links.business, rel: 'noreferrer', 'data-testid': 'open-business' },
      t('phone.open.business'),
    ),
  ];
}

/** @param {ReturnType<typeof createPhone>} phone */
function drawPrepare(phone) {
  const asking = phone.state.step === 'asking';
  return h(
    'button',
    {
      type: 'button',
      class: 'button',
      'aria-disabled': String(asking),
      'data-testid': 'phone-prepare',
      onclick: () => void phone.start(),
    },
    h('span', { class: 'spinner', 'aria-hidden': 'true' }),
    t('phone.prepare'),
  );
}

/** @param {ReturnType<typeof createPhone>} phone */
function statusOf(phone) {
  const { step } = phone.state;
  if (step === 'asking') return t('phone.asking');
  if (step === 'failed') return t('phone.failed');
  if (phone.isElsewhere) return t(view().phone === 'FETCHED' ? 'phone.fetched' : 'phone.earlier');
  if (view().phone === 'FETCHED') return t('phone.fetched');
  return step === 'ready' && view().phone === 'WAITING' ? t('phone.waiting') : '';
}

/**
 * Said only when it is something else: the same words anew would be read out anew.
 * @param {HTMLElement} status
 * @param {string} text
 */
function say(status, text) {
  if (status.textContent !== text) put(status, text !== '' && h('p', {}, text));
}
