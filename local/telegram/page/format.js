import { copy } from './dialog.js';
import { h } from './dom.js';
import { t } from './texts.js';

const TAGS = {
  bold: 'b',
  italic: 'i',
  underline: 'u',
  strikethrough: 's',
  blockquote: 'blockquote',
  expandable_blockquote: 'blockquote',
};

const BLOCKS = new Set(['blockquote', 'expandable_blockquote', 'pre']);

/**
 * Text with its entities as nodes. `actions.command(text)` runs a tapped command, `actions.link(url)` may take a link
 * over (true) before the browser opens it.
 */
export function formatted(text, entities = [], actions) {
  const ordered = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return range(text, 0, text.length, ordered, actions);
}

function range(text, from, to, entities, actions) {
  const nodes = [];
  let at = from;
  let index = 0;
  while (index < entities.length) {
    const entity = entities[index++];
    if (entity.offset < at) continue;
    const end = Math.min(to, entity.offset + entity.length);
    const inner = [];
    while (index < entities.length && entities[index].offset < end) inner.push(entities[index++]);
    const block = BLOCKS.has(entity.type);
    if (entity.offset > at)
      nodes.push(block ? text.slice(at, entity.offset).replace(/\n$/, '') : text.slice(at, entity.offset));
    nodes.push(
      wrap(entity, text.slice(entity.offset, end), range(text, entity.offset, end, inner, actions), actions),
    );
    // A block stands on its own lines: the line feeds beside it would be empty lines.
    at = block && text[end] === '\n' && end < to ? end + 1 : end;
  }
  if (at < to) nodes.push(text.slice(at, to));
  return nodes;
}

function anchor(url, children, actions) {
  const onclick = (event) => {
    if (actions.link(url)) event.preventDefault();
  };
  return h('a', { href: url, target: '_blank', rel: 'noopener noreferrer', onclick }, children);
}

function spoiler(children) {
  const node = h(
    'span',
    { class: 'spoiler', role: 'button', tabindex: 0, 'aria-label': t('spoiler') },
    children,
  );
  const open = () => {
    node.classList.add('open');
    node.removeAttribute('aria-label');
    node.removeAttribute('role');
  };
  node.addEventListener('click', open);
  node.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' || event.key === ' ') open();
  });
  return node;
}

const safe = (url) => (/^(https?|tg|mailto|tel):/i.test(url) ? url : `http://${url}`);

function wrap(entity, text, children, actions) {
  const tag = TAGS[entity.type];
  if (entity.type === 'expandable_blockquote') {
    const quote = h('blockquote', { class: 'folded', tabindex: 0 }, children);
    quote.addEventListener('click', () => quote.classList.toggle('folded'));
    return quote;
  }
  if (tag) return h(tag, {}, children);
  switch (entity.type) {
    case 'spoiler':
      return spoiler(children);
    case 'code':
      return h('code', { title: t('copy'), onclick: () => copy(text) }, children);
    case 'pre':
      return h('pre', { 'data-language': entity.language }, h('code', {}, children));
    case 'text_link':
      return anchor(safe(entity.url), children, actions);
    case 'url':
      return anchor(safe(text), children, actions);
    case 'email':
      return anchor(`mailto:${text}`, children, actions);
    case 'bot_command':
      return h(
        'button',
        { type: 'button', class: 'inline-link', onclick: () => actions.command(text) },
        children,
      );
    case 'mention':
    case 'hashtag':
    case 'text_mention':
      return h('span', { class: 'mention' }, children);
    default:
      return h('span', {}, children);
  }
}
