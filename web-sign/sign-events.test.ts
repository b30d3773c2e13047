import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { browser, type SignStage, signStage } from './testing/stage.ts';

const stages: SignStage[] = [];
const ended: AbortController[] = [];
afterEach(async () => {
  for (const one of ended.splice(0)) one.abort();
  for (const one of stages.splice(0)) await one.app.close();
});

/** A server that listens, and a link opened in a browser. */
async function listening() {
  const stage = await signStage();
  stages.push(stage);
  const url = await stage.app.listen({ port: 0, host: '127.0.0.1' });
  const link = stage.pages.add();
  const visitor = browser(stage.app);
  await visitor.open(link.token);
  const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  return { stage, url, link, cookie };
}

/** The stream of a link: what comes, one event after another; undefined at its end. */
async function stream({ url, link, cookie }: Awaited<ReturnType<typeof listening>>) {
  const abort = new AbortController();
  ended.push(abort);
  const answer = await fetch(`${url}/sign/api/${link.id}/events`, {
    headers: { cookie },
    signal: abort.signal,
  });
  const reader = answer.body?.getReader();
  let text = '';
  return {
    status: answer.status,
    type: answer.headers.get('content-type'),
    close: () => abort.abort(),
    next: async (): Promise<{ state: string; phone: string } | undefined> => {
      for (;;) {
        const [, event, rest] = /^event: view\ndata: (.*)\n\n([\s\S]*)$/.exec(text) ?? [];
        if (event !== undefined) {
          text = rest ?? '';
          return JSON.parse(event);
        }
        const chunk = await reader?.read();
        if (!chunk || chunk.done) return undefined;
        text += new TextDecoder().decode(chunk.value);
      }
    },
  };
}

describe('the stream of a link', () => {
  it('tells the view at once, after each change, and ends when all is done', async () => {
    const world = await listening();
    const events = await stream(world);
    expect([events.status, events.type]).toEqual([200, 'text/event-stream; charset=utf-8']);
    expect(await events.next()).toMatchObject({ state: 'OPEN', phone: 'NONE' });
    world.link.change({ phone: 'WAITING' });
    expect(await events.next()).toMatchObject({ state: 'OPEN', phone: 'WAITING' });
    world.link.change({ phone: 'WAITING' });
    world.link.change({ state: 'DONE' });
    expect(await events.next()).toMatchObject({ state: 'DONE' });
    expect(await events.next()).toBeUndefined();
  });

  it('is there four times for one link, and again when one has ended', async () => {
    const world = await listening();
    const four = await Promise.all([1, 2, 3, 4].map(() => stream(world)));
    expect(four.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await stream(world)).status).toBe(429);
    four[0]?.close();
    await expect.poll(async () => (await stream(world)).status).toBe(200);
  });

  it('takes no place for a visitor who leaves before it begins', async () => {
    const world = await listening();
    const { app, pages } = world.stage;
    const view = pages.view.bind(pages);
    for (let i = 0; i < 4; i += 1) {
      const asked = Promise.withResolvers<void>();
      const left = Promise.withResolvers<void>();
      pages.view = async (...about) => {
        asked.resolve();
        await left.promise;
        return view(...about);
      };
      app.server.once('connection', (socket) => void socket.once('close', () => left.resolve()));
      const { hostname, port } = new URL(world.url);
      const socket = connect(Number(port), hostname);
      socket.write(
        `GET /sign/api/${world.link.id}/events HTTP/1.1\r\nHost: x\r\nCookie: ${world.cookie}\r\n\r\n`,
      );
      await asked.promise;
      socket.destroy();
      await left.promise;
    }
    pages.view = view;
    const four = await Promise.all([1, 2, 3, 4].map(() => stream(world)));
    expect(four.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  });

  it('ends when the server stops', async () => {
    const world = await listening();
    const events = await stream(world);
    await events.next();
    await world.stage.app.close();
    expect(await events.next()).toBeUndefined();
  });
});

describe('an upload of 50 MB', () => {
  /** Sends as much as the server takes; answers the status and how much went out before the connection ended. */
  const upload = (url: string, path: string, cookie: string, head: string) =>
    new Promise<{ status: string; sent: number }>((resolve) => {
      const { hostname, port } = new URL(url);
      const socket = connect(Number(port), hostname);
      const block = Buffer.alloc(64 * 1024, 'x');
      const all = 50 * 1024 * 1024;
      let sent = 0;
      let status = '';
      const push = () => {
        while (sent < all && !socket.destroyed) {
          sent += block.length;
          const chunk = head.includes('chunked')
            ? Buffer.concat([Buffer.from('10000\r\n'), block, Buffer.from('\r\n')])
            : block;
          if (!socket.write(chunk)) return void socket.once('drain', push);
        }
      };
      socket.on('data', (data) => {
        status ||= /^HTTP\/1\.1 (\d+)/.exec(data.toString())?.[1] ?? '';
      });
      socket.on('error', () => undefined);
      socket.on('close', () => resolve({ status, sent }));
      socket.write(
        `POST ${path} HTTP/1.1\r\nHost: x\r\nCookie: ${cookie}\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/json\r\n${head}\r\n\r\n`,
      );
      push();
    });

  it.each([
    ['that says its size', `Content-Length: ${50 * 1024 * 1024}`],
    ['that does not say its size', 'Transfer-Encoding: chunked'],
  ])('%s is answered 413 and not read to its end', async (_how, head) => {
    const { url, link, cookie } = await listening();
    const { status, sent } = await upload(url, `/sign/api/${link.id}/xml`, cookie, head);
    expect(status).toBe('413');
    expect(sent).toBeLessThan(20 * 1024 * 1024);
  });
});
