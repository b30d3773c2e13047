/** @import { PageTextKey } from '../sign-wire.ts' */
/** @import { Problem, createSigner } from './signer.js' */
import { h, icon, put } from './dom.js';
import { networkPermission } from './permission.js';
import { pick, t, ui, view } from './ui.js';

const DOWNLOAD = 'https://ncl.pki.gov.kz/';
/** Problems for which the server has said what to do next. */
const TOLD = ['refused', 'key', 'expired', 'revoked', 'silent'];

/**
 * The way over NCALayer. `update` shows where it stands; what is announced stays in the same nodes all the time.
 * @param {ReturnType<typeof createSigner>} signer
 * @param {{ isFirst: boolean }} place
 */
export function drawSigner(signer, { isFirst }) {
  const prompt = h('div', { class: 'note', hidden: true, 'data-testid': 'nca-prompt' });
  const label = h('span', {});
  const button = h(
    'button',
    {
      type: 'button',
      class: isFirst ? 'button' : 'button second',
      'data-testid': 'nca-button',
      onclick: () => void signer.start(),
    },
    h('span', { class: 'spinner', 'aria-hidden': 'true' }),
    label,
  );
  const stop = h(
    'button',
    { type: 'button', class: 'button plain', hidden: true, 'data-testid': 'nca-stop', onclick: signer.stop },
    t('nca.stop'),
  );
  const status = h('div', { role: 'status', class: 'status', 'data-testid': 'nca-status' });
  const problem = h('div', { role: 'alert', 'data-testid': 'nca-problem' });

  const update = () => {
    const { state, busy } = signer;
    label.textContent = t(signer.canResend ? 'problem.network.again' : buttonText());
    button.setAttribute('aria-disabled', String(busy));
    stop.hidden = state.step !== 'waiting' && state.step !== 'asking';
    put(status, ...(state.step === 'idle' || state.step === 'problem' ? [] : statusOf(state.step)));
    put(problem, state.step === 'problem' && drawProblem(state));
    void networkPermission().then((permission) => {
      prompt.hidden = permission !== 'prompt';
    });
  };
  put(
    prompt,
    icon('info'),
    h('div', {}, h('p', { class: 'strong' }, t('nca.prompt.title')), h('p', {}, t('nca.prompt.text'))),
  );
  update();
  return {
    nodes: [h('p', {}, t('nca.text')), prompt, h('div', { class: 'actions' }, button, stop), status, problem],
    update,
  };
}

/** @returns {PageTextKey} */
function buttonText() {
  return view().purpose === 'LOGIN' ? 'nca.button.LOGIN' : 'nca.button.SIGN';
}

/** @param {'preparing' | 'connecting' | 'asking' | 'waiting' | 'sending'} step */
function statusOf(step) {
  const window = ui.setup?.ncalayerWindow;
  return [
    h('p', {}, t(`nca.state.${step}`)),
    step === 'waiting' &&
      window &&
      h(
        'p',
        {},
        h('a', { href: window, target: '_blank', rel: 'noopener' }, t('nca.window'), ' ', t('newTab')),
      ),
  ];
}

/** @param {Extract<import('./signer.js').SignerState, { step: 'problem' }>} state */
function drawProblem({ problem, refusal, detail }) {
  return h(
    'div',
    {
      class: problem === 'cancelled' || problem === 'stopped' ? 'note' : 'note bad',
      'data-problem': problem,
    },
    icon(problem === 'cancelled' || problem === 'stopped' ? 'info' : 'warning'),
    h(
      'div',
      {},
      h('h4', {}, t(`problem.${problem}.title`)),
      h('p', {}, textOf(problem, refusal)),
      steps(problem),
      problem === 'failed' &&
        detail &&
        h('p', { class: 'muted' }, t('problem.failed.said'), ' ', h('code', {}, detail)),
    ),
  );
}

/**
 * @param {Problem} problem
 * @param {import('../sign-wire.ts').WireRefusal} [refusal]
 */
function textOf(problem, refusal) {
  const iin = view().maskedIin;
  if (problem === 'person' && iin) return t('problem.person.text', { iin });
  const own = /** @type {PageTextKey} */ (`problem.${problem}.text`);
  const told = TOLD.includes(problem) || problem === 'person';
  if (refusal && (told || ui.setup?.texts.kk[own] === undefined)) return pick(refusal.message);
  return t(told ? 'fault.unknown' : own);
}

/** @param {Problem} problem */
function steps(problem) {
  if (problem !== 'unreachable' && problem !== 'denied') return null;
  const download = h('a', { href: DOWNLOAD, target: '_blank', rel: 'noopener noreferrer' }, 'ncl.pki.gov.kz');
  return h(
    'ol',
    {},
    h('li', {}, t(`problem.${problem}.step1`), problem === 'unreachable' && [' ', download]),
    h('li', {}, t(`problem.${problem}.step2`)),
    h('li', {}, t(`problem.${problem}.step3`)),
  );
}
