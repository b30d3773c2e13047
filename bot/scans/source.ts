import { get as httpGet, type IncomingMessage } from 'node:http';
import { get as httpsGet } from 'node:https';
import { GrammyError, HttpError } from 'grammy';
import type { KezekContext } from '../context.ts';
import { Refusal, SCAN_RULES, type ScanSource } from '../core.ts';

const TELEGRAM = 'https://api.telegram.org';
const SILENCE_MS = 15_000;
const WHOLE_MS = 120_000;

/**
 * The picture or file that a message brings: of a photo the largest size. Undefined for everything else that people send.
 * When the content cannot be had now, `open` and its pieces throw grammY's `HttpError`: an outage, the update comes again.
 */
export function scanSourceOf(ctx: KezekContext): ScanSource | undefined {
  const file = fileOf(ctx.message);
  if (file === undefined) return undefined;
  return { size: file.file_size, open: () => download(ctx, file.file_id) };
}

function fileOf(message: KezekContext['message']): { file_id: string; file_size?: number } | undefined {
  const photo = message?.photo?.toSorted((a, b) => b.width * b.height - a.width * a.height)[0];
  return photo ?? message?.document;
}

async function download({ api }: KezekContext, fileId: string): Promise<AsyncIterable<Uint8Array>> {
  const path = await api.getFile(fileId).then(
    (file) => file.file_path,
    (error: unknown) => {
      throw reasonOf(error);
    },
  );
  if (path === undefined) throw new Refusal('scan.gone');
  // The address holds the token: no error that leaves this file may tell it.
  const response = await fetched(`${api.options?.apiRoot ?? TELEGRAM}/file/bot${api.token}/${path}`);
  if (response.statusCode === 200) return pieces(response);
  response.resume();
  if (response.statusCode === 404) throw new Refusal('scan.gone');
  throw outage(new Error(`HTTP status ${response.statusCode}`));
}

/** What Telegram says to a file that nobody can fetch, as a reason a person understands. */
function reasonOf(error: unknown): unknown {
  if (!(error instanceof GrammyError) || error.error_code !== 400) return error;
  if (error.description.includes('file is too big'))
    return new Refusal('scan.tooLarge', { limitMb: SCAN_RULES.maxBytes / 1024 / 1024 });
  return new Refusal('scan.gone');
}

function fetched(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(WHOLE_MS);
    const get = url.startsWith('https:') ? httpsGet : httpGet;
    const request = get(url, { signal, timeout: SILENCE_MS }, resolve);
    request.once('timeout', () => request.destroy(new Error('Telegram fell silent')));
    request.once('error', (error) => reject(outage(error)));
  });
}

async function* pieces(response: IncomingMessage): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of response) yield piece as Uint8Array;
  } catch (error) {
    throw outage(error);
  }
}

function outage(cause: unknown): HttpError {
  return new HttpError('a file could not be fetched from Telegram', cause);
}
