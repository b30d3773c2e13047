/** Asks the stand-in. @throws Error with its own words when it refuses */
async function ask(path, init) {
  const response = await fetch(`/sim/${path}`, init);
  const body = await response.json().catch(() => null);
  if (!response.ok) throw new Error(body?.error ?? `${response.status}`);
  return body;
}

export const get = (path) => ask(path);

export const post = (path, body = {}) =>
  ask(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

export const remove = (path) => ask(path, { method: 'DELETE' });

/** Something a person does. */
export const act = (id, action, body) => post(`people/${id}/${action}`, body);

export function upload(id, kind, file, caption = '') {
  const form = new FormData();
  form.append('file', file, file.name);
  form.append('caption', caption);
  return ask(`people/${id}/${kind}`, { method: 'POST', body: form });
}

/** Every event of the stand-in; `onState(false)` while the connection is lost. */
export function listen(onEvent, onState) {
  const source = new EventSource('/sim/events');
  source.onmessage = (event) => onEvent(JSON.parse(event.data));
  source.onopen = () => onState(true);
  source.onerror = () => onState(false);
}
