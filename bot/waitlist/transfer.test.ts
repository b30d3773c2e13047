import { describe, expect, test } from 'vitest';
import type { House } from '../../local/testing/attending.ts';
import { type Parent, waitlistStage } from '../testing/waitlist.ts';

const stage = await waitlistStage();
const { world, home } = stage;
const { core } = world;

let houses = 0;

/** A parent in a chat whose child goes over to another kindergarten. */
async function moving(language: 'kk' | 'ru' = 'kk'): Promise<{ parent: Parent; house: House }> {
  houses += 1;
  const house = await world.house(`Самал ${houses}`, 1);
  const parent = await stage.attending(language);
  await core.staff.publish(world.operator, house.group, 1);
  await world.join(parent, parent.id, house);
  await stage.open(parent.chat, 'transfer', parent.id);
  return { parent, house };
}

const transferOf = async ({ personId, id }: Parent) => {
  const { transfer } = await core.waitlists.of(personId, id);
  if (transfer === null) throw new Error('nobody goes anywhere');
  return transfer;
};

describe('the way to another kindergarten', () => {
  test.each(['kk', 'ru'] as const)(
    'ticks both steps, and ends with the new kindergarten (%s)',
    async (language) => {
      const { parent, house } = await moving(language);
      const { chat } = parent;
      const { id, referralId, referralNumber, voucherNumber, admitUntil } = await transferOf(parent);
      expect(chat.text).toContain(referralNumber);
      expect(chat.text).toContain(voucherNumber);
      expect(admitUntil.getTime()).toBeGreaterThan(world.clock.now().getTime());
      await chat.tap('PDF');
      expect(chat.seen.filter(({ kind }) => kind === 'document')).toHaveLength(1);

      await stage.open(chat, 'card', parent.id);
      expect(chat.text).toContain('«Күншуақ»');
      expect(chat.text).toContain('🔄');

      await core.transfers.confirmLeaving(home.head, id);
      await stage.pressNotice(parent, 'N29e');
      expect(chat.text.match(/☐/g)).toHaveLength(1);
      await core.referrals.markArrived(house.head, referralId);
      await stage.pressNotice(parent, 'N29e');
      expect(chat.text).not.toContain('☐');
      expect(chat.text.match(/✅/g)).toHaveLength(2);
      expect(chat.labels.join()).not.toContain(language === 'kk' ? 'бас тарту' : 'Отказаться');

      await core.referrals.accept(house.head, referralId);
      await stage.open(chat, 'transfer', parent.id);
      expect(chat.text).toContain('🎉');
      expect(chat.text).toContain(language === 'kk' ? 'қолданыста' : 'действует');
      await stage.open(chat, 'wl', parent.id);
      expect(chat.text).toContain(`Самал ${houses}`);
      await stage.open(chat, 'card', parent.id);
      expect(chat.text).toContain(`«Самал ${houses}»`);
      expect(chat.text).not.toContain('🔄');
      await stage.open(chat, 'docs', parent.id);
      const [newer, older] = chat.text.split('\n').filter((line) => line.includes('🏫'));
      expect([newer, older]).toEqual([
        expect.stringContaining(`Самал ${houses}`),
        expect.stringContaining('Күншуақ'),
      ]);
      await stage.open(chat, 'history', parent.id);
      await chat.tap('‹');
      expect(chat.text).not.toContain(
        language === 'kk' ? 'мәліметі жаңартылды' : 'Данные заявления обновлены',
      );
    },
  );

  test('tells why the present kindergarten said no, and what to do', async () => {
    const { parent } = await moving();
    const { id } = await transferOf(parent);
    await core.transfers.refuseLeaving(home.head, id, 'DEBT', 'Қарыз <5000>');
    const said = await stage.pressNotice(parent, 'N29e');
    expect(said).toContain('төлем бойынша қарыз бар');
    expect(parent.chat.text).toContain('Қарыз &lt;5000&gt;');
    expect(parent.chat.text).toContain('қарызды өтеп');
    await core.transfers.confirmLeaving(world.operator, id);
    await stage.open(parent.chat, 'transfer', parent.id);
    expect(parent.chat.text).not.toContain('қарызды өтеп');
    await core.referrals.cancel(parent.act, (await transferOf(parent)).referralId);
  });

  test('is given up after one more question, within its hours', async () => {
    const { parent } = await moving();
    const { chat } = parent;
    await chat.tap('Ауысудан бас тарту');
    expect(chat.live.buttons[0]?.[0]).toMatchObject({ style: 'danger' });
    expect(chat.text).toContain('Кейін бұл мүмкін емес');
    expect((await transferOf(parent)).state).toBe('OPEN');
    await chat.tap('Ауысудан бас тарту');
    expect(chat.text).toContain('Ауысудан бас тарттыңыз');
    expect(chat.text).toContain('жойылды');
    expect(chat.text).toContain('Қазір: <b>«Күншуақ» балабақшасы</b>');
    expect((await transferOf(parent)).state).toBe('CANCELLED');
  });

  test('cannot be given up after its hours', async () => {
    const { parent } = await moving();
    const { chat } = parent;
    await chat.tap('Ауысудан бас тарту');
    const kept = chat.live.buttons[0]?.[0];
    const { cancelUntil } = await transferOf(parent);
    await world.moveTo(new Date(cancelUntil.getTime() + 60_000));
    const data = kept !== undefined && 'callback_data' in kept ? kept.callback_data : '';
    await chat.press(data, chat.live.id);
    expect(chat.lastToast).toContain('Бас тарту мерзімі өтті');
    await stage.open(chat, 'transferno', parent.id);
    expect(chat.text).toContain('Бас тарту мерзімі өтті');
    expect(chat.labels.join()).not.toContain('бас тарту');
  });

  test('ends with the archive when nothing was done in time, and the place is kept', async () => {
    const { parent } = await moving();
    const { chat } = parent;
    const { admitUntil } = await transferOf(parent);
    await world.moveTo(new Date(admitUntil.getTime() + 60_000));
    const said = await stage.pressNotice(parent, 'N29x');
    expect(said).toContain('Өтініш мұрағатқа ауыстырылды');
    expect(said).toContain('орны сақталды');
    expect(chat.text).toContain('Қабылдау мерзімінде рәсімделмеді');
    expect(chat.text).toContain('Өтініш мұрағатқа ауыстырылды');
    await chat.tap('Артқа');
    expect(chat.text).toContain('Өтініш мұрағатта');
    expect(chat.labels.join()).not.toContain('Күту тізіміне тұру');
    await chat.tap('Артқа');
    expect(chat.text).toContain('Өтініш мұрағатта');
  });
});
