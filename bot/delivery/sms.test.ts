import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChannelError } from './failure.ts';
import { createMobizon } from './sms.ts';

let answer: (res: ServerResponse) => void = () => undefined;
let seen: { url: string; body: URLSearchParams } | undefined;
const server = createServer(async (req: IncomingMessage, res) => {
  let body = '';
  for await (const chunk of req) body += String(chunk);
  seen = { url: req.url ?? '', body: new URLSearchParams(body) };
  answer(res);
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const TOKEN = 'secret-key-of-the-account';
const send = () => {
  const { port } = server.address() as AddressInfo;
  return createMobizon({
    url: `http://127.0.0.1:${port}/`,
    token: TOKEN,
    sender: 'Kezek',
    timeoutMs: 300,
  }).send('+77010000001', 'Сәлем');
};
const json =
  (body: unknown, status = 200) =>
  (res: ServerResponse) => {
    res.writeHead(status, { 'content-type': 'application/json', 'retry-after': '9' });
    res.end(JSON.stringify(body));
  };

describe('the SMS gateway', () => {
  it('speaks the protocol of Mobizon, the key in the body', async () => {
    answer = json({ code: 0, data: { campaignId: 1, messageId: 42, status: 2 }, message: '' });
    expect(await send()).toBe('42');
    expect(seen?.url).toBe('/service/message/sendSmsMessage?output=json&api=v1');
    expect(Object.fromEntries(seen?.body ?? [])).toEqual({
      apiKey: TOKEN,
      recipient: '77010000001',
      text: 'Сәлем',
      from: 'Kezek',
      'params[validity]': '1440',
    });
  });

  it.each([
    ['a wrong number', json({ code: 1, data: { recipient: '77010000001' } }), 'UNREACHABLE'],
    ['a wrong sender', json({ code: 1, data: { from: 'x' } }), 'BUG'],
    ['too often', json({ code: 30, data: '' }), 'WAIT'],
    ['a wrong key', json({ code: 8, data: '' }), 'RETRY'],
    ['a fault of the service', json({ code: 999, data: '' }), 'RETRY'],
    ['no id', json({ code: 0, data: {} }), 'AMBIGUOUS'],
    ['429', json({}, 429), 'WAIT'],
    ['503', json({}, 503), 'RETRY'],
    ['504', json({}, 504), 'AMBIGUOUS'],
    ['not JSON', (res: ServerResponse) => void res.end('<html>'), 'AMBIGUOUS'],
    ['a cut connection', (res: ServerResponse) => void res.destroy(), 'AMBIGUOUS'],
    ['no answer', () => undefined, 'AMBIGUOUS'],
  ])('classifies %s', async (_what, given, kind) => {
    answer = given;
    const error = await send().catch((thrown: ChannelError) => thrown);
    expect(error).toMatchObject({ name: 'ChannelError', failure: { kind } });
    expect(String(error)).not.toMatch(/7701|secret/);
  });
});
