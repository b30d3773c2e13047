/** @import { WireView } from '../sign-wire.ts' */
import { getView } from './api.js';

const POLL_MS = 5_000;
/** How long a page may have been out of sight before its view is looked at anew. */
const AWAY_MS = 1_000;

/**
 * Tells every change of the link: by the server's events; where they are not to be had, by asking. Also when the person
 * comes back to the page, since a phone lets connections die meanwhile. Returns the way to stop.
 * @param {string} id
 * @param {(view: WireView) => void} onView
 */
export function follow(id, onView) {
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let polling;
  let hiddenAt = 0;
  let stopped = false;
  const look = async () => {
    const view = await getView(id).catch(() => null);
    if (view && !stopped) onView(view);
  };
  const source = new EventSource(`/sign/api/${id}/events`);
  source.addEventListener('view', ({ data }) => onView(JSON.parse(data)));
  source.addEventListener('error', () => {
    if (source.readyState === EventSource.CLOSED && !stopped) polling ??= setInterval(look, POLL_MS);
  });
  const onVisibility = () => {
    if (document.hidden) hiddenAt = Date.now();
    else if (Date.now() - hiddenAt > AWAY_MS) void look();
  };
  document.addEventListener('visibilitychange', onVisibility);
  return {
    look,
    stop: () => {
      stopped = true;
      source.close();
      clearInterval(polling);
      document.removeEventListener('visibilitychange', onVisibility);
    },
  };
}
