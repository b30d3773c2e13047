import { afterAll, describe, expect, it } from 'vitest';
import { mountCheck } from './check.ts';
import { createWebServer } from './server.ts';

const KNOWN = '0193a5b0-0000-7000-8000-000000000001';
const ENDED = '0193a5b0-0000-7000-8000-000000000002';
const app = await createWebServer({ health: async () => ({ status: 'ok' }), onError: () => undefined });
mountCheck(app, {
  documents: {
    check: async (id) =>
      id === KNOWN || id === ENDED
        ? {
            number: 'ZH-TSL-2026-000001',
            kind: 'REFERRAL',
            createdAt: new Date('2026-11-23T05:00:00Z'),
            inForce: id === KNOWN,
          }
        : undefined,
  },
});
afterAll(() => app.close());

const get = (path: string) => app.inject({ method: 'GET', url: path });

describe('the page behind a paper’s QR code', () => {
  it('says in both languages that a paper is in force, and nothing about a person', async () => {
    const kk = await get(`/check/${KNOWN}`);
    expect(kk.statusCode).toBe(200);
    expect(kk.body).toContain('күшінде');
    expect(kk.body).toContain('ZH-TSL-2026-000001');
    expect((await get(`/check/${KNOWN}?lang=ru`)).body).toContain('действует');
  });

  it('tells an ended paper from one that was never issued', async () => {
    expect((await get(`/check/${ENDED}?lang=ru`)).body).toContain('больше не действует');
    const unknown = await get(`/check/${KNOWN.replace('1', '2')}?lang=ru`);
    expect(unknown.statusCode).toBe(404);
    expect(unknown.body).toContain('не выдавался');
  });

  it('refuses what is not an id or a language', async () => {
    for (const path of ['/check/1', `/check/${KNOWN}'--`, `/check/${KNOWN}?lang=en`]) {
      expect((await get(path)).statusCode).toBe(400);
    }
  });

  it('stops answering who guesses', async () => {
    const answers = [];
    for (let i = 0; i < 40; i += 1) answers.push((await get(`/check/${KNOWN}`)).statusCode);
    expect(answers).toContain(429);
  });
});
