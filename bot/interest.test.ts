import { describe, expect, it } from 'vitest';
import type { ApplicationId } from './core.ts';
import type { NoticeContent } from './delivery/core.ts';
import { renderNotice } from './delivery/index.ts';
import { botStage } from './testing/stage.ts';

// Monday 23 November 2026, 10:00 in Kazakhstan.
const stage = await botStage();
const { world } = stage;

/** The reminders of T6 that the parent was sent, in order. */
async function reminders(personId: string): Promise<NoticeContent[]> {
  const rows = await world.db.prisma.notice.findMany({
    where: { person_id: personId, code: 'N21r' },
    orderBy: { id: 'asc' },
  });
  return rows.map((row) => ({
    noticeId: row.id as NoticeContent['noticeId'],
    code: row.code,
    legal: row.legal,
    params: row.params as NoticeContent['params'],
    createdAt: row.created_at,
    applicationId: row.application_id as ApplicationId,
    referralId: null,
    childName: 'Нұрлан',
    numberTail: '0001',
    referralNumber: null,
    kindergarten: null,
    kindergartenId: null,
    refusalNote: null,
  }));
}

function buttonData(content: NoticeContent): string {
  const { button } = renderNotice(content, 'kk');
  if (button === null || !('callback_data' in button)) throw new Error('a reminder without a button');
  return button.callback_data;
}

describe('the yearly confirmation (S1, T6)', () => {
  it('is asked for 60, 30, 14, 7, 3 and 1 days before, each time in other words', async () => {
    const family = await stage.loggedIn('kk');
    await world.enqueue(family, '2024-05-14');
    for (const day of ['09-24', '10-24', '11-09', '11-16', '11-20', '11-22'])
      await world.moveTo(`2027-${day}T05:01:00Z`);
    const sent = await reminders(family.personId);
    expect(sent.map(({ createdAt }) => createdAt.toISOString().slice(0, 10))).toEqual([
      '2027-09-24',
      '2027-10-24',
      '2027-11-09',
      '2027-11-16',
      '2027-11-20',
      '2027-11-22',
    ]);
    const texts = sent.map((content) => renderNotice(content, 'kk').html);
    expect(new Set(texts).size).toBe(6);
    expect(texts[4]).toContain('қалған уақыт: 3 күн');
  });

  it('is given by one tap on the reminder, whatever the chat is showing; twice is once', async () => {
    world.clock.set('2026-11-23T05:00:00Z');
    for (const language of ['kk', 'ru'] as const) {
      world.clock.set('2026-11-23T05:00:00Z');
      const family = await stage.loggedIn(language);
      const { chat } = family;
      const id = await world.enqueue(family, '2024-05-14');
      await world.moveTo('2027-09-24T06:00:00Z');
      const [first] = await reminders(family.personId);
      if (first === undefined) throw new Error('no reminder');
      await chat.type('/help');
      await chat.press(buttonData(first), 7);
      const card = await world.core.applications.card(family.personId, id);
      expect(card.interestDueAt.toISOString()).toBe('2028-09-24T18:59:59.999Z');
      expect(chat.text).toContain(
        language === 'kk' ? 'Мүдделілік расталды' : 'Заинтересованность подтверждена',
      );
      await chat.press(buttonData(first), 7);
      const confirmed = await world.db.prisma.interest_confirmation.count({ where: { application_id: id } });
      expect(confirmed).toBe(1);
    }
  });

  it('is nobody else’s to give, and asks a chat that is logged out to log in first', async () => {
    world.clock.set('2026-11-23T05:00:00Z');
    const family = await stage.loggedIn('kk');
    const { chat } = family;
    const stranger = await stage.loggedIn('kk');
    const id = await world.enqueue(family, '2024-05-14');
    await world.moveTo('2027-09-24T06:00:00Z');
    const [first] = await reminders(family.personId);
    if (first === undefined) throw new Error('no reminder');
    await stranger.chat.press(buttonData(first), 7);
    await world.core.people.logout(String(chat.id));
    await chat.press(buttonData(first), 7);
    expect(await world.db.prisma.interest_confirmation.count({ where: { application_id: id } })).toBe(0);
  });
});
