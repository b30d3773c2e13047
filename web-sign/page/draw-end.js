/** @import { PageTextKey, WireMoment, WireOutcome, WireWords } from '../sign-wire.ts' */
import { h, icon } from './dom.js';
import { pick, t, ui, view } from './ui.js';

/** The end of the way: what came of it, and the way back to the chat. */
export function drawEnd() {
  const { state, outcome, refusal } = view();
  if (state === 'DONE' && outcome) return outcome.kind === 'LOGIN' ? drawLogin(outcome) : drawDone(outcome);
  if (state === 'EXPIRED') return drawStop('clock', t('expired.title'), t('expired.text'));
  if (refusal?.code === 'statement.signed') return drawStop('check', t('void.byCode'), t('void.byCodeText'));
  return drawStop('warning', t('void.title'), refusal ? pick(refusal.message) : t('fault.unknown'));
}

/**
 * A link that does not open.
 * @param {WireWords | null} message
 */
export function drawGone(message) {
  return drawStop('warning', t('gone.title'), message ? pick(message) : t('gone.noToken'));
}

/** @type {(name: string, value: string) => HTMLElement[]} */
const row = (name, value) => [h('dt', {}, name), h('dd', {}, value)];

/**
 * What was signed may have been passed on to somebody else: only who can show it in the chat that asked is let in there.
 * @param {Extract<WireOutcome, { kind: 'LOGIN' }>} outcome
 */
function drawLogin({ name, confirm, confirmed, awaited, by }) {
  if (awaited && by === 'PHONE') return drawStop('clock', t('confirm.phoneTitle'), t('confirm.phoneText'));
  if (!confirm)
    return confirmed
      ? drawStop(
          'check',
          t('done.title.LOGIN'),
          t('done.text.LOGIN'),
          name === null ? undefined : h('dl', { class: 'rows' }, row(t('done.name'), name)),
        )
      : drawStop('clock', t('confirm.lateTitle'), t('confirm.lateText'));
  const back = ui.setup?.botUrl ? new URL(ui.setup.botUrl) : null;
  back?.searchParams.set('start', confirm.start);
  return h(
    'section',
    { class: 'card end check', 'data-testid': 'end' },
    h('div', { class: 'sign' }, icon('check')),
    h('h1', { tabindex: -1 }, t('confirm.title')),
    h('p', {}, t('confirm.text')),
    back &&
      h(
        'p',
        {},
        h(
          'a',
          { class: 'button', href: back.href, rel: 'noreferrer', 'data-testid': 'confirm' },
          t('confirm.button'),
        ),
      ),
    h('p', {}, t('confirm.typed')),
    drawCode(confirm.code),
    h(
      'dl',
      { class: 'rows' },
      row(t('confirm.until'), pick(confirm.until.words)),
      name === null ? [] : row(t('confirm.name'), name),
    ),
    h('p', { class: 'note' }, icon('warning'), h('span', {}, t('confirm.warning'))),
  );
}

/**
 * Six digits in two groups for the eye, copied as one number, and told one by one to those who listen.
 * @param {string} code
 */
function drawCode(code) {
  const groups = [code.slice(0, 3), code.slice(3)].map((group) => h('span', {}, group));
  return h(
    'p',
    { class: 'code' },
    h('span', { class: 'unseen' }, `${t('confirm.code')}: ${[...code].join(' ')}`),
    h('span', { class: 'digits', 'aria-hidden': 'true', 'data-testid': 'confirm-code' }, groups),
  );
}

/** @param {Exclude<WireOutcome, { kind: 'LOGIN' }>} outcome */
function drawDone(outcome) {
  // A place that was free at once makes of joining a transfer.
  const kind = outcome.kind === 'WAITLIST' && outcome.referralNumber !== null ? 'TRANSFER' : outcome.kind;
  return drawStop(
    'check',
    t(`done.title.${kind}`),
    t(`done.text.${kind}`),
    h('dl', { class: 'rows' }, doneRows(outcome)),
  );
}

/** @param {Exclude<WireOutcome, { kind: 'LOGIN' }>} outcome */
function doneRows(outcome) {
  /** @param {WireMoment} moment */
  const when = ({ words }) => pick(words);
  if (outcome.kind === 'WISHES') return row(t('done.roundAt'), when(outcome.roundAt));
  if (outcome.kind === 'CHOICE')
    return [
      ...row(t('done.referral'), outcome.referralNumber),
      ...row(t('done.comeUntil'), when(outcome.comeUntil)),
    ];
  if (outcome.kind === 'WAITLIST' || outcome.kind === 'TRANSFER') {
    const { referralNumber, admitUntil } = outcome;
    return [
      ...(referralNumber === null ? [] : row(t('done.referral'), referralNumber)),
      ...(admitUntil === null ? [] : row(t('done.admitUntil'), when(admitUntil))),
      ...(outcome.kind === 'WAITLIST' && referralNumber === null
        ? row(t('done.joined'), String(outcome.joined))
        : []),
    ];
  }
  return outcome.applications.flatMap(({ childName: child, number, position }) => [
    ...(position === null
      ? row(t('done.inReview', { child }), t('done.review'))
      : row(t('done.queued', { child }), String(position))),
    ...row(t('row.number'), number),
  ]);
}

/**
 * @param {'check' | 'clock' | 'warning'} sign
 * @param {string} title
 * @param {string} text
 * @param {HTMLElement} [more]
 */
function drawStop(sign, title, text, more) {
  return h(
    'section',
    { class: `card end ${sign}`, 'data-testid': 'end' },
    h('div', { class: 'sign' }, icon(sign)),
    h('h1', { tabindex: -1 }, title),
    h('p', {}, text),
    more,
    drawBack('button'),
  );
}

/** @param {'button' | 'link'} look */
export function drawBack(look) {
  const href = ui.setup?.botUrl;
  return href
    ? h(
        'p',
        {},
        h(
          'a',
          { href, class: look === 'button' ? 'button' : '', rel: 'noreferrer', 'data-testid': 'back' },
          t('back'),
        ),
      )
    : null;
}

/** The files of a link for downloading. */
export function drawFiles() {
  const { id, files } = view();
  return h(
    'section',
    { class: 'card', 'aria-labelledby': 'files-heading' },
    h('h2', { id: 'files-heading' }, t('files.heading')),
    h(
      'ul',
      { class: 'files' },
      files.map(({ name, bytes }) =>
        h(
          'li',
          {},
          icon('file'),
          h(
            'span',
            {},
            h(
              'a',
              { href: `/sign/api/${id}/files/${encodeURIComponent(name)}`, download: name },
              t(kindOf(name)),
            ),
            h('br'),
            h(
              'span',
              { class: 'muted' },
              `${name} · ${t('files.size', { n: Math.max(1, Math.ceil(bytes / 1024)) })}`,
            ),
          ),
        ),
      ),
    ),
  );
}

/**
 * The names that core gives the files of a proof.
 * @param {string} name
 * @returns {PageTextKey}
 */
function kindOf(name) {
  if (name === 'statement.xml') return 'files.text';
  if (view().purpose === 'EXPORT') return name.endsWith('.pdf') ? 'files.ownPdf' : 'files.ownJson';
  const [, ending = ''] = /\.([a-z0-9]+)$/i.exec(name) ?? [];
  if (ending === 'xml' || ending === 'pdf' || ending === 'json') return `files.${ending}`;
  return ending === 'p7s' ? 'files.cms' : 'files.other';
}
