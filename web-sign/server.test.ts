import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createWebServer, type Health } from './server.ts';

const errors: unknown[] = [];
let status: Health['status'] = 'ok';
const servers: Awaited<ReturnType<typeof createWebServer>>[] = [];

async function server(graceMs = 5_000) {
  const app = await createWebServer({
    health: async () => ({ status, roles: ['web'], database: 'ok' }),
    onError: (error) => void errors.push(error),
    graceMs,
  });
  servers.push(app);
  return app;
}

afterEach(async () => {
  for (const app of servers.splice(0)) await app.close();
});

describe('the web server', () => {
  it.each([
    ['ok', 200],
    ['starting', 503],
    ['stopping', 503],
    ['unavailable', 503],
  ] as const)('tells its health: %s is %i', async (now, code) => {
    status = now;
    const answer = await (await server()).inject('/health');
    expect([answer.statusCode, answer.json()]).toEqual([
      code,
      { status: now, roles: ['web'], database: 'ok' },
    ]);
  });

  it('is asked for its health as often as one likes, and for what is not there only for a while', async () => {
    const app = await server();
    status = 'ok';
    const codes = async (url: string, times: number) => {
      const seen = new Set<number>();
      for (let n = 0; n < times; n++) seen.add((await app.inject(url)).statusCode);
      return seen;
    };
    expect(await codes('/health', 400)).toEqual(new Set([200]));
    expect(await codes('/nothing', 100)).toEqual(new Set([404, 429]));
  });

  it('does not tell a visitor what went wrong', async () => {
    const app = await server();
    app.get('/broken', async () => {
      throw new Error('IIN 900101490009 is broken');
    });
    const answer = await app.inject('/broken');
    expect([answer.statusCode, answer.json()]).toEqual([500, { error: 'internal error' }]);
    expect(errors).toHaveLength(1);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });

  it('stops although a visitor never finishes what they send', async () => {
    const app = await server(50);
    app.post('/slow', async () => 'never');
    const { hostname, port } = new URL(await app.listen({ port: 0, host: '127.0.0.1' }));
    const asked = new Promise((resolve) => app.server.once('request', resolve));
    const socket = connect(Number(port), hostname);
    const gone = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    socket.write(
      'POST /slow HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
    );
    await asked;
    await app.close();
    await gone;
  });
});
