import { Api } from 'grammy';
import type { Log } from './core.ts';
import { createTelegramFetch } from './telegram-fetch.ts';

const PATIENCE_SECONDS = 5;

/**
 * Where a browser opens the chat with this bot: `https://t.me/<its name>`. Undefined when Telegram does not say so in five
 * seconds: pages and letters then offer no way back, and nothing waits for it.
 */
export async function chatAddress(
  { token, apiRoot }: { readonly token: string; readonly apiRoot: string },
  log: Log,
): Promise<string | undefined> {
  const api = new Api(token, { apiRoot, timeoutSeconds: PATIENCE_SECONDS, fetch: createTelegramFetch() });
  try {
    const { username } = await api.getMe();
    return `https://t.me/${username}`;
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unknown';
    log.warn({ error: name }, 'Telegram does not tell the name of the bot');
    return undefined;
  }
}
