import { describe, expect, it } from 'vitest';
import { botStage } from '../testing/stage.ts';

const stage = await botStage();
const { world } = stage;

describe('privacy in the chat (F-52)', () => {
  it.each(['kk', 'ru'] as const)(
    'tells how much is stored, who looked, and leads to the files (%s)',
    async (language) => {
      const family = await stage.loggedIn(language);
      const { chat } = family;
      await world.enqueue(family, '2024-05-14');
      await chat.type('/privacy');
      await chat.tap(language === 'kk' ? 'Мен туралы деректер' : 'Что обо мне хранится');
      expect(chat.text).toContain(
        language === 'kk' ? 'Өтініштер: 1 (кезекте: 1)' : 'Заявления: 1 (в очереди: 1)',
      );
      await chat.tap(language === 'kk' ? 'Жаңа сілтеме' : 'Новая ссылка');
      expect(chat.page(language === 'kk' ? 'Файлдарды жүктеу' : 'Скачать файлы')).toMatch(/\/sign#\S{43}$/);
      for (const secret of [family.iin, family.phone]) expect(chat.text).not.toContain(secret);
      await chat.type('/privacy');
      await chat.tap(language === 'kk' ? 'кім көрді' : 'Кто смотрел');
      expect(chat.text).toContain(language === 'kk' ? 'ешкім қараған жоқ' : 'никто не смотрел');
    },
  );

  it('deletes the account only when no child waits, and says what stays', async () => {
    const family = await stage.loggedIn('kk');
    const { chat } = family;
    const id = await world.enqueue(family, '2024-05-14');
    await chat.type('/privacy');
    await chat.tap('Аккаунтты жою');
    expect(chat.text).toContain('Заңға сәйкес сақталады');
    await chat.tap('🗑 Жою');
    expect(chat.toasts.at(-1)?.text).toContain('қайтарыңыз');
    expect((await world.core.people.account(String(chat.id))).person).not.toBeNull();
    await world.core.applications.withdraw(family.act, id);
    await chat.tap('🗑 Жою');
    expect((await world.core.people.account(String(chat.id))).person).toBeNull();
    expect(await world.db.prisma.contact.count({ where: { person_id: family.personId } })).toBe(0);
    // Whoever comes back begins as on the first day.
    await chat.type('/start');
    expect(chat.labels.join(' ')).toContain('Қазақша');
  });
});
