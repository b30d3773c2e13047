import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { NoAnswer } from './no-answer.ts';
import { exchange } from './transport.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address ? `http://127.0.0.1:${address.port}/` : '';
}

const get = (url: string) => exchange({ fetch, url, timeoutMs: 2_000, maxBytes: 100 });

test('posts the request and reads the answer', async () => {
  const url = await serve(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(Buffer.from(chunk));
    res.end(`${req.method} ${req.headers['content-type']} ${Buffer.concat(chunks).toString('hex')}`);
  });
  const body = { type: 'application/ocsp-request', bytes: Uint8Array.of(1, 2, 255) };
  const answer = await exchange({ fetch, url, body, timeoutMs: 2_000, maxBytes: 100 });
  expect(Buffer.from(answer).toString()).toBe('POST application/ocsp-request 0102ff');
});

test('follows nobody to another address', async () => {
  let asked = 0;
  const target = await serve((_, res) => {
    asked += 1;
    res.end('here');
  });
  const url = await serve((_, res) => res.writeHead(302, { location: target }).end());
  await expect(get(url)).rejects.toThrow(NoAnswer);
  expect(asked).toBe(0);
});

test('reads no more than allowed, announced or not', async () => {
  const announced = await serve((_, res) =>
    res.writeHead(200, { 'content-length': 101 }).end('x'.repeat(101)),
  );
  await expect(get(announced)).rejects.toThrow(/too long/);
  const endless = await serve((_, res) => {
    const timer = setInterval(() => res.write('x'.repeat(60)), 1);
    res.on('close', () => clearInterval(timer));
  });
  await expect(get(endless)).rejects.toThrow(/too long/);
  const fitting = await serve((_, res) => res.end('x'.repeat(100)));
  expect(await get(fitting)).toHaveLength(100);
});

test('waits no longer than allowed, also in the middle of an answer', async () => {
  const silent = await serve(() => {});
  await expect(exchange({ fetch, url: silent, timeoutMs: 30, maxBytes: 100 })).rejects.toThrow(NoAnswer);
  const halting = await serve((_, res) => res.writeHead(200).write('x'));
  await expect(exchange({ fetch, url: halting, timeoutMs: 60, maxBytes: 100 })).rejects.toThrow(NoAnswer);
});

test('gives up what has halted, however much time is left', async () => {
  const patient = { fetch, timeoutMs: 600_000, stallMs: 60, maxBytes: 100 };
  const silent = await serve(() => {});
  await expect(exchange({ ...patient, url: silent })).rejects.toThrow(NoAnswer);
  const halting = await serve((_, res) => res.writeHead(200).write('x'));
  await expect(exchange({ ...patient, url: halting })).rejects.toThrow(NoAnswer);
});

test('takes 200 alone for an answer', async () => {
  for (const status of [204, 404, 500]) {
    const url = await serve((_, res) => res.writeHead(status).end());
    await expect(get(url)).rejects.toThrow(`status ${status}`);
  }
});

test('a connection that is refused or broken off is no answer', async () => {
  const url = await serve((req) => req.socket.destroy());
  await expect(get(url)).rejects.toThrow(NoAnswer);
});

test('other kinds of addresses are not asked at all', async () => {
  for (const url of ['file:///etc/passwd', 'data:,x', 'ldap://crl.test/', 'nowhere', '']) {
    await expect(get(url)).rejects.toThrow(/not a web address/);
  }
});
