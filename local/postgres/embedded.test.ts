import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { makeTemporaryFolder, removeTemporaryFolder } from '../testing/temporary.ts';
import { startEmbeddedPostgres, stopLeftover } from './embedded.ts';
import { findPostmaster, isAlive } from './postmaster.ts';

const PROGRAM = join(import.meta.dirname, '../testing/database-program.ts');
const Up = z.object({ pid: z.number(), port: z.number(), url: z.string(), takenOver: z.boolean() });
const Refused = z.object({ refused: z.string() });

let folder = '';
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = makeTemporaryFolder();
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await stopLeftover(folder);
  removeTemporaryFolder(folder);
});

/** Starts the program on the test's folder and waits for its one line. */
async function program(address = ''): Promise<{ child: ChildProcess; said: unknown }> {
  const child = spawn(process.execPath, [PROGRAM, folder, address], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const [line] = await once(createInterface(child.stdout), 'line');
  return { child, said: JSON.parse(String(line)) };
}

async function end(child: ChildProcess, how: 'SIGKILL' | 'SIGTERM' | 'leave'): Promise<void> {
  const exited = once(child, 'exit');
  if (how === 'leave') child.stdin?.write('leave\n');
  else child.kill(how);
  await exited;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const start = () => startEmbeddedPostgres({ dataDir: folder, fsync: false, log: () => undefined });
const data = () => join(folder, 'postgres', 'data');

describe('a local database', () => {
  it('keeps its data, password and port from one start to the next', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE kept AS SELECT 7 AS number');
    await first.stop();
    expect(findPostmaster(data())).toBeUndefined();
    const second = await start();
    expect(await query(second.url, 'SELECT number FROM kept')).toEqual([{ number: 7 }]);
    expect(second).toMatchObject({ url: first.url, takenOver: false });
    await second.stop();
  });

  it('takes UTF-8, keeps time in UTC and listens on this machine alone', async () => {
    const db = await start();
    const settings = await query(
      db.url,
      "SELECT current_setting('server_encoding') AS encoding, current_setting('timezone') AS zone, current_setting('listen_addresses') AS listens",
    );
    expect(settings).toEqual([{ encoding: 'UTF8', zone: 'UTC', listens: '127.0.0.1' }]);
    await db.stop();
  });

  it('lets nobody in without the password, which only its account can read', async () => {
    const db = await start();
    const url = new URL(db.url);
    url.password = 'guessed';
    await expect(query(url.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
    expect(statSync(join(folder, 'postgres', 'password')).mode & 0o077).toBe(0);
    expect(statSync(realpathSync(join(folder, 'postgres'))).mode & 0o077).toBe(0);
    await db.stop();
  });

  it('chooses another port when the one of last time is taken', async () => {
    const first = await start();
    await first.stop();
    const squatter = createServer().listen(first.port, '127.0.0.1');
    await once(squatter, 'listening');
    const second = await start();
    expect(second.port).not.toBe(first.port);
    await second.stop();
    squatter.close();
  });

  it('says in one line that the wanted port is taken', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const address = squatter.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const refused = startEmbeddedPostgres({ dataDir: folder, port, fsync: false, log: () => undefined });
    await expect(refused).rejects.toThrow(`port ${port} is taken`);
    squatter.close();
  });
});

describe.skipIf(process.platform === 'win32')('the socket of a local database', () => {
  const BY_SOCKET = 'SELECT inet_server_addr() IS NULL AS socket';
  const home = () => realpathSync(join(folder, 'postgres'));

  it('is how the program gets there, and open to nobody else', async () => {
    const db = await start();
    expect(await query(db.url, BY_SOCKET)).toEqual([{ socket: true }]);
    expect(statSync(join(home(), `.s.PGSQL.${db.port}`)).mode & 0o077).toBe(0);
    const byTcp = new URL(db.url);
    byTcp.searchParams.delete('host');
    expect(await query(byTcp.href, BY_SOCKET)).toEqual([{ socket: false }]);
    const byHand = new URL(db.url);
    byHand.password = 'guessed';
    await expect(query(byHand.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
    await db.stop();
  });

  it('is done without where its path would be too long', async () => {
    const far = join(folder, 'a'.repeat(90));
    const db = await startEmbeddedPostgres({ dataDir: far, fsync: false, log: () => undefined });
    expect(await query(db.url, BY_SOCKET)).toEqual([{ socket: false }]);
    await db.stop();
  });

  it('is done without where the file system holds none', async () => {
    const first = await start();
    await first.stop();
    mkdirSync(join(home(), `.s.PGSQL.${first.port}`));
    const second = await start();
    expect(await query(second.url, BY_SOCKET)).toEqual([{ socket: false }]);
    expect(second.port).toBe(first.port);
    await second.stop();
  });

  it('is not taken for in use when the number of its dead server belongs to another program', async () => {
    const first = await start();
    await first.stop();
    const lock = join(home(), `.s.PGSQL.${first.port}.lock`);
    writeFileSync(lock, `${process.pid}\n${data()}\n1\n${first.port}\n${home()}\n`);
    const second = await start();
    expect(await query(second.url, BY_SOCKET)).toEqual([{ socket: true }]);
    expect(second.port).toBe(first.port);
    await second.stop();
  });
});

describe('after kill -9', () => {
  it('the server left behind is taken over with its data, and stopped at the end', async () => {
    const first = await program();
    const before = Up.parse(first.said);
    await query(before.url, 'CREATE TABLE kept AS SELECT 7 AS number');
    await end(first.child, 'SIGKILL');
    expect(isAlive(before.pid)).toBe(true);
    const db = await start();
    expect(db).toMatchObject({ takenOver: true, pid: before.pid, url: before.url });
    expect(await query(db.url, 'SELECT number FROM kept')).toEqual([{ number: 7 }]);
    await db.stop();
    expect(findPostmaster(data())).toBeUndefined();
  });

  it('it can be killed and started again, over and over', async () => {
    const pids = new Set<number>();
    for (let round = 0; round < 3; round += 1) {
      const { child, said } = await program();
      pids.add(Up.parse(said).pid);
      await end(child, 'SIGKILL');
    }
    expect(pids.size).toBe(1);
  });

  it('the database too, it starts anew on what was committed', async () => {
    const first = await program();
    const before = Up.parse(first.said);
    await query(before.url, 'CREATE TABLE kept AS SELECT 7 AS number');
    process.kill(before.pid, 'SIGKILL');
    await end(first.child, 'SIGKILL');
    const db = await start();
    expect(db.takenOver).toBe(false);
    expect(await query(db.url, 'SELECT number FROM kept')).toEqual([{ number: 7 }]);
    await db.stop();
  });

  it('a half-made data folder of a killed start is swept away', async () => {
    mkdirSync(join(folder, 'postgres.new-4194304-abc', 'data'), { recursive: true });
    const db = await start();
    expect(readdirSync(folder)).toEqual(['postgres']);
    await db.stop();
  });

  it('a pid that now belongs to another program harms neither', async () => {
    const db = await start();
    await db.stop();
    const bystander = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    children.push(bystander);
    const pidFile = join(data(), 'postmaster.pid');
    writeFileSync(pidFile, `${bystander.pid}\n${data()}\n1\n5432\n\n127.0.0.1\n1 1\nready\n`);
    const again = await start();
    expect(again).toMatchObject({ takenOver: false });
    await again.stop();
    expect(bystander.exitCode ?? bystander.signalCode).toBeNull();
    expect(existsSync(pidFile)).toBe(false);
  });
});

describe('leaving', () => {
  it('on SIGTERM stops the database in order', async () => {
    const { child, said } = await program();
    Up.parse(said);
    await end(child, 'SIGTERM');
    expect(child.exitCode).toBe(0);
    expect(findPostmaster(data())).toBeUndefined();
    expect(readFileSync(join(folder, 'postgres', 'postgres.log'), 'utf8')).toContain(
      'database system is shut down',
    );
  });

  it('without stopping it, the database follows and the next start waits for it', async () => {
    const { child } = await program();
    await end(child, 'leave');
    const db = await start();
    await db.stop();
    expect(findPostmaster(data())).toBeUndefined();
  });
});

describe('two programs on one data folder', () => {
  it('the second says where the first is, and leaves it alone', async () => {
    const first = await program('http://localhost:3000');
    const { pid, url } = Up.parse(first.said);
    const second = await program();
    const { refused } = Refused.parse(second.said);
    expect(refused).toContain('already running');
    expect(refused).toContain('http://localhost:3000');
    expect(refused).toContain(`process ${first.child.pid}`);
    expect(refused).not.toContain('\n');
    if (second.child.exitCode === null) await once(second.child, 'exit');
    expect(second.child.exitCode).toBe(1);
    expect(isAlive(pid)).toBe(true);
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('the first keeps its hold when the session that carried it is lost', async () => {
    const said: string[] = [];
    const db = await startEmbeddedPostgres({ dataDir: folder, fsync: false, log: (line) => said.push(line) });
    const holders = "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'kezek %'";
    const before = await query(db.url, holders);
    await query(db.url, `SELECT pg_terminate_backend(pid) FROM (${holders}) AS holder`);
    await expect
      .poll(() => query(db.url, "SELECT FROM pg_locks WHERE locktype = 'advisory'"))
      .toHaveLength(1);
    expect(await query(db.url, holders)).not.toEqual(before);
    expect(said).toHaveLength(1);
    expect(Refused.parse((await program()).said).refused).toContain(`process ${process.pid}`);
    await db.stop();
  });

  it('started at the same moment on nothing, one comes up', async () => {
    const said = (await Promise.all([program(), program(), program()])).map((each) => each.said);
    expect(said.filter((each) => Up.safeParse(each).success)).toHaveLength(1);
    for (const each of said.filter((one) => !Up.safeParse(one).success)) {
      expect(Refused.parse(each).refused).toContain('already starting');
    }
  });
});
