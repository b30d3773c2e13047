import { expect, it } from 'vitest';
import { photo, sheet } from '../../core/scan/testing/papers.ts';
import { standIn, TOKEN } from '../telegram/testing.ts';
import { openJournal } from './journal.ts';
import { Player } from './player.ts';
import { wordsOf } from './words.ts';

it('knows a text by its longest stretch without values and tags', () => {
  expect(wordsOf('kk', 'position.common')).toBe('2. Жалпы кезек:');
  expect(wordsOf('ru', 'menu.position')).toBe('🔢 Место в очереди');
});

it('writes down what each did and what the bot showed, an edit in the place of what it changed', async () => {
  const telegram = await standIn({ people: [{ id: 5, first_name: 'Айгүл', started: true }] });
  const lines: string[] = [];
  const clock = { now: () => new Date('2026-11-23T04:00:00Z') };
  const journal = openJournal(telegram.sim, clock, (line) => lines.push(line));
  const call = async (method: string, body: object) => {
    const response = await fetch(`${telegram.apiRoot}/bot${TOKEN}/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return (await response.json()) as { result: { message_id: number } };
  };
  journal.scene('Бірінші');
  journal.did(5, '/start');
  const { result } = await call('sendMessage', { chat_id: 5, text: 'бірінші' });
  await call('editMessageText', { chat_id: 5, message_id: result.message_id, text: 'екінші' });
  journal.flush();
  expect(lines.slice(1, 3)).toEqual([expect.stringContaining('Айгүл'), '  › /start']);
  expect(lines.join('\n')).toContain('екінші');
  expect(lines.join('\n')).not.toContain('бірінші');
  await telegram.close();
});

it('shows a picture as one, with its words and buttons', async () => {
  const telegram = await standIn({ people: [{ id: 5, first_name: 'Айгүл', started: true }] });
  const lines: string[] = [];
  const clock = { now: () => new Date('2026-11-23T04:00:00Z') };
  const journal = openJournal(telegram.sim, clock, (line) => lines.push(line));
  const form = new FormData();
  form.set('chat_id', '5');
  form.set('caption', 'орын 2');
  form.set(
    'photo',
    new Blob([new Uint8Array(await photo(sheet('SPARSE', 400), { longSide: 400 }))]),
    'kezek.jpg',
  );
  const sent = await fetch(`${telegram.apiRoot}/bot${TOKEN}/sendPhoto`, { method: 'POST', body: form });
  expect(sent.status).toBe(200);
  journal.flush();
  expect(lines.slice(1)).toEqual(['    🖼', '    орын 2']);
  await telegram.close();
});

const PERSON = { id: 7, first_name: 'Айгүл', phone: '+77000000001', started: true };

/** A player in front of a stand-in that nobody answers in. */
async function alone() {
  const telegram = await standIn({ people: [PERSON] });
  const counted: string[] = [];
  const program = { people: [PERSON], sim: telegram.sim, telegram, outbox: { items: () => [] } };
  const journal = { did: () => undefined };
  const player = new Player(program, journal, { firstName: 'Айгүл', language: 'kk' }, (step) =>
    counted.push(step),
  );
  return { telegram, player, counted };
}

it('sends photos as an album, and knows when they are gone', async () => {
  const { telegram, player, counted } = await alone();
  const picture = await photo(sheet('SPARSE', 400), { longSide: 400 });
  const ids = await player.sendPhotos([picture, picture]);
  const groups = telegram.sim.messages(PERSON.id).map((message) => message.media_group_id);
  expect(new Set(groups).size).toBe(1);
  expect(groups).toHaveLength(2);
  for (const message_id of ids)
    await fetch(`${telegram.apiRoot}/bot${TOKEN}/deleteMessage`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ chat_id: PERSON.id, message_id }),
    });
  await player.gone('the pictures are gone', ids);
  expect(counted).toEqual(['kk the pictures are gone']);
  await telegram.close();
});
