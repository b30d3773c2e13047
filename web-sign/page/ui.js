/** @import { PageTextKey, WireLanguage, WireSetup, WireView, WireWords } from '../sign-wire.ts' */
import { byId } from './dom.js';

/** What the page knows. There is one page and one link. */
export const ui = {
  /** @type {WireLanguage} */
  language: 'kk',
  /** @type {WireSetup | null} */
  setup: null,
  /** @type {WireView | null} */
  view: null,
  /** How far the visitor's clock is behind the server's, in milliseconds. */
  behind: 0,
  /** Where the exact text stands open. */
  exactOpen: false,
  /** @type {string | null} */
  exactXml: null,
};

/**
 * @param {PageTextKey} key
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function t(key, values = {}) {
  const text = ui.setup?.texts[ui.language][key] ?? '';
  return text.replace(/\{\{(\w+)\}\}/g, (_hole, name) => String(values[name] ?? ''));
}

/** @param {WireWords} words */
export const pick = (words) => words[ui.language];

/** The link that was opened; the parts of the page that need one are drawn only then. */
export function view() {
  if (!ui.view) throw new Error('no link was opened');
  return ui.view;
}

/**
 * Says it to those who do not see the page.
 * @param {string} text
 */
export function announce(text) {
  byId('live').textContent = text;
}
