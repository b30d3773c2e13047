import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { s3ScanStore } from './s3-store.ts';

const KEY = 'ab'.repeat(32);
const REGION = 'kz-ala-1';
const access = { accessKey: 'AKIDKEZEK', secretKey: 'secret/of+the/test' };

const files = new Map<string, Buffer>();
const asked: string[] = [];
/** What the next requests are answered with instead: a status, or a line that breaks. */
const troubles: (number | 'break')[] = [];

/** A storage that speaks as much of S3 as is needed, and lets nobody in without the right signature. */
const server = createServer((request, response) => {
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('end', () => answer(request, response, Buffer.concat(pieces)));
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
afterAll(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});
const port = (server.address() as AddressInfo).port;
const store = (more: { bucket?: string; endpoint?: string; secretKey?: string } = {}) =>
  s3ScanStore({
    endpoint: `http://127.0.0.1:${port}`,
    bucket: 'kezek',
    region: REGION,
    restsMs: [1, 1],
    ...access,
    ...more,
  });

function answer(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
  const { method = '', url = '' } = request;
  asked.push(`${method} ${request.headers.host?.split(':')[0]} ${url}`);
  const trouble = troubles.shift();
  if (trouble === 'break') return void response.destroy();
  if (trouble !== undefined) return void response.writeHead(trouble).end('<Error/>');
  if (!isSigned(request)) return void response.writeHead(403).end('<Code>SignatureDoesNotMatch</Code>');
  const file = files.get(url);
  if (method === 'PUT') {
    if (Number(request.headers['content-length']) !== body.length) return void response.writeHead(411).end();
    files.set(url, body);
    return void response.writeHead(200).end();
  }
  if (method === 'DELETE') {
    files.delete(url);
    return void response.writeHead(204).end();
  }
  if (file === undefined) return void response.writeHead(404).end();
  response.writeHead(200, { 'content-length': file.length }).end(method === 'HEAD' ? undefined : file);
}

/** Signature Version 4 as its reader computes it, from the request as it came. */
function isSigned({ method = '', url = '', headers }: IncomingMessage): boolean {
  const parts =
    /Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), Signature=(\w{64})$/.exec(
      headers.authorization ?? '',
    );
  if (parts === null) return false;
  const [, id, day = '', region = '', names = '', signature] = parts;
  const signed = names.split(';');
  if (id !== access.accessKey || !signed.includes('host') || !signed.includes('x-amz-content-sha256'))
    return false;
  const lines = signed.map((name) => `${name}:${String(headers[name]).trim()}\n`).join('');
  const payload = String(headers['x-amz-content-sha256']);
  const canonical = [method, url, '', lines, names, payload].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const hash = createHash('sha256').update(canonical).digest('hex');
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, hash].join('\n');
  const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest();
  const key = [day, region, 's3', 'aws4_request'].reduce(hmac, Buffer.from(`AWS4${access.secretKey}`));
  return hmac(key, text).toString('hex') === signature && region === REGION;
}

async function* pieces(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text);
}
const again = (...texts: string[]) => ({ [Symbol.asyncIterator]: () => pieces(...texts) });
const read = async (from: AsyncIterable<Uint8Array> | undefined) => {
  if (from === undefined) return undefined;
  let text = '';
  for await (const piece of from) text += Buffer.from(piece).toString();
  return text;
};

beforeEach(() => {
  files.clear();
  asked.length = 0;
  troubles.length = 0;
});

describe('a bucket of scans', () => {
  it('keeps, gives back and forgets, each request signed', async () => {
    expect(await store().get(KEY)).toBeUndefined();
    await store().put(KEY, again('one ', 'two'), 7);
    expect([...files.keys()]).toEqual([`/kezek/scans/${KEY}`]);
    expect(await read(await store().get(KEY))).toBe('one two');
    await store().remove(KEY);
    expect(await store().get(KEY)).toBeUndefined();
    await store().remove(KEY);
  });

  it('changes nothing under a key that is there', async () => {
    await store().put(KEY, again('one'), 3);
    await store().put(KEY, again('two'), 3);
    expect(await read(await store().get(KEY))).toBe('one');
    expect(asked.filter((one) => one.startsWith('PUT'))).toHaveLength(1);
  });

  it('may stand in the name of the host instead of the path', async () => {
    // The name of the bucket is what the name of the host begins with.
    const hosted = store({ bucket: '127' });
    await hosted.put(KEY, again('one'), 3);
    expect([...files.keys()]).toEqual([`/scans/${KEY}`]);
    expect(asked.at(-1)).toBe(`PUT 127.0.0.1 /scans/${KEY}`);
    expect(await read(await hosted.get(KEY))).toBe('one');
  });

  it('is closed to another key, and that is told', async () => {
    const stranger = store({ secretKey: 'another' });
    await expect(stranger.get(KEY)).rejects.toThrow('403');
    await expect(stranger.put(KEY, again('one'), 3)).rejects.toThrow('403');
    await expect(stranger.remove(KEY)).rejects.toThrow('403');
    expect(files.size).toBe(0);
    // Nothing that would come out otherwise a second time.
    expect(asked).toHaveLength(3);
  });
});

describe('trouble', () => {
  it.each<[number | 'break']>([[500], [503], [429], ['break']])('%s is tried again', async (trouble) => {
    troubles.push(trouble, trouble);
    await store().put(KEY, again('one'), 3);
    expect(asked.filter((one) => one.startsWith('HEAD'))).toHaveLength(3);
    expect(await read(await store().get(KEY))).toBe('one');
  });

  it('in the middle of storing begins the content anew', async () => {
    await store().get(KEY);
    const puts = () => asked.filter((one) => one.startsWith('PUT')).length;
    let readings = 0;
    const content = {
      [Symbol.asyncIterator]: () => {
        readings += 1;
        if (readings < 3) troubles.push(readings === 1 ? 'break' : 503);
        return pieces('one', 'two');
      },
    };
    await store().put(KEY, content, 6);
    expect([readings, puts()]).toEqual([3, 3]);
    expect(await read(await store().get(KEY))).toBe('onetwo');
  });

  it('that lasts is a fault, after three tries', async () => {
    troubles.push(500, 500, 500);
    await expect(store().get(KEY)).rejects.toThrow('500');
    troubles.push('break', 'break', 'break');
    await expect(store().remove(KEY)).rejects.toThrow();
    expect(asked).toHaveLength(6);
  });

  it('of the content itself is a fault, and nothing is kept', async () => {
    const broken = {
      async *[Symbol.asyncIterator]() {
        yield Buffer.from('one');
        throw new Error('the disk is gone');
      },
    };
    await expect(store().put(KEY, broken, 6)).rejects.toThrow();
    expect(files.size).toBe(0);
  });
});
