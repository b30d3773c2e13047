import { act, upload } from './api.js';
import { confirmBox, failed } from './dialog.js';
import { byId, h, icon, iconButton } from './dom.js';
import { t } from './texts.js';

const MAX_BYTES = 50 * 1024 * 1024;
/** Telegram's app sends these as files whatever was pressed. */
const NO_PHOTO = /\.(heic|heif|svg|pdf|zip)$/i;
const AS_FILE = new Set(['not-a-picture', 'too-narrow']);

const isPhoto = (file) => file.type.startsWith('image/') && !NO_PHOTO.test(file.name);

/** A line over the input that tells how far the files are; `stop` is pressed to break off. */
function progressLine(count, stop) {
  const bar = h('progress', { max: count, value: 0, 'aria-label': t('uploads') });
  const words = h('span', {}, `0 / ${count}`);
  const node = h(
    'div',
    { class: 'upload', role: 'status', 'data-testid': 'upload' },
    icon('clip'),
    h('b', {}, t('uploads')),
    words,
    iconButton('close', t('stop'), stop, { 'data-testid': 'stop-upload' }),
    bar,
  );
  const pane = byId('uploads');
  pane.hidden = false;
  pane.append(node);
  return {
    show(done, share) {
      bar.value = done + share;
      words.textContent = `${done} / ${count}`;
    },
    remove() {
      node.remove();
      pane.hidden = pane.childElementCount === 0;
    },
  };
}

/** Uploads one file; what no phone sends as photo goes as a file if the person agrees. Null when it is left out. */
async function put(id, kind, file, onProgress, signal) {
  try {
    return await upload(id, kind, file, onProgress, signal);
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    if (!AS_FILE.has(error.reason)) {
      failed(error);
      return null;
    }
    const agreed = await confirmBox(
      t('asFileTitle'),
      `${file.name}\n${t(`reason-${error.reason}`)}`,
      t('asFile'),
      'strong',
    );
    return agreed ? put(id, 'document', file, onProgress, signal) : null;
  }
}

/**
 * Sends files chosen together as the person `id`: pictures as photos or, with kind 'document', all as files. One by one
 * they are uploaded, then they stand in the chat at once.
 */
export async function sendFiles(id, kind, files, caption = '') {
  const fit = [...files].filter((file) => file.size <= MAX_BYTES || failed({ reason: 'too-big' }));
  if (fit.length === 0) return;
  const stopped = new AbortController();
  const line = progressLine(fit.length, () => stopped.abort());
  const uploads = [];
  try {
    for (const [done, file] of fit.entries()) {
      const as = kind === 'photo' && isPhoto(file) ? 'photo' : 'document';
      const token = await put(id, as, file, (share) => line.show(done, share), stopped.signal);
      if (token) uploads.push(token);
    }
    if (uploads.length > 0) await act(id, 'album', { uploads, caption });
  } catch (error) {
    if (error.name !== 'AbortError') failed(error);
  } finally {
    line.remove();
  }
}
