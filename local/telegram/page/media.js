import { get } from './api.js';
import { copy, paperBox, pictureBox } from './dialog.js';
import { h, icon } from './dom.js';
import { colourOf, fullName, initials } from './state.js';
import { pages, size, t } from './texts.js';

const fileUrl = (file) => `/sim/files/${file.file_id}`;

/** The smallest of the sizes that is sharp enough here. */
const shownSize = (sizes) => sizes.find((one) => one.width >= 600 || one.height >= 600) ?? sizes.at(-1);

export function photo(message) {
  const file = message.photo?.at(-1);
  if (!file) return null;
  const alt = message.caption ?? t('image');
  const kept = Boolean(message.has_protected_content);
  const near = shownSize(message.photo);
  const image = h('img', {
    src: fileUrl(near),
    width: near.width,
    height: near.height,
    alt,
    loading: 'lazy',
    draggable: kept ? 'false' : null,
  });
  const veiled = message.has_media_spoiler;
  const node = h(
    'button',
    {
      type: 'button',
      class: `photo ${veiled ? 'veiled' : ''}`,
      'data-testid': 'photo',
      'aria-label': veiled ? t('hidden') : alt,
      onclick: () => {
        if (node.classList.contains('veiled')) {
          node.classList.remove('veiled');
          node.setAttribute('aria-label', alt);
        } else pictureBox(fileUrl(file), alt, kept);
      },
    },
    image,
    veiled ? h('span', { class: 'veil', 'aria-hidden': 'true' }, icon('eye')) : null,
  );
  if (kept) node.addEventListener('contextmenu', (event) => event.preventDefault());
  return node;
}

const pageCounts = new Map();

/** How many pages a PDF has, asked once: a file never changes. */
function pagesOf(file) {
  const { file_id: id } = file;
  if (!pageCounts.has(id)) {
    const asked = get(`files/${id}/facts`).then(
      (facts) => facts.pages,
      () => undefined,
    );
    pageCounts.set(id, asked);
  }
  return pageCounts.get(id);
}

function details(file) {
  const node = h('small', {}, size(file.file_size));
  if (file.mime_type === 'application/pdf') {
    pagesOf(file).then((count) => {
      if (count) node.textContent = `${size(file.file_size)} · ${pages(count)}`;
    });
  }
  return node;
}

/** A protected file can be read where the page itself shows it, and not be kept. */
function keptFile(file, name, content) {
  if (file.mime_type !== 'application/pdf')
    return h('div', { class: 'file-open', 'data-testid': 'document' }, content);
  return h(
    'button',
    {
      type: 'button',
      class: 'file-open',
      'data-testid': 'document',
      onclick: () => paperBox(fileUrl(file), name),
    },
    content,
  );
}

export function documentCard(message) {
  const file = message.document ?? message.audio ?? message.video ?? message.animation;
  if (!file) return null;
  const name = file.file_name ?? t('file');
  const kind = /\.([a-z0-9]{1,5})$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  const badge = h(
    'span',
    { class: `file-badge ${kind}`, 'aria-hidden': 'true' },
    kind ? kind.toUpperCase() : icon('file'),
  );
  const content = [badge, h('span', { class: 'file-words' }, h('b', {}, name), details(file))];
  if (message.has_protected_content) return h('div', { class: 'file' }, keptFile(file, name, content));
  const open = h(
    'a',
    { href: fileUrl(file), target: '_blank', rel: 'noopener', class: 'file-open', 'data-testid': 'document' },
    content,
  );
  const save = h(
    'a',
    {
      href: `${fileUrl(file)}?download`,
      download: name,
      class: 'icon',
      'data-testid': 'download',
      'aria-label': `${t('download')}: ${name}`,
      title: t('download'),
    },
    icon('save'),
  );
  return h('div', { class: 'file' }, open, save);
}

export function voice(message) {
  if (!message.voice) return null;
  const bars = Array.from({ length: 26 }, (_, i) => {
    const bar = h('i', {});
    bar.style.height = `${5 + ((i * 7919 + message.message_id * 31) % 15)}px`;
    return bar;
  });
  const wave = h('span', { class: 'wave', 'aria-hidden': 'true' }, bars);
  return h(
    'div',
    { class: 'voice' },
    h('span', { class: 'round-mark' }, icon('play')),
    wave,
    h('small', {}, size(message.voice.file_size)),
  );
}

export function place(message) {
  const at = message.venue?.location ?? message.location;
  if (!at) return null;
  const coordinates = `${at.latitude.toFixed(5)}, ${at.longitude.toFixed(5)}`;
  const metres = at.horizontal_accuracy;
  const near = metres ? ` ±${Math.round(metres)}\u00a0${t('metres')}` : '';
  const words = message.venue
    ? [h('b', {}, message.venue.title), h('span', {}, message.venue.address)]
    : [h('b', {}, t('location'))];
  const numbers = h(
    'button',
    {
      type: 'button',
      class: 'inline-link',
      'aria-label': `${t('coordinates')}: ${coordinates}. ${t('copy')}`,
      onclick: () => copy(coordinates),
    },
    coordinates,
  );
  return h(
    'div',
    { class: 'place' },
    h('div', { class: 'ground', 'aria-hidden': 'true' }, icon('pin')),
    h('div', { class: 'place-words' }, words, h('span', {}, numbers, near)),
  );
}

export function contact(message) {
  if (!message.contact) return null;
  const { contact: card } = message;
  const avatar = h('span', { class: 'avatar small', 'aria-hidden': 'true' }, initials(card));
  avatar.style.background = colourOf({ id: card.user_id ?? 3 });
  const phone = card.phone_number.startsWith('+') ? card.phone_number : `+${card.phone_number}`;
  return h(
    'div',
    { class: 'contact' },
    avatar,
    h('div', {}, h('b', {}, fullName(card)), h('span', {}, phone)),
  );
}
