/** The server's words; `reason` names what the page can say better. */
function refusal(body, status) {
  const reason = status === 413 ? 'too-big' : body?.reason;
  return Object.assign(new Error(body?.error ?? `${status}`), { reason });
}

/** Asks the stand-in. @throws Error with its own words when it refuses */
async function ask(path, init) {
  const response = await fetch(`/sim/${path}`, init);
  const body = await response.json().catch(() => null);
  if (!response.ok) throw refusal(body, response.status);
  return body;
}

export const get = (path) => ask(path);

export const post = (path, body = {}) =>
  ask(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

export const remove = (path) => ask(path, { method: 'DELETE' });

/** Something a person does. */
export const act = (id, action, body) => post(`people/${id}/${action}`, body);

/**
 * Puts a file with Telegram without sending it; resolves with its name for `album`. `onProgress` hears the share done,
 * 0 to 1; `signal` breaks it off.
 */
export function upload(id, kind, file, onProgress, signal) {
  const form = new FormData();
  form.append('kind', kind);
  form.append('file', file, file.name);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `/sim/people/${id}/upload`);
    request.responseType = 'json';
    request.upload.onprogress = (event) => onProgress(event.loaded / Math.max(1, event.total));
    request.onload = () => {
      if (request.status === 200) resolve(request.response.upload);
      else reject(refusal(request.response, request.status));
    };
    request.onerror = () => reject(new Error(String(request.status)));
    request.onabort = () => reject(new DOMException('stopped', 'AbortError'));
    signal.addEventListener('abort', () => request.abort());
    request.send(form);
  });
}

/** Every event of the stand-in; `onState(false)` while the connection is lost. */
export function listen(onEvent, onState) {
  const source = new EventSource('/sim/events');
  source.onmessage = (event) => onEvent(JSON.parse(event.data));
  source.onopen = () => onState(true);
  source.onerror = () => onState(false);
}
