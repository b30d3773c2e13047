import { expect, it } from 'vitest';
import { standIn, TOKEN } from '../telegram/testing.ts';
import { openJournal } from './journal.ts';
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
