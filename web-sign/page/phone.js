/** @import { WirePhone } from '../sign-wire.ts' */
import { ApiError, startPhone } from './api.js';
import { ui, view } from './ui.js';

/**
 * @typedef {{ step: 'idle' } | { step: 'asking' } | { step: 'failed' } | { step: 'ready', offer: WirePhone }} PhoneState
 */

/**
 * The way over a phone. What it was given outlives a reload of the page: phones reload a page that was in the background,
 * and a new code would take the document back from the app.
 * @param {{ onChange: () => void, look: () => Promise<void> }} page
 */
export function createPhone({ onChange, look }) {
  const key = `kezek-phone-${view().id}`;
  /** @type {PhoneState} */
  let state = remembered(key) ?? { step: 'idle' };
  return {
    get state() {
      return state;
    },
    /** Whether the document is with a phone whose code this page does not have. */
    get isElsewhere() {
      return state.step !== 'ready' && view().phone !== 'NONE';
    },
    async start() {
      if (state.step === 'asking') return;
      state = { step: 'asking' };
      onChange();
      try {
        const offer = await startPhone(view().id, view().purpose === 'SIGN' ? 'PDF' : 'XML');
        state = { step: 'ready', offer };
        remember(key, offer);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        state = { step: 'failed' };
        if (error.refusal?.code.startsWith('link.')) await look();
      }
      onChange();
    },
  };
}

/**
 * @param {string} key
 * @param {WirePhone} offer
 */
function remember(key, offer) {
  try {
    sessionStorage.setItem(key, JSON.stringify(offer));
  } catch {
    // A browser that keeps nothing only loses the comfort.
  }
}

/**
 * @param {string} key
 * @returns {PhoneState | null}
 */
function remembered(key) {
  try {
    /** @type {WirePhone | null} */
    const offer = JSON.parse(sessionStorage.getItem(key) ?? 'null');
    return offer && Date.parse(offer.expires.at) > Date.now() + ui.behind ? { step: 'ready', offer } : null;
  } catch {
    return null;
  }
}
