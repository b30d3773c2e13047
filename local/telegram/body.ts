import type { IncomingMessage } from 'node:http';
import { ApiError, bad } from './errors.ts';
import { isRecord } from './params.ts';
import type { Params } from './types.ts';

/** A file of a multipart request. */
export class Upload {
  readonly name: string;
  readonly mime: string;
  readonly bytes: Buffer;

  constructor(name: string, mime: string, bytes: Buffer) {
    this.name = name;
    this.mime = mime;
    this.bytes = bytes;
  }

  /** So that a call log shows the file's size and not its bytes. */
  toJSON(): string {
    return `[file ${this.name}, ${this.bytes.length} bytes]`;
  }
}

const MAX_BODY = 60 * 1024 * 1024;

/** The whole body; 413 past 60 MB. */
export async function readBody(req: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > MAX_BODY) throw new ApiError(413, 'Request Entity Too Large');
    chunks.push(chunk);
  }
  const [only] = chunks;
  return chunks.length === 1 && only ? only : Buffer.concat(chunks);
}

function dispositionValue(header: string, key: string): string | undefined {
  const extended = new RegExp(`${key}\\*=UTF-8''([^;\\r\\n]+)`, 'i').exec(header)?.[1];
  if (extended !== undefined) return decodeURIComponent(extended);
  const match = new RegExp(`[; ]${key}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\r\\n]*))`, 'i').exec(header);
  return match?.[1] ?? match?.[2];
}

function readPart(part: Buffer, params: Params): void {
  const split = part.indexOf('\r\n\r\n');
  if (split < 0) return;
  const header = part.subarray(0, split).toString('utf8');
  const body = part.subarray(split + 4);
  const disposition = /^content-disposition:(.*)$/im.exec(header)?.[1] ?? '';
  const name = dispositionValue(disposition, 'name');
  if (name === undefined) return;
  const file = dispositionValue(disposition, 'filename');
  if (file === undefined) {
    params[name] = body.toString('utf8');
    return;
  }
  const mime = /^content-type:\s*([^\s;]+)/im.exec(header)?.[1] ?? 'application/octet-stream';
  params[name] = new Upload(file.replaceAll(/[/\\]/g, '_'), mime, Buffer.from(body));
}

function parseMultipart(body: Buffer, boundary: string): Params {
  const params: Params = {};
  const mark = Buffer.from(`--${boundary}`);
  let at = body.indexOf(mark);
  while (at >= 0) {
    const from = at + mark.length;
    const next = body.indexOf(mark, from);
    if (next < 0) break;
    // Between two marks: CRLF, headers, empty line, bytes, CRLF.
    readPart(body.subarray(from + 2, next - 2), params);
    at = next;
  }
  return params;
}

/** Arguments of a request: query string, then JSON, form or multipart body over it. */
export async function readParams(req: IncomingMessage, query: string): Promise<Params> {
  const params: Params = query === '' ? {} : Object.fromEntries(new URLSearchParams(query));
  const body = await readBody(req);
  if (body.length === 0) return params;
  const type = req.headers['content-type'] ?? '';
  if (type.startsWith('multipart/form-data')) {
    const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1];
    if (boundary === undefined) throw bad('wrong multipart boundary');
    return { ...params, ...parseMultipart(body, boundary) };
  }
  const text = body.toString('utf8');
  if (type.startsWith('application/x-www-form-urlencoded')) {
    return { ...params, ...Object.fromEntries(new URLSearchParams(text)) };
  }
  try {
    const parsed: unknown = JSON.parse(text);
    if (isRecord(parsed)) return query === '' ? parsed : { ...params, ...parsed };
  } catch {
    // Falls to the refusal below: a body that is not an object is refused in the same words.
  }
  throw bad("can't parse JSON object");
}
