/** @typedef {Node | string | null | undefined | false} Child */

/**
 * Makes an element: `h('button', { class: 'x', onclick: f }, 'text', child)`. Text is always text, never HTML.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, unknown>} [props]
 * @param {(Child | readonly Child[])[]} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === 'function')
      node.addEventListener(key.slice(2), /** @type {EventListener} */ (value));
    else node.setAttribute(key, value === true ? '' : String(value));
  }
  put(node, ...children);
  return node;
}

/**
 * Puts other children into a node.
 * @param {Element} node
 * @param {(Child | readonly Child[])[]} children
 */
export function put(node, ...children) {
  const present = children.flat().filter((child) => child !== null && child !== undefined && child !== false);
  node.replaceChildren(.../** @type {(Node | string)[]} */ (present));
}

const PATHS = {
  computer: 'M4 5h16v10H4zM2.5 19h19M9.5 15v4M14.5 15v4',
  phone:
    'M8 2.5h8a1.5 1.5 0 0 1 1.5 1.5v16a1.5 1.5 0 0 1-1.5 1.5H8A1.5 1.5 0 0 1 6.5 20V4A1.5 1.5 0 0 1 8 2.5ZM11 18.5h2',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  warning: 'M12 4 2.800 19.5h18.400L12 4ZM12 10v4.5M12 17.200v.1',
  info: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 11v5M12 7.800v.1',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 7.5V12l3 2',
  file: 'M6 3h8l4 4v14H6zM14 3v4h4',
};

/** @param {keyof typeof PATHS} name */
export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('class', 'icon');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', PATHS[name]);
  svg.append(path);
  return svg;
}

/**
 * An element that the document certainly has.
 * @param {string} id
 */
export function byId(id) {
  const node = document.getElementById(id);
  if (!node) throw new Error(`no element ${id}`);
  return node;
}
