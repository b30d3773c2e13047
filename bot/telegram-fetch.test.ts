import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { Api, HttpError, InputFile } from 'grammy';
import { afterAll, describe, expect, it } from 'vitest';
import { PARENT, standIn, TOKEN } from '../local/telegram/testing.ts';
import { createTelegramFetch } from './telegram-fetch.ts';

const telegram = await standIn();
afterAll(() => telegram.close());

const apiAt = (apiRoot: string) => new Api(TOKEN, { apiRoot, fetch: createTelegramFetch() });

let answer: (req: IncomingMessage, res: ServerResponse) => unknown = () => undefined;
const server = createServer((req, res) => void answer(req, res));
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = server.address();
const odd = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe('the client of the Bot API', () => {
  it('sends texts and files, and hears what is refused', async () => {
    const api = apiAt(telegram.apiRoot);
    const sent = await api.sendMessage(PARENT, 'Сәлем, «ә» <ғ>');
    expect(sent.text).toBe('Сәлем, «ә» <ғ>');
    const file = await api.sendDocument(PARENT, new InputFile(Buffer.from('%PDF-'), 'жолдама.pdf'));
    expect(file.document).toMatchObject({ file_name: 'жолдама.pdf', file_size: 5 });
    await expect(api.sendMessage(1, 'to nobody')).rejects.toMatchObject({ error_code: 400 });
  });

  it('uses a connection again', async () => {
    const ports = new Set<number | undefined>();
    answer = async (req, res) => {
      ports.add(req.socket.remotePort);
      await text(req);
      res.end('{"ok":true,"result":true}');
    };
    const api = apiAt(odd);
    for (let n = 0; n < 5; n++) await api.sendChatAction(1, 'typing');
    expect(ports.size).toBe(1);
  });

  it('gives up when it is told to', async () => {
    answer = () => undefined;
    const stop = new AbortController();
    const call = apiAt(odd).getUpdates({}, stop.signal as Parameters<Api['getUpdates']>[1]);
    setImmediate(() => stop.abort());
    await expect(call).rejects.toBeInstanceOf(HttpError);
  });

  it.each([
    ['an answer that is no JSON', (_req, res) => res.end('<html>502</html>')],
    [
      'an answer that is cut off',
      (_req, res) => res.writeHead(200, { 'content-length': '99' }).write('{', () => res.destroy()),
    ],
    ['no answer at all', (req) => req.socket.destroy()],
  ] satisfies [string, typeof answer][])('takes %s for an outage', async (_, wrong) => {
    answer = wrong;
    await expect(apiAt(odd).sendChatAction(1, 'typing')).rejects.toBeInstanceOf(HttpError);
  });
});
