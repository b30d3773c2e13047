/** @typedef {'free' | 'prompt' | 'granted' | 'denied'} NetworkPermission */

/** Chromium's names for what a public page needs to reach this very computer, newest first. */
const NAMES = ['loopback-network', 'local-network-access'];

/**
 * What the browser will do when the page reaches for a program on this computer. `free`: it does not ask, because it has
 * no such rule or because the page itself comes from this computer.
 * @returns {Promise<NetworkPermission>}
 */
export async function networkPermission() {
  if (isLoopback(location.hostname)) return 'free';
  for (const name of NAMES) {
    const state = await query(name);
    if (state !== null) return state;
  }
  return 'free';
}

/**
 * @param {string} name
 * @returns {Promise<PermissionState | null>}
 */
async function query(name) {
  try {
    const status = await navigator.permissions.query({ name: /** @type {PermissionName} */ (name) });
    return status.state;
  } catch {
    return null;
  }
}

/** @param {string} host */
function isLoopback(host) {
  return host === 'localhost' || host.endsWith('.localhost') || /^127\.|^\[::1\]$/.test(host);
}
