import { afterEach, describe, expect, it } from 'vitest';
import { createWebServer, type Health } from './server.ts';

const errors: unknown[] = [];
let status: Health['status'] = 'ok';
const servers: Awaited<ReturnType<typeof createWebServer>>[] = [];

async function server() {
  const app = await createWebServer({
    health: async () => ({ status, roles: ['web'], database: 'ok' }),
    onError: (error) => void errors.push(error),
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
});
