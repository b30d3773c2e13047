import { describe, expect, test } from 'vitest';
import { aigul, dana, MINUTE, openStage, refusal, wrong } from './testing/stage.ts';

const { clock, database, gateway, lastCode, later, logged, newChat, people, sent } = await openStage();

describe('the code', () => {
  const startedChat = async () => {
    const chat = await newChat(aigul.phone);
    await people.startLogin(chat, aigul.iin);
    return chat;
  };

  test.each(['12345', '1234567', 'қате', '12345a', ''])('%j is no code and costs no try', async (text) => {
    const chat = await startedChat();
    expect((await refusal(people.finishLogin(chat, text))).code).toBe('code.format');
    await people.finishLogin(chat, ` ${lastCode().slice(0, 3)}-${lastCode().slice(3)} `);
  });

  test('five wrong ones end it, even when the right one follows', async () => {
    const chat = await startedChat();
    const right = lastCode();
    for (const left of [4, 3, 2, 1]) {
      const no = await refusal(people.finishLogin(chat, wrong(right)));
      expect([no.code, no.params]).toEqual(['code.wrong', { left }]);
    }
    expect((await refusal(people.finishLogin(chat, wrong(right)))).code).toBe('code.exhausted');
    expect((await refusal(people.finishLogin(chat, right))).code).toBe('code.exhausted');
    expect((await people.account(chat)).person).toBeNull();
  });

  test('wrong ones at the same moment are counted one by one', async () => {
    const chat = await startedChat();
    const right = lastCode();
    const tries = await Promise.all(
      Array.from({ length: 8 }, () => refusal(people.finishLogin(chat, wrong(right)))),
    );
    expect(tries.map((no) => no.code).sort()).toEqual([
      ...Array<string>(4).fill('code.exhausted'),
      ...Array<string>(4).fill('code.wrong'),
    ]);
  });

  test('is good for five minutes to the last instant', async () => {
    const chat = await startedChat();
    later(5 * MINUTE + 1);
    expect((await refusal(people.finishLogin(chat, lastCode()))).code).toBe('code.late');
    await people.resendLogin(chat);
    later(5 * MINUTE);
    expect((await people.finishLogin(chat, lastCode())).person).not.toBeNull();
  });

  test('works once', async () => {
    const chat = await startedChat();
    await people.finishLogin(chat, lastCode());
    expect((await refusal(people.finishLogin(chat, lastCode()))).code).toBe('code.none');
    expect((await refusal(people.resendLogin(chat))).code).toBe('code.none');
  });

  test('a new one voids the old, and is not given within a minute', async () => {
    const chat = await startedChat();
    const old = lastCode();
    later(MINUTE - 1);
    const tooOften = await refusal(people.resendLogin(chat));
    expect([tooOften.code, tooOften.params]).toEqual([
      'code.tooOften',
      { resendAt: '2026-11-23T04:01:00.000Z' },
    ]);
    later(1);
    await people.resendLogin(chat);
    if (old !== lastCode()) expect((await refusal(people.finishLogin(chat, old))).code).toBe('code.wrong');
    await people.finishLogin(chat, lastCode());
  });

  test('the IIN typed again within a minute leads to the code on its way', async () => {
    const chat = await startedChat();
    later(30_000);
    expect(await people.startLogin(chat, aigul.iin)).toMatchObject({
      resendAt: new Date('2026-11-23T04:01:00Z'),
    });
    expect(sent).toHaveLength(1);
    await people.finishLogin(chat, lastCode());
  });

  test('five in an hour to one person, whichever chat asks', async () => {
    const chat = await startedChat();
    for (let i = 0; i < 4; i += 1) {
      later(MINUTE);
      const code = await people.resendLogin(chat);
      if (i === 3) expect(code.resendAt).toEqual(new Date('2026-11-23T05:00:00Z'));
    }
    expect(sent).toHaveLength(5);
    later(2 * MINUTE);
    const other = await newChat(aigul.phone);
    for (const no of [people.resendLogin(chat), people.startLogin(other, aigul.iin)]) {
      const tooOften = await refusal(no);
      expect([tooOften.code, tooOften.params]).toEqual([
        'code.tooOften',
        { resendAt: '2026-11-23T05:00:00.000Z' },
      ]);
    }
    clock.set('2026-11-23T05:00:00Z');
    await people.resendLogin(chat);
    expect(sent).toHaveLength(6);
  });

  test('of one chat opens no other', async () => {
    const chat = await startedChat();
    const other = await newChat(aigul.phone);
    expect((await refusal(people.finishLogin(other, lastCode()))).code).toBe('code.none');
    expect((await people.finishLogin(chat, lastCode())).person).not.toBeNull();
  });

  test('does not open the account of a chat whose phone has changed meanwhile', async () => {
    const chat = await startedChat();
    await people.shareContact(chat, dana.phone);
    expect((await refusal(people.finishLogin(chat, lastCode()))).code).toBe('code.none');
  });

  test('that the gateway did not take is void and does not count', async () => {
    const chat = await newChat(aigul.phone);
    gateway.isDown = true;
    for (let i = 0; i < 6; i += 1) {
      expect((await refusal(people.startLogin(chat, aigul.iin))).code).toBe('code.notSent');
    }
    expect(logged.join()).not.toContain('1234567');
    gateway.isDown = false;
    await people.resendLogin(chat);
    await people.finishLogin(chat, lastCode());
  });

  test('two taps at once send one SMS', async () => {
    const chat = await newChat(aigul.phone);
    await Promise.all([people.startLogin(chat, aigul.iin), people.startLogin(chat, aigul.iin)]);
    expect(sent).toHaveLength(1);
    expect((await database.pool.query('SELECT FROM person')).rowCount).toBe(1);
  });

  test('logins from two chats and wrong codes all at once wait for each other without a deadlock', async () => {
    const [first, second] = [await startedChat(), await newChat(aigul.phone)];
    for (let round = 0; round < 5; round += 1) {
      const code = lastCode();
      later(MINUTE);
      const outcomes = await Promise.allSettled([
        people.finishLogin(first, wrong(code)),
        people.resendLogin(first),
        people.startLogin(second, aigul.iin),
        people.finishLogin(second, wrong(code)),
      ]);
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ name: 'Refusal' });
      }
    }
  });

  test('is stored only as a keyed hash', async () => {
    await startedChat();
    const { rows } = await database.pool.query('SELECT c::text AS row FROM one_time_code AS c');
    expect(rows).toHaveLength(1);
    expect(rows[0].row).not.toContain(lastCode());
  });

  test('a message that was applied has no second effect', async () => {
    const chat = await startedChat();
    await database.pool.query(
      "INSERT INTO inbox (message_id, lane, received_at) VALUES (77, $1, '2026-11-23T04:00:00Z')",
      [chat],
    );
    const right = lastCode();
    expect((await refusal(people.finishLogin(chat, wrong(right), 77n))).params).toEqual({ left: 4 });
    await expect(people.finishLogin(chat, wrong(right), 77n)).rejects.toThrow('applied already');
    expect((await refusal(people.finishLogin(chat, wrong(right)))).params).toEqual({ left: 3 });
  });
});
