import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TelegramStandIn, TgUpdate } from './server.ts';
import { PARENT, raw, standIn } from './testing.ts';

let telegram: TelegramStandIn;

beforeAll(async () => {
  telegram = await standIn();
});
afterAll(() => telegram.close());

async function act(action: string, body: object) {
  const init = { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const response = await fetch(`${telegram.url}/sim/people/${PARENT}/${action}`, { method: 'POST', ...init });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('a location', () => {
  it('is a point with an accuracy, from the clip or from the keyboard', async () => {
    const keyboard = [[{ text: 'Менің орным', request_location: true }]];
    await raw(telegram, 'sendMessage', { chat_id: PARENT, text: 'Қайдасыз?', reply_markup: { keyboard } });
    telegram.sim.location(PARENT, 53.28, 69.38, { accuracy: 15 });
    await act('press', { label: 'Менің орным', latitude: 52.35, longitude: 71.88 });
    await act('location', { latitude: 51, longitude: 71, horizontal_accuracy: 65.5 });
    const updates = (await raw(telegram, 'getUpdates')).result as TgUpdate[];
    expect(updates.map(({ message }) => message?.location)).toEqual([
      { latitude: 53.28, longitude: 69.38, horizontal_accuracy: 15 },
      { latitude: 52.35, longitude: 71.88 },
      { latitude: 51, longitude: 71, horizontal_accuracy: 65.5 },
    ]);
    for (const wrong of [
      { latitude: 91, longitude: 0 },
      { latitude: 1, longitude: 1, horizontal_accuracy: 1501 },
      {},
    ])
      expect(await act('location', wrong)).toMatchObject({ status: 400, body: { reason: 'no-such-point' } });
  });

  it('that the bot sends is checked', async () => {
    const send = (extra: object) => raw(telegram, 'sendLocation', { chat_id: PARENT, ...extra });
    expect((await send({ longitude: 1 })).description).toBe('Bad Request: latitude is empty');
    expect((await send({ latitude: 91, longitude: 1 })).description).toBe(
      'Bad Request: wrong location specified',
    );
    const sent = await send({ latitude: 53.28, longitude: 69.38, horizontal_accuracy: 9 });
    expect(sent.result).toMatchObject({
      location: { latitude: 53.28, longitude: 69.38, horizontal_accuracy: 9 },
    });
  });
});

describe('the page', () => {
  const pdf = (pages: number) => {
    const kids = Array.from({ length: pages }, (_, i) => `${i + 3} 0 R`).join(' ');
    const leaves = Array.from(
      { length: pages },
      (_, i) => `${i + 3} 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n`,
    );
    return Buffer.from(
      `%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count ${pages}/Kids[${kids}]>>endobj\n${leaves.join('')}trailer<</Root 1 0 R>>\n`,
    );
  };

  it('is told how many pages a PDF has, and nothing of one that cannot be read', async () => {
    const facts = async (bytes: Buffer) => {
      const { document } = telegram.sim.document(PARENT, { name: 'a.pdf', bytes });
      return (await fetch(`${telegram.url}/sim/files/${document?.file_id}/facts`)).json();
    };
    expect(await facts(pdf(3))).toEqual({ pages: 3 });
    expect(await facts(Buffer.from('%PDF-1.7 torn'))).toEqual({});
    expect((await fetch(`${telegram.url}/sim/files/none/facts`)).status).toBe(404);
  });

  it('gives a calendar file its type, and runs nothing', async () => {
    const seen = async (name: string) => {
      const { document } = telegram.sim.document(PARENT, { name, bytes: Buffer.from('x'), mime: '' });
      const { headers } = await fetch(`${telegram.url}/sim/files/${document?.file_id}`);
      return [headers.get('content-type'), headers.get('content-disposition')?.split(';')[0]];
    };
    expect(await seen('мерзім.ics')).toEqual(['text/calendar', 'attachment']);
    expect(await seen('a.pdf')).toEqual(['application/pdf', 'inline']);
    expect(await seen('a.html')).toEqual(['application/octet-stream', 'attachment']);
  });
});
