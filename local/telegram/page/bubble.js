import { copy, pictureBox } from './dialog.js';
import { h, icon, iconButton } from './dom.js';
import { formatted } from './format.js';
import { colourOf, fullName, initials, state } from './state.js';
import { size, t, time } from './texts.js';

/** One line that stands for a message in a quote, in the list of people and in the pinned bar. */
export function summary(message) {
  if (message.text !== undefined) return message.text;
  if (message.caption) return message.caption;
  if (message.photo) return t('photo');
  if (message.document) return message.document.file_name ?? t('file');
  if (message.voice) return t('voice');
  if (message.sticker) return message.sticker.emoji ?? t('sticker');
  if (message.contact) return `${t('contact')}: ${message.contact.first_name}`;
  if (message.venue) return message.venue.title;
  return message.location ? t('location') : t('file');
}

const fileUrl = (file) => `/sim/files/${file.file_id}`;

function photo(message) {
  const file = message.photo?.at(-1);
  if (!file) return null;
  const alt = message.caption ?? t('image');
  const image = h('img', {
    src: fileUrl(file),
    width: file.width,
    height: file.height,
    alt,
    loading: 'lazy',
  });
  return h(
    'button',
    { type: 'button', class: 'photo', 'aria-label': alt, onclick: () => pictureBox(fileUrl(file), alt) },
    image,
  );
}

function documentCard(message) {
  const file = message.document ?? message.audio ?? message.video ?? message.animation;
  if (!file) return null;
  const name = file.file_name ?? t('file');
  const kind = /\.([a-z0-9]{1,5})$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  const badge = h(
    'span',
    { class: `file-badge ${kind}`, 'aria-hidden': 'true' },
    kind ? kind.toUpperCase() : icon('file'),
  );
  const words = h('span', { class: 'file-words' }, h('b', {}, name), h('small', {}, size(file.file_size)));
  const open = h(
    'a',
    { href: fileUrl(file), target: '_blank', rel: 'noopener', class: 'file-open', 'data-testid': 'document' },
    badge,
    words,
  );
  const save = h(
    'a',
    {
      href: `${fileUrl(file)}?download`,
      download: name,
      class: 'icon',
      'aria-label': `${t('download')}: ${name}`,
      title: t('download'),
    },
    icon('save'),
  );
  return h('div', { class: 'file' }, open, save);
}

function voice(message) {
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

function place(message) {
  const at = message.venue?.location ?? message.location;
  if (!at) return null;
  const coordinates = `${at.latitude.toFixed(5)}, ${at.longitude.toFixed(5)}`;
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
    h('div', { class: 'place-words' }, words, numbers),
  );
}

function contact(message) {
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

function quote(message) {
  const target = message.reply_to_message;
  if (!target) return null;
  const who = target.from.is_bot ? state.view.botName : target.from.first_name;
  const jump = () => {
    const node = document.querySelector(`[data-id="${target.message_id}"]`);
    node?.scrollIntoView({ block: 'center', behavior: 'smooth' });
    node?.classList.add('flash');
    setTimeout(() => node?.classList.remove('flash'), 1200);
  };
  return h(
    'button',
    { type: 'button', class: 'quote', onclick: jump },
    h('b', {}, who),
    h('span', {}, summary(target)),
  );
}

function keyboard(message, actions) {
  const rows = message.reply_markup?.inline_keyboard ?? [];
  if (rows.length === 0) return null;
  return h(
    'div',
    { class: 'inline-keyboard' },
    rows.map((row) =>
      h(
        'div',
        { class: 'row' },
        row.map((one) => inlineButton(message, one, actions)),
      ),
    ),
  );
}

function inlineButton(message, button, actions) {
  const mark = button.url || button.login_url || button.web_app ? 'link' : button.copy_text ? 'copy' : null;
  const props = {
    class: `key ${button.style ?? ''}`,
    'data-testid': 'button',
    'data-data': button.callback_data,
  };
  const content = [h('span', {}, button.text), mark ? icon(mark) : null];
  const url = button.url ?? button.login_url?.url ?? button.web_app?.url;
  if (url) {
    const onclick = (event) => {
      if (actions.link(url)) event.preventDefault();
    };
    return h(
      'a',
      { ...props, href: url, target: '_blank', rel: 'noopener', title: t('opensLink'), onclick },
      content,
    );
  }
  const onclick = (event) =>
    button.copy_text ? copy(button.copy_text.text) : actions.tap(message, button, event.currentTarget);
  return h('button', { ...props, type: 'button', onclick }, content);
}

function tools(message, actions) {
  const own = !message.from.is_bot && message.text !== undefined;
  return h(
    'div',
    { class: 'tools' },
    iconButton('reply', t('reply'), () => actions.reply(message)),
    own ? iconButton('edit', t('edit'), () => actions.edit(message)) : null,
  );
}

function meta(message) {
  const edited = message.edit_date ? h('span', { class: 'edited' }, t('edited')) : null;
  const tick = message.from.is_bot ? null : icon('check');
  return h('span', { class: 'meta' }, edited, h('time', {}, time(message.date)), tick);
}

function body(message, actions) {
  const text = message.text ?? message.caption;
  if (text === undefined) return null;
  return h('div', { class: 'words' }, formatted(text, message.entities ?? message.caption_entities, actions));
}

/** A message as it stands in the chat. */
export function bubble(message, actions) {
  const mine = !message.from.is_bot;
  const big = message.sticker ? h('div', { class: 'sticker' }, message.sticker.emoji ?? '🙂') : null;
  const forwarded = message.forward_origin
    ? h(
        'small',
        { class: 'forwarded' },
        `${t('forwarded')}: ${message.forward_origin.sender_user.first_name}`,
      )
    : null;
  const parts = [
    forwarded,
    quote(message),
    photo(message),
    documentCard(message),
    voice(message),
    place(message),
    contact(message),
    big,
    body(message, actions),
  ];
  const kinds = [
    mine ? 'mine' : 'theirs',
    message.photo ? 'has-photo' : '',
    big ? 'bare' : '',
    message.venue || message.location ? 'has-place' : '',
  ];
  return h(
    'article',
    {
      class: `message ${kinds.join(' ')}`,
      'data-testid': 'message',
      'data-id': message.message_id,
      'data-from': mine ? 'person' : 'bot',
      'aria-label': `${mine ? t('you') : state.view.botName}, ${time(message.date)}`,
    },
    h('div', { class: 'bubble' }, parts, meta(message)),
    keyboard(message, actions),
    tools(message, actions),
  );
}
