import { describe, expect, it } from 'vitest';
import type { Chat } from '../testing/chat.ts';
import { botStage } from '../testing/stage.ts';

const stage = await botStage();
const { world } = stage;
const garden = await world.kindergarten('Балдырған');
const group = await world.group(garden, 2023);

async function staffChat(role: 'OPERATOR' | 'KINDERGARTEN_HEAD', language: 'kk' | 'ru' = 'kk') {
  const member = await stage.loggedIn(language);
  const where = role === 'OPERATOR' ? { district_id: world.districtId } : { kindergarten_id: garden };
  await world.db.prisma.staff_role.create({
    data: { person_id: member.personId, role, granted_at: world.clock.now(), ...where },
  });
  await member.chat.type('/menu');
  await member.chat.tap(language === 'kk' ? 'Қызметкер' : 'сотрудник');
  return member;
}

const free = async (): Promise<number> =>
  world.db.prisma.place.count({
    where: { group_id: group, state: { in: ['PUBLISHED', 'PRIORITY', 'OPEN'] } },
  });

describe('the desk', () => {
  it('is shown to staff only, also when its button is kept', async () => {
    const parent = await stage.loggedIn();
    expect(parent.chat.labels.join()).not.toContain('Қызметкер');
    await parent.chat.press('v1:staff:', parent.chat.live.id);
    expect(parent.chat.text).toContain('Басты мәзір');
    const member = await staffChat('KINDERGARTEN_HEAD');
    expect(member.chat.labels).toEqual([
      '📜 Жолдамалар',
      '🚪 Шығатын балалар',
      '👶 Балалар тізімі',
      '🏠 Басты мәзір',
    ]);
  });

  it('lets core decide about every action: a head publishes nothing', async () => {
    const { chat } = await staffChat('KINDERGARTEN_HEAD');
    await chat.press(
      `v1:stgroup:${Buffer.from(group.replaceAll('-', ''), 'hex').toString('base64url')}`,
      chat.live.id,
    );
    expect(chat.lastToast).toContain('құқығыңыз жоқ');
  });
});

describe('places', () => {
  it('are published by a button or a typed number, after one more question', async () => {
    const { chat } = await staffChat('OPERATOR');
    await chat.tap('Орындар');
    await chat.tap('Балдырған');
    await chat.tap('2023');
    expect(chat.text).toContain('Жариялауға болады: <b>25</b>');
    await chat.tap('➕ 3');
    expect(chat.text).toContain('Жарияланатын орын: <b>3</b>');
    expect(await free()).toBe(0);
    await chat.tap('Жариялау: 3');
    expect(chat.text).toContain('✅ Жарияланған орын: 3');
    expect(await free()).toBe(3);
    await chat.type('көп');
    expect(chat.text).toContain('Бүтін сан жазыңыз: 1 – 22');
    await chat.type('4');
    await chat.tap('Жариялау: 4');
    expect(await free()).toBe(7);
    await chat.type('19');
    expect(chat.text).toContain('Бүтін сан жазыңыз: 1 – 18');
    expect(await free()).toBe(7);
  });

  it('are withdrawn with a reason, in Russian too', async () => {
    const { chat } = await staffChat('OPERATOR', 'ru');
    await chat.tap('Места');
    await chat.tap('Балдырған');
    await chat.tap('2023');
    await chat.tap('Отозвать места');
    await chat.tap('5');
    await chat.tap('Ремонт');
    expect(chat.text).toContain('Причина: Ремонт');
    expect(await free()).toBe(7);
    await chat.tap('Отозвать: 5');
    expect(chat.text).toContain('✅ Отозвано мест: 5');
    expect(await free()).toBe(2);
  });

  it('are published once when the same tap comes twice', async () => {
    const { chat } = await staffChat('OPERATOR');
    await chat.tap('Орындар');
    await chat.tap('Балдырған');
    await chat.tap('2023');
    await chat.tap('➕ 1');
    const before = await free();
    const button = chat.live.buttons[0]?.[0];
    const tap = chat.tapUpdate(
      button !== undefined && 'callback_data' in button ? button.callback_data : '',
      chat.live.id,
    );
    await chat.update(tap);
    await chat.update(tap);
    expect(await free()).toBe(before + 1);
  });
});

describe('restoring an application', () => {
  it('takes the full number and a reason', async () => {
    const { chat } = await staffChat('OPERATOR');
    const family = await world.person();
    const application = await world.enqueue(family, '2022-05-05');
    const { number } = await world.db.prisma.application.update({
      where: { id: application },
      data: { state: 'REMOVED', removal_reason: 'NO_CONFIRMATION' },
    });
    await world.db.prisma.timer.updateMany({
      where: { application_id: application },
      data: { state: 'CANCELLED', ended_at: world.clock.now() },
    });
    await chat.tap('↩');
    await chat.type('4512');
    expect(chat.text).toContain('Нөмір қате жазылған');
    await chat.type(number.toLowerCase().replaceAll('-', ' – '));
    await chat.tap('Шағым');
    expect(await world.stateOf(application)).toBe('REMOVED');
    await chat.tap('✅ Қалпына келтіру');
    expect(chat.text).toContain(`✅ Өтініш қалпына келтірілді: ${number}`);
    expect(await world.stateOf(application)).toBe('QUEUED');
    expect(await world.notices(family.personId)).toContain('N25');
  });
});

describe('referrals of a kindergarten', () => {
  /** A parent with a referral to this kindergarten. */
  async function referred(birthYear: number) {
    const own = await world.group(garden, birthYear);
    const family = await world.person();
    const application = await world.enqueue(family, `${birthYear}-03-03`, { at: '2026-01-05T05:00:00Z' });
    const operator = await world.staff({ operator: true });
    const { pickOpensAt } = await world.core.staff.publish(operator, own, 1);
    await world.moveTo(new Date(pickOpensAt.getTime() + 60_000));
    await world.choose(family, application, own);
    return { family, application };
  }
  const open = async (chat: Chat): Promise<void> => {
    await chat.tap('Жолдамалар');
    await chat.tap('Сыналов');
  };

  it('go from arrived to accepted', async () => {
    const { application, family } = await referred(2021);
    const { chat } = await staffChat('KINDERGARTEN_HEAD');
    await open(chat);
    await chat.tap('Келді');
    expect(chat.text).toContain('Белгіленді');
    await chat.tap('Қабылдау');
    expect(await world.stateOf(application)).toBe('REFERRED');
    await chat.tap('Иә, қабылдау');
    expect(await world.stateOf(application)).toBe('ENROLLED');
    expect(await world.notices(family.personId)).toContain('N16');
    expect(chat.text).toContain('Бала балабақшаға қабылданды');
    await chat.tap('Аяқталған');
    expect(chat.labels.join()).toContain('Сыналов');
  });

  it('are refused with a reason and a note that the parent reads', async () => {
    const { application } = await referred(2022);
    const { chat } = await staffChat('KINDERGARTEN_HEAD');
    await open(chat);
    expect(chat.labels.join()).not.toContain('Бас тарту');
    await chat.tap('Келді');
    await chat.tap('Бас тарту');
    await chat.tap('Құжаттар толық емес');
    await chat.type('Екпе паспорты <жоқ>');
    expect(chat.text).toContain('Екпе паспорты &lt;жоқ&gt;');
    await chat.tap('Иә, бас тарту');
    expect(await world.stateOf(application)).not.toBe('REFERRED');
    const referral = await world.db.prisma.referral.findFirstOrThrow({
      where: { application_id: application },
    });
    expect(referral).toMatchObject({
      state: 'REFUSED',
      refusal_reason: 'INCOMPLETE',
      refusal_note: 'Екпе паспорты <жоқ>',
    });
  });
});

describe('a broadcast', () => {
  it('is written in both languages, shown, asked once more, and controlled', async () => {
    const { chat } = await staffChat('OPERATOR');
    const parent = await stage.loggedIn();
    await world.enqueue(parent, '2024-05-05');
    await chat.tap('Хабарлама жіберу');
    await chat.type('Ә'.repeat(1001));
    expect(chat.text).toContain('тым ұзын');
    await chat.type('Жиналыс <b>ертең</b>');
    await chat.type('Собрание завтра');
    expect(chat.text).toContain('Кімге жібереміз');
    await chat.tap('Туған жылы');
    await chat.tap('2024');
    await chat.tap('Тілі');
    await chat.tap('Қазақ');
    await chat.tap('Алдын ала қарау');
    expect(chat.text).toContain('Жиналыс &lt;b&gt;ертең&lt;/b&gt;');
    expect(chat.text).toContain('Собрание завтра');
    expect(chat.text).toContain('Алушылар: <b>1</b>');
    await chat.tap('Жіберу ›');
    const started = () => world.db.prisma.broadcast.findFirst({ where: { state: { not: 'DRAFT' } } });
    expect(await started()).toBeNull();
    await chat.tap('Иә, жіберу');
    const broadcast = await started();
    expect(broadcast).toMatchObject({ state: 'RUNNING', total: 1, progress_address: String(chat.id) });
    expect(chat.seen.some((message) => String(message.id) === broadcast?.progress_message)).toBe(true);
    expect(String(chat.live.id)).not.toBe(broadcast?.progress_message);
    await chat.tap('Кідірту');
    expect((await started())?.state).toBe('PAUSED');
    await chat.tap('Жалғастыру');
    expect((await started())?.state).toBe('RUNNING');
    await chat.tap('Тоқтату');
    expect((await started())?.state).toBe('RUNNING');
    await chat.tap('Иә, тоқтату');
    expect((await started())?.state).toBe('STOPPED');
    expect(chat.text).toContain('Жіберуге үлгермеді: 1');
  });

  it('to nobody cannot be sent', async () => {
    const { chat } = await staffChat('OPERATOR');
    await chat.tap('Хабарлама жіберу');
    await chat.type('Хабар');
    await chat.type('Весть');
    await chat.tap('Мәртебесі');
    await chat.tap('Стоп-тізімде');
    await chat.tap('Алдын ала қарау');
    expect(chat.text).toContain('алушы жоқ');
    expect(chat.labels.join()).not.toContain('Жіберу');
  });
});
