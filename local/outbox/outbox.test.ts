import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fixedClock } from '../../core/clock.ts';
import { makeTemporaryFolder, removeTemporaryFolder } from '../testing/temporary.ts';
import { openOutbox } from './outbox.ts';
import { serveOutbox } from './page.ts';

const folder = makeTemporaryFolder();
afterAll(() => removeTemporaryFolder(folder));
const clock = fixedClock('2026-09-01T05:00:00Z');
const file = join(folder, 'outbox.jsonl');

describe('the outbox', () => {
  it('keeps SMS and letters, newest first, from one start to the next', async () => {
    const outbox = openOutbox(clock, file);
    await outbox.sms.send('+77010000001', 'код 123456');
    await outbox.mail({ to: 'a@example.invalid', subject: 'Кезек', text: 'Хат' });
    const expected = [
      {
        kind: 'mail',
        to: 'a@example.invalid',
        subject: 'Кезек',
        text: 'Хат',
        at: '2026-09-01T05:00:00.000Z',
      },
      { kind: 'sms', to: '+77010000001', text: 'код 123456', at: '2026-09-01T05:00:00.000Z' },
    ];
    expect(outbox.items()).toEqual(expected);
    appendFileSync(file, '{"half of a li');
    expect(openOutbox(clock, file).items()).toEqual(expected);
  });

  it('shows them as a page in both languages and as JSON, and lets nothing be a tag', async () => {
    const outbox = openOutbox(clock);
    await outbox.sms.send('+77010000001', '<b>123456</b>');
    const server = createServer((req, res) => {
      if (!serveOutbox(outbox, req, res)) res.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    const page = await (await fetch(`${url}/inbox`)).text();
    expect(page).toContain('&lt;b&gt;123456&lt;/b&gt;');
    expect(page).toContain('SMS және хаттар');
    expect(await (await fetch(`${url}/inbox?lang=ru`)).text()).toContain('SMS и письма');
    expect(await (await fetch(`${url}/inbox.json`)).json()).toEqual(outbox.items());
    expect((await fetch(`${url}/other`)).status).toBe(404);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});
