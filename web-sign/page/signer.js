/** @import { NcaError } from './ncalayer.d.ts' */
/** @import { WireRefusal, WireView } from '../sign-wire.ts' */
/** @import { NetworkPermission } from './permission.js' */
import { ApiError, getContent, sendXml } from './api.js';
import { createNcaLayer } from './ncalayer.js';
import { networkPermission } from './permission.js';
import { ui, view } from './ui.js';

/**
 * Where signing with NCALayer stands. `problem` names a text of `signPage.problem`; `refusal` is the server's own word,
 * `detail` NCALayer's.
 * @typedef {{ step: 'idle' } | { step: 'preparing' | 'connecting' | 'asking' | 'waiting' | 'sending' } |
 *   { step: 'problem', problem: Problem, refusal?: WireRefusal, detail?: string | null }} SignerState
 * @typedef {Exclude<NcaError['problem'], 'busy'> | 'denied' | 'dismissed' | 'refused' | 'person' | 'key' | 'expired' |
 *   'revoked' | 'silent' | 'network' | 'offline'} Problem
 */

/** The browser's question must be read and answered. */
const PROMPT_MS = 120_000;

/** @type {Readonly<Record<string, Problem>>} */
const PROBLEM_OF = {
  'signature.otherPerson': 'person',
  'signature.expired': 'expired',
  'signature.issuer-expired': 'expired',
  'signature.not-yet-valid': 'key',
  'signature.need-signing-key': 'key',
  'signature.need-authentication-key': 'key',
  'signature.need-individual-key': 'key',
  'signature.no-iin': 'key',
  'signature.untrusted': 'key',
  'signature.unsupported-key': 'key',
  'signature.revoked': 'revoked',
  'signature.revocation-unavailable': 'silent',
  'signature.revocationUnavailable': 'silent',
};

/**
 * @param {{ onChange: () => void, onView: (view: WireView) => void, look: () => Promise<void> }} page
 */
export function createSigner({ onChange, onView, look }) {
  const nca = createNcaLayer({ url: ui.setup?.ncalayerUrl ?? '' });
  /** @type {SignerState} */
  let state = { step: 'idle' };
  /** What was signed and did not reach the server, or could not be checked there: nobody should sign twice for that. */
  let kept = '';
  /** @param {SignerState} next */
  const become = (next) => {
    state = next;
    onChange();
  };

  const send = async () => {
    become({ step: 'sending' });
    try {
      const after = await sendXml(view().id, kept);
      kept = '';
      become({ step: 'idle' });
      onView(after);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const problem = error.isTransient ? 'network' : (PROBLEM_OF[error.refusal?.code ?? ''] ?? 'refused');
      if (problem !== 'network' && problem !== 'silent') kept = '';
      become({ step: 'problem', problem, ...(error.refusal ? { refusal: error.refusal } : {}) });
      if (error.status === 409 || error.status === 410) await look();
    }
  };

  const sign = async () => {
    become({ step: 'preparing' });
    const before = await networkPermission();
    if (before === 'denied') return become({ step: 'problem', problem: 'denied' });
    const xml = await getContent(view().id);
    become({ step: before === 'prompt' ? 'asking' : 'connecting' });
    try {
      kept = await nca.sign({
        xml,
        use: view().purpose === 'LOGIN' ? 'LOGIN' : 'SIGN',
        locale: ui.language,
        ...(before === 'prompt' ? { connectMs: PROMPT_MS } : {}),
        onAsked: () => become({ step: 'waiting' }),
      });
    } catch (error) {
      return become(await problemOf(error, before));
    }
    return send();
  };

  return {
    get state() {
      return state;
    },
    get busy() {
      return state.step !== 'idle' && state.step !== 'problem';
    },
    get canResend() {
      return kept !== '' && state.step === 'problem';
    },
    /** Signs and sends; while that goes on, another call does nothing. */
    async start() {
      if (this.busy) return;
      try {
        await (kept === '' ? sign() : send());
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        become({ step: 'problem', problem: error.isTransient ? 'offline' : 'refused', ...refusalOf(error) });
        await look();
      }
    },
    stop: () => nca.stop(),
  };
}

/** @param {ApiError} error */
const refusalOf = ({ refusal }) => (refusal ? { refusal } : {});

/**
 * The socket does not tell why it could not be opened; the browser's permission does, where it was the browser.
 * @param {unknown} error
 * @param {NetworkPermission} before
 * @returns {Promise<SignerState>}
 */
async function problemOf(error, before) {
  if (!isNcaError(error)) throw error;
  const { problem, detail } = error;
  if (problem === 'busy') return { step: 'waiting' };
  if (problem === 'unreachable' || problem === 'slow') {
    const after = await networkPermission();
    if (after === 'denied') return { step: 'problem', problem: 'denied' };
    if (before === 'prompt' && after === 'prompt') return { step: 'problem', problem: 'dismissed' };
  }
  return { step: 'problem', problem, detail };
}

/**
 * @param {unknown} error
 * @returns {error is NcaError}
 */
function isNcaError(error) {
  return error instanceof Error && error.name === 'NcaError';
}
