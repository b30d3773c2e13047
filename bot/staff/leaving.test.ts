import { describe, expect, test } from 'vitest';
import { type Parent, waitlistStage } from '../testing/waitlist.ts';

const stage = await waitlistStage();
const { world, home } = stage;
const { core } = world;

let houses = 0;

/** A child that leaves `home` for another kindergarten. */
async function leaving() {
  houses += 1;
  const house = await world.house(`Бұлақ ${houses}`, 1);
  const parent = await stage.attending();
  await core.staff.publish(world.operator, house.group, 1);
  await world.join(parent, parent.id, house);
  return { parent, house };
}

const transferOf = async ({ personId, id }: Parent) =>
  (await core.waitlists.of(personId, id)).transfer ?? undefined;

describe.each(['kk', 'ru'] as const)('the head of the present kindergarten (%s)', (language) => {
  const kk = language === 'kk';

  test('confirms a leaving after one more question', async () => {
    const { parent } = await leaving();
    const { chat } = await stage.atDesk({ head: home }, language);
    await chat.tap(kk ? 'Шығатын балалар' : 'Уходящие дети');
    await chat.tap('Сыналов');
    expect(chat.text).toContain('Сыналов');
    expect(chat.text).toContain(`Бұлақ ${houses}`);
    await chat.tap(kk ? '✅ Шығаруды растау' : '✅ Подтвердить');
    expect((await transferOf(parent))?.leftAt).toBeNull();
    await chat.tap(kk ? 'Иә, растау' : 'Да, подтвердить');
    expect((await transferOf(parent))?.leftAt).not.toBeNull();
    expect(chat.text).toContain(kk ? 'Белгіленді: бала шығарылды' : 'Отмечено: ребёнок отчислен');
    expect(chat.labels.join()).not.toContain('Сыналов');
    const { chat: mother } = parent;
    await stage.open(mother, 'transfer', parent.id);
    expect(mother.text.match(/☐/g)).toHaveLength(1);
    await core.referrals.cancel(parent.act, (await transferOf(parent))?.referralId as never);
  });

  test('refuses with a reason and a note; then the department decides', async () => {
    const { parent } = await leaving();
    const { chat } = await stage.atDesk({ head: home }, language);
    await chat.tap(kk ? 'Шығатын балалар' : 'Уходящие дети');
    await chat.tap('Сыналов');
    await chat.tap(kk ? 'Растамау' : 'Не подтверждать');
    await chat.tap(kk ? 'Төлем бойынша' : 'долг по оплате');
    await chat.type('Ә'.repeat(301));
    expect(chat.text).toContain('300');
    await chat.type('Сәуір <төленбеген>');
    expect(chat.text).toContain('Сәуір &lt;төленбеген&gt;');
    expect((await transferOf(parent))?.leavingRefused).toBeNull();
    await chat.tap(kk ? 'Иә, растамау' : 'Да, не подтверждать');
    expect((await transferOf(parent))?.leavingRefused).toMatchObject({
      reason: 'DEBT',
      note: 'Сәуір <төленбеген>',
    });
    // It can be confirmed still, but not refused once more.
    await chat.tap('⚠️');
    expect(chat.labels.join()).not.toContain(kk ? 'Растамау' : 'Не подтверждать');

    const { chat: desk } = await stage.atDesk('operator', language);
    await desk.tap('⚖️');
    await desk.tap('Сыналов');
    expect(desk.text).toContain('Сәуір &lt;төленбеген&gt;');
    expect(desk.labels.join()).not.toContain(kk ? 'Растамау' : 'Не подтверждать');
    await desk.tap(kk ? '✅ Шығаруды растау' : '✅ Подтвердить');
    await desk.tap(kk ? 'Иә, растау' : 'Да, подтвердить');
    expect((await transferOf(parent))?.leftAt).not.toBeNull();
    expect(desk.labels.join()).not.toContain('Сыналов');
    // A button that the head has kept.
    await chat.tap(kk ? '✅ Шығаруды растау' : '✅ Подтвердить');
    expect(chat.text).toContain(kk ? 'белгілейтін ештеңе жоқ' : 'отмечать нечего');
    await core.referrals.cancel(parent.act, (await transferOf(parent))?.referralId as never);
  });
});

describe('the children of a kindergarten', () => {
  test('are listed, and one who has left for good is written down after one more question', async () => {
    const house = await world.house('Арай', 5);
    const { id, chat: mother, ...parent } = await stage.attending('kk', house);
    const { chat } = await stage.atDesk({ head: house });
    await chat.tap('Балалар тізімі');
    expect(chat.text).toContain('барлығы: 1');
    await chat.tap('Сыналов');
    await chat.tap('Мектепке барды');
    expect(chat.text).toContain('өтініш мұрағатқа ауысады');
    expect(await world.stateOf(id)).toBe('ENROLLED');
    await chat.tap('Иә, бала шықты');
    expect(await world.stateOf(id)).toBe('ARCHIVED');
    expect(chat.text).toContain('барлығы: 0');
    const said = await stage.pressNotice({ ...parent, chat: mother }, 'N46');
    expect(said).toContain('бала мектепке барды');
    expect(mother.text).toContain('Мұрағатта');
    await core.staff.withdraw(world.operator, house.group, 1, 'MISTAKE');
  });

  test('who go over to another one are confirmed there', async () => {
    const { parent } = await leaving();
    const { chat } = await stage.atDesk({ head: home });
    await chat.tap('Балалар тізімі');
    while (!chat.labels.some((label) => label.startsWith('🔄'))) await chat.tap('›');
    await chat.tap('🔄');
    expect(chat.text).toContain('Ауысатын бала');
    await core.referrals.cancel(parent.act, (await transferOf(parent))?.referralId as never);
  });

  test('are shown to nobody else', async () => {
    const house = await world.house('Шолпан', 1);
    const { chat } = await stage.atDesk({ head: house });
    for (const screen of ['stkids', 'stleaves']) {
      await stage.open(chat, screen, home.id);
      expect(chat.lastToast).toContain('құқығыңыз жоқ');
    }
    const { parent } = await leaving();
    const transfer = await transferOf(parent);
    await stage.open(chat, 'stleave', transfer?.id ?? '');
    expect(chat.lastToast).toContain('құқығыңыз жоқ');
    await stage.open(parent.chat, 'stleave', transfer?.id ?? '');
    expect(parent.chat.text).toContain('Басты мәзір');
  });
});
