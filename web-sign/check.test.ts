import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CheckCore, mountCheck } from './check.ts';
import { createWebServer } from './server.ts';

type Checked = NonNullable<Awaited<ReturnType<CheckCore['documents']['check']>>>;

const KNOWN = '0193a5b0-0000-7000-8000-000000000001';
const ENDED = '0193a5b0-0000-7000-8000-000000000002';
const SIGNED = '0193a5b0-0000-7000-8000-000000000003';
const HASH = 'ab'.repeat(32);

const referral: Checked = {
  number: 'D-2026-000001',
  kind: 'REFERRAL',
  createdAt: new Date('2026-11-23T05:00:00Z'),
  inForce: true,
  signed: {
    method: 'OTP',
    at: new Date('2026-11-23T04:59:00Z'),
    algorithm: null,
    issuer: null,
    revocation: null,
  },
  files: [],
};
const byKey: Checked = {
  ...referral,
  signed: {
    method: 'EDS',
    at: new Date('2026-11-23T04:59:00Z'),
    algorithm: 'GOST3410-2015-512',
    issuer: 'ҰКО <GOST> 2022',
    revocation: 'PENDING',
  },
  files: [{ language: 'kk', sha256: HASH }],
};
const papers: Record<string, Checked> = {
  [KNOWN]: referral,
  [ENDED]: { ...referral, inForce: false },
  [SIGNED]: byKey,
};

let app: Awaited<ReturnType<typeof createWebServer>>;
beforeAll(async () => {
  app = await createWebServer({ health: async () => ({ status: 'ok' }), onError: () => undefined });
  mountCheck(app, {
    documents: {
      check: async (id) => papers[id],
      checkFile: async (number, sha256) => (number === byKey.number && sha256 === HASH ? byKey : undefined),
    },
  });
});
afterAll(() => app.close());

const get = (path: string) => app.inject({ method: 'GET', url: path });

describe('the page behind a paper’s QR code', () => {
  it('says in both languages that a paper is in force, and nothing about a person', async () => {
    const kk = await get(`/check/${KNOWN}`);
    expect(kk.statusCode).toBe(200);
    expect(kk.body).toContain('күшінде');
    expect(kk.body).toContain('D-2026-000001');
    expect((await get(`/check/${KNOWN}?lang=ru`)).body).toContain('действует');
  });

  it('tells an ended paper from one that was never issued', async () => {
    expect((await get(`/check/${ENDED}?lang=ru`)).body).toContain('больше не действует');
    const unknown = await get(`/check/${KNOWN.replace('1', '2')}?lang=ru`);
    expect(unknown.statusCode).toBe(404);
    expect(unknown.body).toContain('не выдавался');
  });

  it('tells by what and when the applicant signed', async () => {
    const code = (await get(`/check/${KNOWN}?lang=ru`)).body;
    expect(code).toContain('одноразовый код из SMS');
    expect(code).toContain('понедельник, 23 ноября 2026 г., 09:59');
    expect(code).not.toContain('Алгоритм');
    const key = (await get(`/check/${SIGNED}?lang=ru`)).body;
    for (const words of ['ЭЦП', 'GOST3410-2015-512', 'ҰКО &lt;GOST&gt; 2022', 'ещё не ответил', HASH])
      expect(key).toContain(words);
  });

  it('refuses what is not an id or a language', async () => {
    for (const path of ['/check/1', `/check/${KNOWN}'--`, `/check/${KNOWN}?lang=en`]) {
      expect((await get(path)).statusCode).toBe(400);
    }
  });

  it('has a strict policy, its own files and nothing inline', async () => {
    const answer = await get(`/check/${SIGNED}`);
    expect(answer.headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.body).not.toMatch(/<style|style=|<script(?![^>]*\ssrc=)|\son\w+=/);
    for (const [, path = ''] of answer.body.matchAll(/(?:src|href)="(\/check\/assets\/[^"]+)"/g))
      expect((await get(path)).statusCode, path).toBe(200);
  });
});

describe('the check by number and file', () => {
  it('finds the paper of both together', async () => {
    const found = await get(`/check?number=${byKey.number}&sha256=${HASH.toUpperCase()}&lang=ru`);
    expect(found.statusCode).toBe(200);
    expect(found.body).toContain('выдан этой системой и действует');
    expect(found.body).toContain(`number=${byKey.number}&amp;sha256=${HASH.toUpperCase()}&amp;lang=kk`);
  });

  it('does not find a changed file, and keeps the number', async () => {
    const unknown = await get(`/check?number=${byKey.number}&sha256=${'00'.repeat(32)}`);
    expect(unknown.statusCode).toBe(404);
    expect(unknown.body).toContain('файл өзгертілген');
    expect(unknown.body).toContain(`value="${byKey.number}"`);
  });

  it('asks for them where they are missing, and refuses nonsense', async () => {
    expect((await get('/check')).body).toContain('<form');
    for (const query of [`sha256=${HASH}`, 'number=1&sha256=12', 'number=%3Cb%3E', 'lang=en'])
      expect((await get(`/check?${query}`)).statusCode, query).toBe(400);
  });

  it('stops answering who guesses', async () => {
    const answers = [];
    for (let i = 0; i < 40; i += 1) answers.push((await get(`/check/${KNOWN}`)).statusCode);
    expect(answers).toContain(429);
  });
});
