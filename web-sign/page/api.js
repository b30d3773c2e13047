/** @import { WirePhone, WireRefusal, WireSetup, WireView } from '../sign-wire.ts' */

/** The server said no, or could not be reached (`status` 0). */
export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {WireRefusal | null} refusal
   */
  constructor(status, refusal) {
    super(refusal?.code ?? `status ${status}`);
    this.name = 'ApiError';
    this.status = status;
    this.refusal = refusal;
  }

  /** Nothing was decided: the same may be sent again as it is. */
  get isTransient() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/**
 * @template T
 * @param {string} path
 * @param {object} [body]
 * @returns {Promise<T>}
 */
async function ask(path, body) {
  /** @type {RequestInit} */
  const init =
    body === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(`/sign/${path}`, init).catch(() => {
    throw new ApiError(0, null);
  });
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw new ApiError(response.status, isRefusal(answer) ? answer : null);
  if (answer === null) throw new ApiError(0, null);
  return answer;
}

/**
 * @param {unknown} value
 * @returns {value is WireRefusal}
 */
function isRefusal(value) {
  return typeof value === 'object' && value !== null && 'code' in value && 'message' in value;
}

/** @returns {Promise<WireSetup>} */
export const getSetup = () => ask('setup.json');

/** @param {string} token */
export async function openLink(token) {
  /** @type {{ view: WireView }} */
  const { view } = await ask('api/open', { token });
  return view;
}

/** @param {string} id */
export async function getView(id) {
  /** @type {{ view: WireView }} */
  const { view } = await ask(`api/${id}`);
  return view;
}

/** @param {string} id */
export async function getContent(id) {
  /** @type {{ xml: string }} */
  const { xml } = await ask(`api/${id}/content`);
  return xml;
}

/**
 * @param {string} id
 * @param {string} xml
 */
export async function sendXml(id, xml) {
  /** @type {{ view: WireView }} */
  const { view } = await ask(`api/${id}/xml`, { xml });
  return view;
}

/**
 * @param {string} id
 * @param {'XML' | 'PDF'} as
 * @returns {Promise<WirePhone>}
 */
export const startPhone = (id, as) => ask(`api/${id}/phone`, { as });
