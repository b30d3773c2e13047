import { copy } from './dialog.js';
import { h, icon, iconButton } from './dom.js';
import { formatted } from './format.js';
import { contact, documentCard, photo, place, voice } from './media.js';
import { state } from './state.js';
import { t, time } from './texts.js';

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
  const here = button.switch_inline_query_current_chat !== undefined;
  const inline = button.switch_inline_query_current_chat ?? button.switch_inline_query;
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
  if (inline !== undefined) {
    return h(
      'button',
      {
        ...props,
        type: 'button',
        title: t('viaHint'),
        onclick: () => (here ? actions.inline(inline) : actions.inlineElsewhere(inline)),
      },
      [content[0], icon('find')],
    );
  }
  const onclick = (event) =>
    button.copy_text ? copy(button.copy_text.text) : actions.tap(message, button, event.currentTarget);
  return h('button', { ...props, type: 'button', onclick }, content);
}

function tools(message, actions) {
  const own = !message.from.is_bot && message.text !== undefined && !message.via_bot;
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
  const kept = message.has_protected_content
    ? h(
        'span',
        { class: 'kept', role: 'img', 'aria-label': t('protected'), title: t('protected') },
        icon('lock'),
      )
    : null;
  return h('span', { class: 'meta' }, kept, edited, h('time', {}, time(message.date)), tick);
}

function body(message, actions) {
  const text = message.text ?? message.caption;
  if (text === undefined) return null;
  return h('div', { class: 'words' }, formatted(text, message.entities ?? message.caption_entities, actions));
}

function via(message, actions) {
  if (!message.via_bot) return null;
  const name = `@${message.via_bot.username}`;
  const link = h(
    'button',
    { type: 'button', class: 'inline-link', title: t('viaHint'), onclick: () => actions.inline() },
    name,
  );
  const [before, after] = t('via').split('{bot}');
  return h('small', { class: 'via', 'data-testid': 'via' }, before, link, after);
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
  const words = body(message, actions);
  const above = message.show_caption_above_media ? words : null;
  const parts = [
    via(message, actions),
    forwarded,
    quote(message),
    above,
    photo(message),
    documentCard(message),
    voice(message),
    place(message),
    contact(message),
    big,
    above ? null : words,
  ];
  const kinds = [
    mine ? 'mine' : 'theirs',
    message.photo ? 'has-photo' : '',
    above ? 'words-above' : '',
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
