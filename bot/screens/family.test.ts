import { describe, expect, it } from 'vitest';
import { botStage } from '../testing/stage.ts';

// Monday 23 November 2026, 10:00 in Kazakhstan.
const stage = await botStage();
const { world } = stage;

/** The bytes of the document the chat was sent last. */
async function lastFile(chat: Awaited<ReturnType<typeof stage.loggedIn>>['chat']): Promise<string> {
  const sent = chat.calls.findLast(({ method }) => method === 'sendDocument')?.payload.document;
  const file = sent as { toRaw(): Promise<AsyncIterable<Uint8Array> | Uint8Array> };
  const raw = await file.toRaw();
  return Buffer.from(raw as Uint8Array).toString('utf8');
}

describe('the family view (F-38)', () => {
  it.each(['kk', 'ru'] as const)('shows all children, first what needs doing (%s)', async (language) => {
    world.clock.set('2026-11-23T05:00:00Z');
    const family = await stage.loggedIn(language);
    const { chat } = family;
    const kindergarten = await world.kindergarten();
    const group = await world.group(kindergarten, 2022);
    await world.enqueue(family, '2024-05-14', { at: '2026-01-20T05:00:00Z' });
    await world.enqueue(family, '2022-05-14');
    await world.core.staff.publish(await world.staff({ operator: true }), group, 1);
    await world.moveTo('2026-11-24T03:00:00Z');
    await chat.type('/start');
    await chat.tap(language === 'kk' ? 'Балаларым' : 'Мои дети');
    const [first] = chat.text.split('👶');
    expect(first).toContain(
      language === 'kk' ? '1. Нұрлан: балабақшаны таңдау' : '1. Нұрлан: выбрать детский сад',
    );
    expect(first).toContain(
      language === 'kk' ? '27 қараша 2026 ж., жұма, 23:59' : 'пятница, 27 ноября 2026 г., 23:59',
    );
    expect(chat.text.match(/👶/g)).toHaveLength(2);
    // The one with a turn stands first.
    expect(chat.text.indexOf('2022')).toBeLessThan(chat.text.indexOf('2024'));
  });
});

describe('a calendar file', () => {
  it('has the deadline as it stands, with alarms, the same id again, and no personal data', async () => {
    world.clock.set('2026-11-23T05:00:00Z');
    const family = await stage.loggedIn('kk');
    const { chat } = family;
    const id = await world.enqueue(family, '2024-05-14');
    await chat.type('/start');
    await chat.tap('Балаларым');
    await chat.tap('📅');
    expect(chat.text).toContain(
      'Мүдделілікті растаудың соңғы мерзімі: <b>23 қараша 2027 ж., сейсенбі, 23:59</b>',
    );
    await chat.tap('Мүдделілікті растау');
    const file = await lastFile(chat);
    expect(file).toContain('BEGIN:VCALENDAR');
    expect(file.match(/BEGIN:VEVENT/g)).toHaveLength(1);
    expect(file).toContain('DTEND:20271123T185959Z');
    expect(file.match(/BEGIN:VALARM/g)).toHaveLength(2);
    for (const secret of [family.iin, family.phone, 'Сынал', id]) expect(file).not.toContain(secret);
    await chat.tap('Барлық мерзім');
    const all = await lastFile(chat);
    expect(all.match(/BEGIN:VEVENT/g)).toHaveLength(2);
    const uid = /UID:(\S+)/.exec(file)?.[1] ?? 'none';
    expect(all).toContain(uid);
  });
});
