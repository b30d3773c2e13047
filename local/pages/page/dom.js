/** An element; children that are words become text, never HTML. */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? '' : String(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export const byId = (id) => document.getElementById(id);

/** Fills `#languages` with a button per language; `choose` gets the code of the one that is pressed. */
export function drawLanguages(name, current, choose) {
  byId('languages').setAttribute('aria-label', name);
  byId('languages').replaceChildren(
    ...['kk', 'ru'].map((code) =>
      h(
        'button',
        {
          type: 'button',
          lang: code,
          'data-testid': `lang-${code}`,
          'aria-pressed': String(current === code),
          onclick: () => choose(code),
        },
        code === 'kk' ? 'Қаз' : 'Рус',
      ),
    ),
  );
}

/** @throws Error with the server's word, `status` and `detail`. */
export async function post(path, body) {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok)
    throw Object.assign(new Error(answer.error), { status: response.status, detail: answer.detail });
  return answer;
}
