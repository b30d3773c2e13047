import { afterEach, describe, expect, it } from 'vitest';
import { freshIin } from '../../local/testing/core-world.ts';
import type { ApplicationId, GuardianLinkId } from '../core.ts';
import { botStage } from '../testing/stage.ts';

const stage = await botStage();
const { world } = stage;
const { core, db } = world;
const BIRTH = '2023-05-14';

afterEach(() => world.sandbox.setDown('REGISTRY', false));

async function operatorChat(language: 'kk' | 'ru' = 'kk') {
  const member = await stage.loggedIn(language);
  await db.prisma.staff_role.create({
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

/** An application that was sent while the registry was silent. */
async function sent(): Promise<ApplicationId> {
  const { chat, ...family } = await stage.loggedIn();
  const iin = freshIin(BIRTH);
  await world.born(family, iin, BIRTH);
  await world.sandbox.setDown('REGISTRY', true);
  await core.drafts.begin(family.act, world.districtId);
  await core.drafts.confirmRead(family.act);
  await core.drafts.setAddress(family.act, { city: 'Ақмол', street: 'Достық', house: '1' });
  const child = await core.drafts.addChild(family.act, iin);
  await core.drafts.nameChild(family.act, child, { surname: 'Сыналов', name: 'Ерасыл', patronymic: null });
  const prepared = await core.signing.prepareRegistration(family.act);
  const result = await core.signing.sign(family.act, prepared.id, world.lastCode(family.phone));
  const [made] = result.kind === 'REGISTRATION' ? result.applications : [];
  if (made === undefined) throw new Error('nothing was made');
  return made.id;
}

const words = {
  kk: {
    desk: 'Өтініштерді қарау',
    accept: 'Қабылдау',
    acceptYes: 'Иә, кезекке қою',
    done: 'Бала кезекке қойылды',
    reject: 'Бас тарту',
    wrong: 'Деректер қате',
    other: 'Басқа себеп',
    rejectYes: 'Иә, бас тарту',
    rejected: 'Өтініштен бас тартылды',
    none: 'Қаралатын өтініш жоқ',
    silent: 'дерекқор жауап бермеді',
  },
  ru: {
    desk: 'Рассмотрение',
    accept: 'Принять',
    acceptYes: 'Да, поставить в очередь',
    done: 'поставлен в очередь',
    reject: 'Отказать',
    wrong: 'Ошибка в данных',
    other: 'Другая причина',
    rejectYes: 'Да, отказать',
    rejected: 'В заявлении отказано',
    none: 'Заявлений на рассмотрении нет',
    silent: 'база не отвечала',
  },
} as const;

describe.each(['kk', 'ru'] as const)('applications under review, %s', (language) => {
  const word = words[language];

  it('are accepted after one more question', async () => {
    const id = await sent();
    const { chat, personId } = await operatorChat(language);
    await chat.tap(word.desk);
    await chat.tap('Ерасыл');
    expect(chat.text).toContain('Сыналов Ерасыл');
    expect(chat.text).toMatch(/2305•••••\d{3}/);
    expect(chat.text).toContain(word.silent);
    expect(await db.prisma.access_log.count({ where: { viewer_id: personId, what: 'REVIEW' } })).toBe(1);
    await chat.tap(word.accept);
    expect(await world.stateOf(id)).toBe('IN_REVIEW');
    await chat.tap(word.acceptYes);
    expect(chat.text).toContain(word.done);
    expect(chat.text).toContain(word.none);
    expect(await world.stateOf(id)).toBe('QUEUED');
  });

  it('are refused by a reason, with words where they are needed, after one more question', async () => {
    const id = await sent();
    const { chat } = await operatorChat(language);
    await chat.tap(word.desk);
    await chat.tap('Ерасыл');
    await chat.tap(word.reject);
    await chat.tap(word.other);
    expect(chat.labels.join()).not.toContain(word.rejectYes);
    await chat.type('а'.repeat(301));
    expect(chat.text).toContain('300');
    expect(chat.labels.join()).not.toContain(word.rejectYes);
    await chat.type('Туу туралы куәліктің көшірмесін әкеліңіз');
    await chat.tap('⬅');
    await chat.tap(word.wrong);
    expect(chat.live.buttons[0]?.[0]).toMatchObject({ style: 'danger' });
    expect(await world.stateOf(id)).toBe('IN_REVIEW');
    await chat.type('Туған күні куәлікпен сәйкес емес');
    await chat.tap(word.rejectYes);
    expect(chat.text).toContain(word.rejected);
    const row = await db.prisma.application.findUniqueOrThrow({ where: { id } });
    expect(row).toMatchObject({
      state: 'REJECTED',
      rejection_reason: 'WRONG_DATA',
      rejection_note: 'Туған күні куәлікпен сәйкес емес',
    });
  });
});

it('what another operator has decided meanwhile is told, and changes nothing', async () => {
  const id = await sent();
  const { chat } = await operatorChat();
  await chat.tap(words.kk.desk);
  await chat.tap('Ерасыл');
  await chat.tap(words.kk.accept);
  await core.reviews.reject(await world.staff({ operator: true }), id, 'NOT_A_PARENT');
  await chat.tap(words.kk.acceptYes);
  expect(chat.lastToast).not.toBe('');
  expect(await world.stateOf(id)).toBe('REJECTED');
});

describe('requests of second parents', () => {
  async function waiting() {
    const { chat: _, ...owner } = await stage.loggedIn();
    const iin = freshIin(BIRTH);
    const id = await world.enqueue(owner, BIRTH, { iin });
    const other = await world.person();
    await core.guardians.request(other.act, iin);
    const link = await db.prisma.guardian_link.findFirstOrThrow({ where: { application_id: id } });
    const { deadline_at } = await db.prisma.timer.findFirstOrThrow({ where: { subject_id: link.id } });
    await world.moveTo(new Date(deadline_at.getTime() + 1));
    return { owner, other, id, link };
  }
  const stateOf = async (id: string) =>
    (await db.prisma.guardian_link.findUniqueOrThrow({ where: { id } })).state;

  it.each(['kk', 'ru'] as const)('are decided after one more question, %s', async (language) => {
    const kk = language === 'kk';
    for (const agrees of [true, false]) {
      const { link, owner } = await waiting();
      const { chat, personId } = await operatorChat(language);
      await chat.tap(kk ? 'Екінші ата-ана' : 'Второй родитель');
      await chat.tap('Нұрлан');
      expect(chat.text).toContain('Сыналова Айгүл');
      expect(chat.text).toMatch(/9005•••••\d{3}/);
      expect(chat.text).not.toContain(owner.phone);
      expect(await db.prisma.access_log.count({ where: { viewer_id: personId, what: 'LINK' } })).toBe(1);
      await chat.tap(kk ? (agrees ? 'Қосу' : 'Қоспау') : agrees ? 'Присоединить' : 'Не присоединять');
      expect(await stateOf(link.id)).toBe('OPERATOR_REVIEW');
      await chat.tap(kk ? 'Иә, ' : 'Да, ');
      expect(await stateOf(link.id)).toBe(agrees ? 'LINKED' : 'REFUSED');
      expect(chat.text).toContain(kk ? 'Шешім күтіп' : 'ждут решения');
    }
  });

  it('answered by the first applicant meanwhile are not decided again', async () => {
    const { link, owner } = await waiting();
    const { chat } = await operatorChat();
    await chat.tap('Екінші ата-ана');
    await chat.tap('Нұрлан');
    await chat.tap('Қосу');
    await core.guardians.answer(owner.act, link.id as GuardianLinkId, false);
    await chat.tap('Иә, қосу');
    expect(chat.lastToast).toContain('жауап берілген');
    expect(await stateOf(link.id)).toBe('REFUSED');
  });
});
