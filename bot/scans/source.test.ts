import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Api, HttpError } from 'grammy';
import type { Message } from 'grammy/types';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { KezekContext } from '../context.ts';
import { Refusal } from '../core.ts';
import { isMessengerOutage } from '../intake/intake.ts';
import { scanSourceOf } from './source.ts';

const TOKEN = '7000000001:token-of-the-test';
const CONTENT = Buffer.alloc(200_000, 7);
const asked: string[] = [];
let getFile: (response: ServerResponse) => void;
let file: (response: ServerResponse) => void;
const json = (response: ServerResponse, status: number, body: unknown) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

/** Stands for the Bot API. */
const server: Server = createServer((request, response) => {
  asked.push(request.url ?? '');
  request.resume();
  if (request.url === `/bot${TOKEN}/getFile`) getFile(response);
  else file(response);
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
afterAll(() => new Promise((resolve) => server.close(resolve)));
const apiRoot = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

beforeEach(() => {
  asked.length = 0;
  getFile = (response) =>
    json(response, 200, { ok: true, result: { file_id: 'f', file_path: 'photos/file_1.jpg' } });
  file = (response) => response.end(CONTENT);
});

const size = (id: string, width: number, height: number, bytes?: number) => ({
  file_id: id,
  file_unique_id: id,
  width,
  height,
  ...(bytes === undefined ? {} : { file_size: bytes }),
});
const contextOf = (message: Partial<Message>) =>
  ({ message, api: new Api(TOKEN, { apiRoot }) }) as unknown as KezekContext;
const photo = contextOf({
  photo: [size('m', 320, 240, 9), size('l', 1280, 960, 200_000), size('s', 90, 60, 1)],
});

async function read(ctx: KezekContext): Promise<Buffer> {
  const source = scanSourceOf(ctx);
  if (source === undefined) throw new Error('no source');
  const pieces: Uint8Array[] = [];
  for await (const piece of await source.open()) pieces.push(piece);
  return Buffer.concat(pieces);
}
const faultOf = (ctx: KezekContext): Promise<unknown> =>
  read(ctx).then(
    () => 'read',
    (error: unknown) => error,
  );

describe('what a message brings', () => {
  it('of a photo is its largest size, of a file its size as Telegram tells it', () => {
    expect(scanSourceOf(photo)?.size).toBe(200_000);
    const document = { file_id: 'd', file_unique_id: 'd', file_size: 25_000_000 };
    expect(scanSourceOf(contextOf({ document }))?.size).toBe(25_000_000);
    const untold = { file_id: 'd', file_unique_id: 'd' };
    expect(scanSourceOf(contextOf({ document: untold }))?.size).toBeUndefined();
  });

  it('of anything else is nothing', () => {
    const media = { file_id: 'x', file_unique_id: 'x', duration: 1, width: 9, height: 9, length: 9 };
    expect(scanSourceOf(contextOf({ text: 'ЖСН' }))).toBeUndefined();
    expect(scanSourceOf(contextOf({ voice: media }))).toBeUndefined();
    expect(scanSourceOf(contextOf({ video: media }))).toBeUndefined();
    expect(scanSourceOf(contextOf({ video_note: media }))).toBeUndefined();
    expect(scanSourceOf({ message: undefined } as unknown as KezekContext)).toBeUndefined();
  });

  it('is asked for only when there is room, and comes piece by piece', async () => {
    scanSourceOf(photo);
    expect(asked).toEqual([]);
    expect((await read(photo)).equals(CONTENT)).toBe(true);
    expect(asked).toEqual([`/bot${TOKEN}/getFile`, `/file/bot${TOKEN}/photos/file_1.jpg`]);
  });
});

describe('what cannot be had', () => {
  const refusal = (description: string) => (response: ServerResponse) =>
    json(response, 400, { ok: false, error_code: 400, description: `Bad Request: ${description}` });

  it.each([
    ['file is too big', 'scan.tooLarge'],
    ['wrong file_id or the file is temporarily unavailable', 'scan.gone'],
  ])('ever, because «%s», is a refusal', async (description, code) => {
    getFile = refusal(description);
    const fault = await faultOf(photo);
    expect(fault).toBeInstanceOf(Refusal);
    expect(fault).toMatchObject({ code });
  });

  it('any more is a refusal', async () => {
    file = (response) => response.writeHead(404).end();
    expect(await faultOf(photo)).toMatchObject({ code: 'scan.gone' });
    getFile = (response) => json(response, 200, { ok: true, result: { file_id: 'f' } });
    expect(await faultOf(photo)).toMatchObject({ code: 'scan.gone' });
  });

  const broken = (status: number) => (response: ServerResponse) => json(response, status, bad(status));
  it.each<[string, typeof getFile | undefined, typeof file | undefined]>([
    ['the Bot API is broken', broken(502), undefined],
    ['it asks to wait', broken(429), undefined],
    ['the files are broken', undefined, (response) => response.writeHead(500).end()],
    ['the line breaks before the answer', undefined, (response) => response.destroy()],
    ['the line breaks in the middle', undefined, inHalf],
  ])('now, because %s, is an outage: the update comes again', async (_, api, files) => {
    getFile = api ?? getFile;
    file = files ?? file;
    expect(isMessengerOutage(await faultOf(photo))).toBe(true);
  });

  it('is never told with the address, which holds the token', async () => {
    for (const breaks of [(response: ServerResponse) => response.destroy(), inHalf]) {
      file = breaks;
      const fault = await faultOf(photo);
      if (!(fault instanceof HttpError)) throw new Error('no outage');
      expect(`${fault.message} ${fault.stack} ${String(fault.error)}`).not.toContain(TOKEN);
    }
  });

  function bad(error_code: number) {
    return { ok: false, error_code, description: 'trouble', parameters: { retry_after: 1 } };
  }
  function inHalf(response: ServerResponse) {
    response.writeHead(200, { 'content-length': CONTENT.length });
    response.write(CONTENT.subarray(0, 1_000), () => response.destroy());
  }
});
