import { describe, expect, it } from 'vitest';
import { layPaper } from '../../local/testing/papers.ts';
import type { Chat } from '../testing/chat.ts';
import { botStage } from '../testing/stage.ts';

const stage = await botStage();
const { world } = stage;
const { benefits } = world.core;

async function operator(language: 'kk' | 'ru' = 'kk') {
  const member = await stage.loggedIn(language);
  await world.db.prisma.staff_role.create({
    data: {
      person_id: member.personId,
      role: 'OPERATOR',
      granted_at: world.clock.now(),
      district_id: world.districtId,
    },
  });
  await member.chat.type('/menu');
  await member.chat.tap(language === 'kk' ? 'Қызметкер' : 'сотрудник');
  return member;
}

/** A claim with two photos and a PDF, given in by a parent. */
async function claimed(category = 'LARGE') {
  const family = await world.person();
  const application = await world.enqueue(family, '2023-05-14');
  const claim = await benefits.begin(family.act, application, category);
  await layPaper(world, claim);
  await layPaper(world, claim, 'application/pdf', 3);
  await layPaper(world, claim);
  await benefits.send(family.act, claim);
  const { number } = await world.db.prisma.application.findUniqueOrThrow({ where: { id: application } });
  return { family, application, claim, digits: number.slice(-4) };
}

const stateOf = async (id: string) =>
  (await world.db.prisma.benefit_claim.findUniqueOrThrow({ where: { id } })).state;
const classOf = async (id: string) =>
  (await world.db.prisma.application.findUniqueOrThrow({ where: { id } })).benefit_class;
const pictures = ({ seen, deleted }: Chat) =>
  seen.filter(({ id, kind }) => kind !== 'text' && !deleted.includes(id));

async function open(chat: Chat, digits: string, list: string) {
  await chat.tap(list);
  await chat.tap(digits);
}

describe('the list of claims', () => {
  it('is counted on the desk and told empty', async () => {
    const { chat } = await operator();
    expect(chat.labels).toContain('🎖 Жеңілдіктер · 0');
    await chat.tap('Жеңілдіктер');
    expect(chat.text).toContain('Тексеруді күткен жеңілдік жоқ');
    const { digits, claim } = await claimed();
    await chat.tap('Артқа');
    expect(chat.labels).toContain('🎖 Жеңілдіктер · 1');
    expect(chat.text).toContain('Тексеруді күткен жеңілдік: <b>1</b>');
    await chat.tap('Жеңілдіктер');
    expect(chat.labels[0]).toMatch(new RegExp(`^🎖 Нұрлан · №${digits} · \\d\\d\\.\\d\\d\\.2026$`));
    const other = await operator('ru');
    await other.chat.tap('Льготы');
    await chat.tap(digits);
    await other.chat.tap(digits);
    expect(other.chat.lastToast).toContain('смотрит другой сотрудник');
    expect(other.chat.labels[0]).toContain('🔒');
    expect(pictures(other.chat)).toEqual([]);
    await chat.tap('Кейінге қалдыру');
    expect(chat.text).toContain('Мәлімдеме тізімге қайтарылды');
    expect(await stateOf(claim)).toBe('CLAIMED');
    await chat.tap(digits);
    await chat.tap('Растау');
    await chat.tap('Мерзімі жазылмаған');
    await chat.tap('Иә, растау');
    expect(await stateOf(claim)).toBe('CONFIRMED');
  });
});

describe('a claim on the desk', () => {
  it('shows whose it is, and its pictures under a veil until one leaves it', async () => {
    const { chat } = await operator();
    const { digits, claim } = await claimed('CDIS');
    await open(chat, digits, 'Жеңілдіктер');
    expect(chat.text).toContain('Бала: <b>Сыналов Нұрлан</b>');
    expect(chat.text).toContain('Туған күні: 14 мамыр 2023 ж.');
    expect(chat.text).toMatch(/ЖСН: 2305•••••\d{3}/);
    expect(chat.text).toContain('Өтініш беруші: <b>Сыналова Айгүл</b>');
    expect(chat.text).toContain('Санаты: <tg-spoiler>Мүгедектігі бар балалар</tg-spoiler>');
    expect(chat.text).toContain('Көшірме саны: 3 · бет саны: 5');
    expect(pictures(chat).map(({ kind }) => kind)).toEqual(['photo', 'photo', 'document']);
    expect(pictures(chat).every((seen) => seen.protected)).toBe(true);
    const album = chat.calls.findLast(({ method }) => method === 'sendMediaGroup')?.payload;
    expect(album?.media).toMatchObject([{ has_spoiler: true }, { has_spoiler: true }]);
    // The words come below the pictures.
    expect(chat.live.id).toBeGreaterThan(Math.max(...pictures(chat).map(({ id }) => id)));
    await chat.tap('Растамау');
    await chat.tap('Артқа');
    expect(pictures(chat)).toHaveLength(3);
    await chat.tap('Көшірмелерді көру');
    expect(pictures(chat)).toHaveLength(3);
    await chat.tap('Басты мәзір');
    expect(pictures(chat)).toEqual([]);
    expect(await stateOf(claim)).toBe('PENDING_CHECK');
    await benefits.release(await holder(claim), claim);
  });

  it('is confirmed with the date of the paper, typed as people write it', async () => {
    const { chat } = await operator('ru');
    const { digits, claim, application } = await claimed('MIL');
    await open(chat, digits, 'Льготы');
    expect(chat.text).toContain('Срок действия с даты выдачи, месяцев: 1');
    await chat.tap('✅ Подтвердить');
    expect(chat.text).toContain('Напишите дату выдачи документа, например: 16.11.2026');
    expect(chat.labels.join()).not.toContain('Срок не указан');
    await chat.type('вчера');
    expect(chat.text).toContain('Дату прочитать не удалось');
    await chat.type('1 октября 2026 г.');
    expect(chat.text).toContain('Дата выдачи документа: <b>четверг, 1 октября 2026 г.</b>');
    await chat.tap('Да, подтвердить');
    expect(chat.lastToast).toContain('Срок документа уже истёк: воскресенье, 1 ноября 2026 г.');
    expect(await stateOf(claim)).toBe('PENDING_CHECK');
    await chat.tap('Назад');
    await chat.type('20.11.26');
    await chat.tap('Да, подтвердить');
    expect(chat.text).toContain('Льгота подтверждена. Родителю сообщили.');
    expect(pictures(chat)).toEqual([]);
    expect(await stateOf(claim)).toBe('CONFIRMED');
    expect(await classOf(application)).toBe('EXTRAORDINARY');
  });

  it('is confirmed with the end that the paper names', async () => {
    const { chat } = await operator();
    const { digits, claim, family } = await claimed('SEN');
    await open(chat, digits, 'Жеңілдіктер');
    await chat.tap('Растау');
    expect(chat.text).toContain('соңғы күнін жазыңыз, мысалы: 23.11.2027');
    await chat.type('31.12.2027');
    expect(chat.text).toContain('Құжаттың соңғы күні: <b>31 желтоқсан 2027 ж., жұма</b>');
    await chat.tap('Иә, растау');
    expect((await benefits.claim(family.act, claim)).validUntil).toBe('2027-12-31');
  });

  it('is declined with a reason, and with words where the reason is another one', async () => {
    const { chat } = await operator();
    const first = await claimed();
    await open(chat, first.digits, 'Жеңілдіктер');
    await chat.tap('Растамау');
    await chat.tap('басқа адамға');
    expect(chat.text).toContain('Себебі: Құжат басқа адамға берілген');
    expect(await stateOf(first.claim)).toBe('PENDING_CHECK');
    await chat.tap('Иә, растамау');
    expect(chat.text).toContain('Жеңілдік расталмады. Ата-анаға хабарланды.');
    expect(await benefits.claim(first.family.act, first.claim)).toMatchObject({
      state: 'DECLINED',
      declineReason: 'OTHER_PERSON',
      declineNote: null,
    });
    const second = await claimed();
    await chat.tap('Артқа');
    await open(chat, second.digits, 'Жеңілдіктер');
    await chat.tap('Растамау');
    await chat.tap('Басқа себеп');
    expect(chat.text).toContain('Себебін ата-анаға түсінікті етіп жазыңыз (ең көбі 300 таңба)');
    expect(chat.labels.join()).not.toContain('Иә, растамау');
    await chat.type('ә'.repeat(301));
    expect(chat.text).toContain('Түсініктеме тым ұзын');
    await chat.type('Мөр мен қол жоқ');
    expect(chat.text).toContain('Мөр мен қол жоқ');
    await chat.tap('Иә, растамау');
    expect(await benefits.claim(second.family.act, second.claim)).toMatchObject({
      declineReason: 'OTHER',
      declineNote: 'Мөр мен қол жоқ',
    });
  });

  it('waits for a better copy', async () => {
    const { chat } = await operator('ru');
    const { digits, claim, family } = await claimed();
    await open(chat, digits, 'Льготы');
    await chat.tap('Нужна чёткая копия');
    expect(await stateOf(claim)).toBe('PENDING_CHECK');
    await chat.tap('Да, попросить');
    expect(chat.text).toContain('Чёткая копия запрошена. Срок: 30.11.2026 23:59.');
    expect((await benefits.claim(family.act, claim)).copyUntil).not.toBeNull();
    expect(chat.labels.join()).not.toContain(digits);
  });

  it('that was taken over meanwhile is told kindly', async () => {
    const { chat } = await operator();
    const { digits, claim } = await claimed();
    await open(chat, digits, 'Жеңілдіктер');
    await chat.tap('Растамау');
    await chat.tap('оқылмайды');
    world.clock.set(new Date(world.clock.now().getTime() + 31 * 60_000));
    const admin = await world.staff({ admin: true });
    await benefits.take(admin, claim);
    await chat.tap('Иә, растамау');
    expect(chat.lastToast).toContain('басқа қызметкер қарап жатыр');
    expect(chat.text).toContain('Қызметкер бөлімі');
    expect(pictures(chat)).toEqual([]);
    await benefits.confirm(admin, claim, {});
    await chat.tap('Жеңілдіктер');
    expect(chat.labels.join()).not.toContain(digits);
  });

  it('cannot be reached by who is no operator of the district', async () => {
    const { claim } = await claimed();
    const parent = await stage.loggedIn();
    const packed = Buffer.from(claim.replaceAll('-', ''), 'hex').toString('base64url');
    await parent.chat.press(`v1:stclaim:${packed}`, parent.chat.live.id);
    expect(parent.chat.text).toContain('Басты мәзір');
    const head = await stage.loggedIn();
    const garden = await world.kindergarten();
    await world.db.prisma.staff_role.create({
      data: {
        person_id: head.personId,
        role: 'KINDERGARTEN_HEAD',
        granted_at: world.clock.now(),
        kindergarten_id: garden,
      },
    });
    await head.chat.type('/menu');
    await head.chat.press(`v1:stclaim:${packed}`, head.chat.live.id);
    expect(head.chat.lastToast).toContain('құқығыңыз жоқ');
    expect(pictures(head.chat)).toEqual([]);
  });
});

async function holder(claim: string) {
  const { taken_by } = await world.db.prisma.benefit_claim.findUniqueOrThrow({ where: { id: claim } });
  return { personId: taken_by, channel: 'WEB' } as Parameters<typeof benefits.release>[0];
}
