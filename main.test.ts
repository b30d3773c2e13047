import { createServer, request } from 'node:http';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { standIn, TOKEN } from './local/telegram/testing.ts';
import { testDatabase } from './local/testing/database.ts';
import { endProgramsAfterTests, type Program, runProgram, startProgram } from './local/testing/program.ts';
import { testRedis } from './local/testing/redis.ts';
import { makeTemporaryFolder, removeTemporaryFolder } from './local/testing/temporary.ts';

const database = await testDatabase();
const redis = await testRedis();
const folder = makeTemporaryFolder();
afterAll(() => removeTemporaryFolder(folder));
endProgramsAfterTests();

const shared = {
  PORT: '0',
  DATA_DIR: folder,
  DATABASE_URL: database.url,
  DATA_KEY: Buffer.alloc(32, 5).toString('base64'),
  BOT_TOKEN: TOKEN,
};

const eventually = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 60_000, interval: 50 });

describe('a start that cannot be', () => {
  it.each([
    ['a wrong port', [], { PORT: 'x' }, /^kezek: PORT must be .*\n$/],
    ['an unknown role', ['cook'], {}, /^kezek: unknown role "cook".*\n$/],
    [
      'no database',
      ['web'],
      { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' },
      /^kezek: the database cannot be reached.*\n$/,
    ],
    [
      'a district that is none',
      ['grant', 'operator', 'XYZ', '900101490009'],
      {},
      /^kezek: no district "XYZ".*\n$/,
    ],
    ['a rule that is none', ['policy', 'XYZ'], {}, /^kezek: no district "XYZ".*\n$/],
    ['half a command', ['grant', 'admin'], {}, /^kezek: grant: it must be.*\n$/],
  ])('says why in one line: %s', async (_, args, env, line) => {
    expect(await runProgram(args, { ...shared, ...env })).toEqual({
      code: 1,
      output: expect.stringMatching(line),
    });
  });
});

describe('everything on one machine', () => {
  const own = makeTemporaryFolder();
  afterAll(() => removeTemporaryFolder(own));
  const env = { PORT: '0', DATA_DIR: own };

  it('starts with nothing configured, is alone on its folder, takes commands beside it and stops', {
    timeout: 120_000,
  }, async () => {
    const program = await startProgram([], env);
    const [, chat = ''] = /chat\s+(\S+)/.exec(program.output()) ?? [];
    const health = await fetch(`${program.url}/health`);
    expect(health.status).toBe(200);
    expect(await health.json()).toEqual({ status: 'ok', roles: ['bot', 'worker', 'web'], database: 'ok' });
    expect(await (await fetch(`${chat}/inbox?lang=ru`)).text()).toContain('SMS и письма');
    expect(await runProgram([], env)).toEqual({
      code: 1,
      output: expect.stringMatching(/^kezek: .*already running.*\n$/),
    });
    const granted = await runProgram(['grant', 'operator', 'XYZ', '900101490009'], env);
    expect(granted).toEqual({ code: 1, output: expect.stringMatching(/^kezek: no district "XYZ".*\n$/) });

    const before: { clock: { now: string } } = JSON.parse(await (await fetch(`${chat}/sim/world`)).text());
    expect(
      (await fetch(`${chat}/clock/hour`, { method: 'POST', headers: { origin: 'http://elsewhere.example' } }))
        .status,
    ).toBe(403);
    const moved = await fetch(`${chat}/clock/year`, { method: 'POST' });
    const { now } = (await moved.json()) as { now: string };
    expect(Date.parse(now) - Date.parse(before.clock.now)).toBeGreaterThanOrEqual(365 * 24 * 3_600_000);

    await fetch(`${chat}/sim/people`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id: 900_000_001, first_name: 'Сынақ' }),
    });
    await fetch(`${chat}/sim/people/900000001/start`, { method: 'POST' });
    await eventually(async () => {
      const messages = (await (await fetch(`${chat}/sim/people/900000001/transcript`)).json()) as unknown[];
      expect(messages.length).toBeGreaterThanOrEqual(2);
    });
    expect(await program.end()).toBe(0);
  });

  it('starts again after it was killed, the clock as it was', { timeout: 120_000 }, async () => {
    const killed = await startProgram([], env);
    await killed.end('SIGKILL');
    const again = await startProgram([], env);
    const [, chat = ''] = /chat\s+(\S+)/.exec(again.output()) ?? [];
    const world = (await (await fetch(`${chat}/sim/world`)).json()) as { clock: { now: string } };
    expect(Date.parse(world.clock.now) - Date.now()).toBeGreaterThan(364 * 24 * 3_600_000);
    expect(await again.end()).toBe(0);
  });
});

describe.skipIf(redis.skip)(`several processes${redis.skip ? ` (skipped: ${redis.why})` : ''}`, () => {
  it('of each role handle 200 messages of 20 chats once each and in order', {
    timeout: 180_000,
  }, async () => {
    if (redis.skip) return;
    const people = Array.from({ length: 20 }, (_, i) => 800_000_000 + i);
    const telegram = await standIn({
      people: people.map((id) => ({ id, first_name: `Сынақ ${id}`, started: true })),
    });
    const bots: Program[] = [];
    const balancer = await startBalancer(() => bots.map(({ url }) => url));
    await database.pool.query(
      `INSERT INTO messenger_account (channel, address, language, consented_at, created_at)
       SELECT 'TELEGRAM', id::text, 'kk', now(), now() FROM unnest($1::bigint[]) AS id`,
      [people],
    );
    const env = {
      ...shared,
      REDIS_URL: redis.url,
      TELEGRAM_API_ROOT: telegram.apiRoot,
      BOT_MODE: 'webhook',
      WEBHOOK_SECRET: 'sixteen-letters-or-more',
      PUBLIC_URL: balancer.url,
    };
    const roles = ['bot', 'bot', 'worker', 'worker', 'web', 'web'];
    const programs = await Promise.all(roles.map((role) => startProgram([role], env)));
    bots.push(...programs.slice(0, 2));
    for (const { url } of programs)
      expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ status: 'ok' });

    const commands = ['help', 'privacy', 'language'];
    const asked = people.map((_, i) =>
      Array.from({ length: 10 }, (_, n) => commands[(i + n * (1 + (i % 2))) % 3] ?? ''),
    );
    const chats = people.map((id, i) => ({ id, sent: asked[i] ?? [] }));
    for (let n = 0; n < 10; n++) for (const { id, sent } of chats) telegram.sim.command(id, sent[n] ?? '');

    const answers = (id: number) =>
      telegram.sim
        .messages(id)
        .filter((message) => message.from?.is_bot === true)
        .map((message) => message.text ?? '');
    for (const { id } of chats) await eventually(() => expect(answers(id).length).toBeGreaterThanOrEqual(10));
    await eventually(async () => {
      const { rows } = await database.pool.query(
        'SELECT state, tries, count(*)::int AS n FROM inbox GROUP BY 1, 2',
      );
      expect(rows).toEqual([{ state: 'DONE', tries: 1, n: 200 }]);
    });
    // Each command has a text of its own, so the answers tell in which order they were given.
    for (const { id, sent } of chats) {
      const texts = answers(id);
      const byCommand = new Map(sent.map((command, n) => [command, texts[n]]));
      expect(new Set(byCommand.values()).size).toBe(new Set(sent).size);
      expect(texts).toEqual(sent.map((command) => byCommand.get(command)));
    }
    expect(balancer.taken()).toEqual([expect.any(Number), expect.any(Number)]);
    expect(await Promise.all(programs.map((program) => program.end()))).toEqual(roles.map(() => 0));
    await balancer.close();
    await telegram.close();
  });
});

/** Gives each call to the next process, as the server before several would. */
async function startBalancer(targets: () => string[]) {
  const taken = new Map<string, number>();
  let turn = 0;
  const server = createServer((req, res) => {
    const all = targets();
    const target = all[turn++ % all.length];
    if (!target) return void res.writeHead(503).end();
    taken.set(target, (taken.get(target) ?? 0) + 1);
    const onward = request(`${target}${req.url}`, { method: req.method, headers: req.headers }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(res);
    });
    onward.on('error', () => res.writeHead(502).end());
    req.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    taken: () => [...taken.values()],
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
