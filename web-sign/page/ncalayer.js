/**
 * @import { NcaProblem, NcaRequest, NcaSettings } from './ncalayer.d.ts'
 * @typedef {Record<string, unknown>} Reply
 * @typedef {{ kind: 'signed', xml: string } | { kind: 'no-module' } | { kind: 'ignored' } | { kind: 'error', error: NcaError }} Outcome
 */

const BASICS = 'kz.gov.pki.knca.basics';
const COMMON = 'kz.gov.pki.knca.commonUtils';
const HEARTBEAT = '--heartbeat--';
/** emailProtection: a key that signs; and the role of an individual (EDS.md §2.3). */
const SIGNING = '1.3.6.1.5.5.7.3.4';
const INDIVIDUAL = '1.2.398.3.3.4.1.1';
const CONNECT_MS = 10_000;
const SIGN_MS = 180_000;
/** How NCALayer says that a module or its method is not there. */
const MISSING = /MODULE_NOT_FOUND|METHOD_NOT_FOUND|NoSuchMethod|ClassNotFound|module.*not found/i;
const CANCELLED = /action\.cancell?ed/i;

export class NcaError extends Error {
  /**
   * @param {NcaProblem} problem
   * @param {string | null} [detail]
   */
  constructor(problem, detail = null) {
    super(problem);
    this.name = 'NcaError';
    this.problem = problem;
    this.detail = detail;
  }
}

/** @type {typeof import('./ncalayer.d.ts').createNcaLayer} */
export function createNcaLayer({ url, connectMs = CONNECT_MS, signMs = SIGN_MS }) {
  /** @type {(() => void) | null} */
  let giveUp = null;
  return {
    get busy() {
      return giveUp !== null;
    },
    async sign(request) {
      if (giveUp) throw new NcaError('busy');
      const line = connect(url, request.connectMs ?? connectMs);
      giveUp = line.stop;
      try {
        await line.greeted;
        request.onAsked?.();
        return await askBoth(line, request, signMs);
      } finally {
        giveUp = null;
        line.close();
      }
    },
    stop() {
      giveUp?.();
    },
  };
}

/**
 * The module that НУЦ recommends; where it is not there, the old one.
 * @param {Line} line
 * @param {NcaRequest} request
 * @param {number} signMs
 */
async function askBoth(line, request, signMs) {
  const first = await line.ask(basicsRequest(request), readBasics, signMs);
  if (first.kind === 'signed') return first.xml;
  const second = await line.ask(commonRequest(request), readCommon, signMs);
  if (second.kind === 'signed') return second.xml;
  throw new NcaError('noModule');
}

/** @param {NcaRequest} request */
function basicsRequest({ xml, use, locale }) {
  const extKeyUsageOids = use === 'SIGN' ? [SIGNING, INDIVIDUAL] : [INDIVIDUAL];
  return {
    module: BASICS,
    method: 'sign',
    args: {
      allowedStorages: null,
      format: 'xml',
      data: xml,
      signingParams: {},
      signerParams: { extKeyUsageOids, iin: '', bin: '', serialNumber: '', chain: null },
      locale,
    },
  };
}

/** @param {NcaRequest} request */
function commonRequest({ xml, use }) {
  // Anything but the two names of key types means any key: of a GOST set there is only one, and it signs.
  return {
    module: COMMON,
    method: 'signXml',
    args: ['PKCS12', use === 'SIGN' ? 'SIGNATURE' : 'ANY', xml, '', ''],
  };
}

/**
 * One socket for one signature: a late answer can never be taken for another one's.
 * @typedef {ReturnType<typeof connect>} Line
 * @param {string} url
 * @param {number} connectMs
 */
function connect(url, connectMs) {
  const socket = new WebSocket(url);
  let isOpen = false;
  /** @type {(text: string) => void} */
  let onText = () => undefined;
  /** @type {(error: NcaError) => void} */
  let fail = () => undefined;
  /** @type {NcaError | null} */
  let broken = null;
  /** @param {NcaError} error */
  const breakOff = (error) => {
    broken ??= error;
    fail(broken);
  };

  /**
   * @template T
   * @param {number} ms
   * @param {NcaProblem | (() => NcaProblem)} late
   * @param {(resolve: (value: T) => void) => void} start
   * @returns {Promise<T>}
   */
  const within = (ms, late, start) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        breakOff(new NcaError(typeof late === 'string' ? late : late()));
      }, ms);
      fail = (error) => {
        clearTimeout(timer);
        reject(error);
      };
      if (broken) return fail(broken);
      start((value) => {
        clearTimeout(timer);
        fail = () => undefined;
        resolve(value);
      });
    });

  socket.addEventListener('open', () => {
    isOpen = true;
  });
  socket.addEventListener('error', () => breakOff(new NcaError(isOpen ? 'closed' : 'unreachable')));
  socket.addEventListener('close', () => breakOff(new NcaError(isOpen ? 'closed' : 'unreachable')));
  socket.addEventListener('message', ({ data }) => {
    if (typeof data !== 'string') return breakOff(new NcaError('foreign'));
    if (data !== HEARTBEAT) onText(data);
  });

  return {
    /** @type {Promise<void>} */
    greeted: within(
      connectMs,
      () => (isOpen ? 'foreign' : 'slow'),
      (resolve) => {
        onText = (text) => {
          const greeting = parse(text);
          if (greeting === null) breakOff(new NcaError('foreign'));
          else if (isRecord(greeting.result) && 'version' in greeting.result) resolve();
        };
      },
    ),
    /**
     * @param {object} request
     * @param {(reply: Reply) => Outcome} read
     * @param {number} ms
     * @returns {Promise<Exclude<Outcome, { kind: 'ignored' | 'error' }>>}
     */
    ask: (request, read, ms) =>
      within(ms, 'timeout', (resolve) => {
        onText = (text) => {
          const reply = parse(text);
          if (reply === null) return breakOff(new NcaError('unreadable'));
          const outcome = read(reply);
          if (outcome.kind === 'error') breakOff(outcome.error);
          else if (outcome.kind !== 'ignored') resolve(outcome);
        };
        socket.send(JSON.stringify(request));
      }),
    stop: () => breakOff(new NcaError('stopped')),
    close: () => {
      broken ??= new NcaError('closed');
      fail = () => undefined;
      socket.close();
    },
  };
}

/**
 * `status:true` with an empty body is how the person's «Cancel» arrives.
 * @param {Reply} reply
 * @returns {Outcome}
 */
function readBasics(reply) {
  if (reply.status === true) {
    const body = isRecord(reply.body) ? reply.body : {};
    const signatures = signaturesOf(body.result);
    return signatures.length === 0 ? failure('cancelled') : signed(signatures);
  }
  if (reply.status === false || reply.success === false || 'code' in reply) return refused(reply);
  return { kind: 'ignored' };
}

/**
 * @param {Reply} reply
 * @returns {Outcome}
 */
function readCommon(reply) {
  const { code } = reply;
  if (code === '200' || code === 200) {
    const signatures = signaturesOf(reply.responseObject);
    return signatures.length === 0 ? failure('cancelled') : signed(signatures);
  }
  if (code !== undefined || reply.success === false || reply.status === false) return refused(reply);
  return { kind: 'ignored' };
}

/**
 * @param {Reply} reply
 * @returns {Outcome}
 */
function refused({ code, errorCode, message, details }) {
  const words = [errorCode, code, message, details].filter((word) => typeof word === 'string');
  if (words.some((word) => MISSING.test(word))) return { kind: 'no-module' };
  if (words.some((word) => CANCELLED.test(word))) return failure('cancelled');
  const said = [message, details, errorCode, code].find((word) => typeof word === 'string' && word !== '');
  return failure('failed', typeof said === 'string' ? said.slice(0, 300) : null);
}

/**
 * One document was asked for: one must come back, and it must be XML.
 * @param {readonly string[]} signatures
 * @returns {Outcome}
 */
function signed(signatures) {
  const [first = '', ...others] = signatures;
  const xml = first.startsWith('<') ? first : decoded(first);
  return others.length === 0 && xml.startsWith('<') ? { kind: 'signed', xml } : failure('unreadable');
}

/**
 * @param {NcaProblem} problem
 * @param {string | null} [detail]
 * @returns {Outcome}
 */
const failure = (problem, detail = null) => ({ kind: 'error', error: new NcaError(problem, detail) });

/** @type {typeof import('./ncalayer.d.ts').signaturesOf} */
export function signaturesOf(result) {
  if (typeof result === 'string') {
    const bare = result.replace(/-----(?:BEGIN|END) [A-Z0-9 ]+-----/g, '').trim();
    return bare === '' ? [] : [bare];
  }
  if (Array.isArray(result)) return result.flatMap((one) => signaturesOf(one));
  return isRecord(result) ? signaturesOf(result.signatures ?? result.signature) : [];
}

/** @param {string} base64 */
function decoded(base64) {
  try {
    const bytes = Uint8Array.from(atob(base64.replace(/\s+/g, '')), (sign) => sign.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return '';
  }
}

/**
 * @param {string} text
 * @returns {Reply | null}
 */
function parse(text) {
  try {
    const value = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
function isRecord(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
