import { h, post } from './dom.js';
import { t } from './texts.js';

const base64 = (buffer) =>
  btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(''));

/** Opens a key out of a .p12 file; `changed` is called when it is there. */
export function fileForm(changed) {
  const answer = h('p', { role: 'status', class: 'muted', 'data-testid': 'file-answer' });
  const submit = async (event) => {
    event.preventDefault();
    const form = event.target;
    const { file, password } = Object.fromEntries(new FormData(form));
    try {
      await post('/ncalayer/api/file', { data: base64(await file.arrayBuffer()), password });
      form.reset();
      answer.textContent = t('fileOpened');
      changed();
    } catch (error) {
      answer.textContent = t(error.message === 'password' ? 'badPassword' : 'badFile');
    }
  };
  return h(
    'details',
    { class: 'file' },
    h('summary', {}, t('file')),
    h(
      'form',
      { onsubmit: submit },
      h(
        'label',
        {},
        t('choose'),
        h('input', { type: 'file', name: 'file', accept: '.p12,.pfx', required: true }),
      ),
      h('label', {}, t('password'), h('input', { type: 'password', name: 'password', autocomplete: 'off' })),
      h('button', { type: 'submit', class: 'quiet' }, t('openFile')),
    ),
    answer,
  );
}
