import { Bot } from 'grammy';
import { startTelegram, type TelegramOptions, type TelegramStandIn } from './server.ts';

export const TOKEN = '7000000001:test-token-of-the-stand-in';
export const PARENT = 700_000_101;
export const OTHER = 700_000_102;

/** A stand-in with two people on a free port. */
export function standIn(options: Partial<TelegramOptions> = {}): Promise<TelegramStandIn> {
  return startTelegram({
    port: 0,
    token: TOKEN,
    botUsername: 'kezek_test_bot',
    people: [
      { id: PARENT, first_name: 'Айгүл', last_name: 'Сынақова', phone: '+77010000001', started: true },
      { id: OTHER, first_name: 'Болат', language_code: 'ru', phone: '+77010000002', started: true },
    ],
    ...options,
  });
}

/** A real grammY bot that talks to the stand-in. */
export function botFor(telegram: TelegramStandIn): Bot {
  return new Bot(TOKEN, { client: { apiRoot: telegram.apiRoot } });
}

/** One raw Bot API call, as any client would make it. */
export async function raw(
  telegram: TelegramStandIn,
  method: string,
  body: unknown = {},
): Promise<{
  status: number;
  ok: boolean;
  result: unknown;
  description: string;
  retryAfter: number | undefined;
}> {
  const response = await fetch(`${telegram.apiRoot}/bot${TOKEN}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as {
    ok: boolean;
    result?: unknown;
    description?: string;
    parameters?: { retry_after: number };
  };
  return {
    status: response.status,
    ok: answer.ok,
    result: answer.result,
    description: answer.description ?? '',
    retryAfter: answer.parameters?.retry_after,
  };
}
