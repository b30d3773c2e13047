import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** What the small pages of this machine share. Nothing of it is for the internet. */

const TYPES: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};
/** What several pages use, as a file of each of them. */
const SHARED = new URL('./page/', import.meta.url);
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const BODY_LIMIT = 4 * 1024 * 1024;

/** The caller asked for what cannot be: `message` is told to them. */
export class PageError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = 'PageError';
    this.status = status;
  }
}

/** Serves `<folder>/<name>` or what several pages share; `index.html` for the empty name. False when there is no such file. */
export function serveFile(res: ServerResponse, folder: URL, name: string): Promise<boolean> {
  return serveFrom(res, [folder, SHARED], name, POLICY);
}

/** The same from the first of the folders that has the file, under a content security policy of one's own. */
export async function serveFrom(
  res: ServerResponse,
  folders: readonly URL[],
  name: string,
  policy: string,
): Promise<boolean> {
  const file = name === '' ? 'index.html' : name;
  const extension = /^[a-z-]+\.(html|css|js|svg)$/.exec(file)?.[1];
  if (extension === undefined) return false;
  const bytes = await firstOf(folders.map((folder) => new URL(file, folder)));
  if (!bytes) return false;
  res.writeHead(200, {
    'content-type': TYPES[extension],
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-cache',
  });
  res.end(bytes);
  return true;
}

async function firstOf(files: readonly URL[]): Promise<Uint8Array | undefined> {
  for (const file of files) {
    const bytes = await readFile(file).catch(() => undefined);
    if (bytes) return bytes;
  }
  return undefined;
}

export function sendJson(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  res.end(JSON.stringify(body));
}

/** A document to be looked at in a frame of our own page. */
export function sendDocument(res: ServerResponse, type: string, bytes: Uint8Array): void {
  res.writeHead(200, {
    'content-type': type,
    'content-disposition': 'inline',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    'content-security-policy': "frame-ancestors 'self'",
  });
  res.end(bytes);
}

/** Starts a stream of server-sent events. */
export function openStream(res: ServerResponse): void {
  res.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    connection: 'keep-alive',
  });
  res.write('retry: 1000\n\n');
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The JSON object of a POST. Another site open in the same browser must not act here.
 * @throws PageError
 */
export async function readObject(req: IncomingMessage): Promise<Record<string, unknown>> {
  const { origin, host } = req.headers;
  if (origin !== undefined && URL.parse(origin)?.host !== host) throw new PageError(403, 'another site');
  if (!req.headers['content-type']?.startsWith('application/json'))
    throw new PageError(415, 'JSON is wanted');
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of req) {
    if (!Buffer.isBuffer(part)) continue;
    size += part.length;
    if (size > BODY_LIMIT) throw new PageError(413, 'too large');
    parts.push(part);
  }
  let body: unknown;
  try {
    body = JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch {
    throw new PageError(400, 'no JSON');
  }
  if (!isRecord(body)) throw new PageError(400, 'an object is wanted');
  return body;
}

/** Answers what `work` throws as `{error}`; what is no PageError goes on. */
export async function orError(res: ServerResponse, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof PageError)) throw error;
    sendJson(res, error.status, { error: error.message });
  }
}
