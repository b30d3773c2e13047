import { describe, expect, it } from 'vitest';
import { botStage } from '../testing/stage.ts';

const stage = await botStage();
const { world } = stage;

describe('«Хабарламалар»', () => {
  it('has every notice, newest first, the new ones marked once', async () => {
    const parent = await stage.loggedIn();
    await world.enqueue(parent, '2023-05-05');
    await parent.chat.type('/menu');
    await parent.chat.tap('Хабарламалар');
    expect(parent.chat.text).toContain('🆕');
    expect(parent.chat.text).toContain('Бала кезекке қойылды');
    expect(parent.chat.text).toContain('Жүйеге жаңа кіру');
    expect(parent.chat.text.indexOf('Бала кезекке')).toBeLessThan(parent.chat.text.indexOf('Жүйеге жаңа'));
    await parent.chat.type('/menu');
    await parent.chat.tap('Хабарламалар');
    expect(parent.chat.text).not.toContain('🆕');
  });

  it('says that there is nothing to somebody else', async () => {
    const parent = await stage.loggedIn('ru');
    await world.db.prisma.delivery.deleteMany({ where: { notice: { person_id: parent.personId } } });
    await world.db.prisma.notice.deleteMany({ where: { person_id: parent.personId } });
    await parent.chat.press('v1:notices:', parent.chat.live.id);
    expect(parent.chat.text).toContain('Уведомлений пока нет');
  });
});
