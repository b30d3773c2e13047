import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Message } from 'grammy/types';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sanityChecks } from '../../core/audit/sanity.ts';
import type { ClaimId } from '../../core/ids.ts';
import { isoFile, pdf } from '../../core/scan/testing/files.ts';
import { photo, sheet } from '../../core/scan/testing/papers.ts';
import { texts } from '../../locales/index.ts';
import type { Chat } from '../testing/chat.ts';
import { botStage } from '../testing/stage.ts';

/** What Telegram hands out, by file id. */
const files = new Map<string, Uint8Array>();
const server = createServer((request, response) => {
  const content = files.get(request.url?.split('/').at(-1) ?? '');
  response.statusCode = content === undefined ? 404 : 200;
  response.end(content);
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
afterAll(() => new Promise((resolve) => server.close(resolve)));
const { port } = server.address() as AddressInfo;
const stage = await botStage({ apiRoot: `http://127.0.0.1:${port}` });
const { world } = stage;
const { benefits } = world.core;

/** Good pictures, no two of them alike. */
let good: Buffer[] = [];
let blurred: Buffer = Buffer.alloc(0);
beforeAll(async () => {
  const paper = sheet();
  const shot = await photo(paper);
  good = await Promise.all(
    Array.from({ length: 12 }, (_, n) =>
      sharp(shot)
        .jpeg({ quality: 90 - n })
        .toBuffer(),
    ),
  );
  blurred = await photo(paper, { blur: 6 });
}, 60_000);

let sent = 0;

function kept(content: Uint8Array): { file_id: string; file_unique_id: string; file_size: number } {
  sent += 1;
  files.set(`file${sent}`, content);
  return { file_id: `file${sent}`, file_unique_id: `u${sent}`, file_size: content.length };
}

const asPhoto = (content: Uint8Array, album?: string): Partial<Message> => ({
  photo: [{ ...kept(content), width: 960, height: 1280 }],
  ...(album === undefined ? {} : { media_group_id: album }),
});
const asFile = (content: Uint8Array): Partial<Message> => ({ document: kept(content) });
const one = (n: number): Buffer => {
  const picture = good[n];
  if (picture === undefined) throw new Error('no such picture');
  return picture;
};

const words = {
  kk: { apps: 'өтініштерім', claim: 'Жеңілдік', begin: 'мәлімдеу', category: 'Көпбалалы' },
  ru: { apps: 'заявления', claim: 'Льгота', begin: 'Заявить', category: 'многодетных' },
} as const;

/** A parent before the empty list of scans of a claim begun from the card. */
async function begun(language: 'kk' | 'ru' = 'kk', category = words[language].category) {
  const parent = await stage.loggedIn(language);
  const { chat } = parent;
  const family = { ...parent, phone: parent.phone };
  const id = await world.enqueue(family, '2023-05-14');
  const say = words[language];
  await chat.type('/menu');
  await chat.tap(say.apps);
  await chat.tap('Нұрлан');
  await chat.tap(say.claim);
  await chat.tap(say.begin);
  if (!chat.labels.join().includes(category)) await chat.tap('›');
  await chat.tap(category);
  const { id: begunId } = await world.db.prisma.benefit_claim.findFirstOrThrow({
    where: { application_id: id },
  });
  return { ...parent, id, claim: begunId as ClaimId };
}

/** The words of a refused scan, as a message shows them. */
const refusal = (language: 'kk' | 'ru', code: 'blurred' | 'heic' | 'type' | 'twice'): string =>
  texts(language).html(`refusal.scan.${code}`);
const count = (claim: string) => world.db.prisma.scan.count({ where: { claim_id: claim } });
const messages = (chat: Chat) => chat.calls.filter(({ method }) => method === 'sendMessage').length;

describe('the scans of a claim', () => {
  it('are told of, sent, counted, deleted from the chat and given in', async () => {
    const { chat, claim, act } = await begun();
    expect(chat.text).toContain('Керек құжат: <tg-spoiler>көпбалалы отбасы анықтамасы</tg-spoiler>');
    expect(chat.text).toContain('Әзірге құжат жоқ');
    expect(chat.text).toContain('чаттан өшіріледі');
    expect(chat.labels.join()).not.toContain('Тексеруге жіберу');
    const before = messages(chat);
    const [first] = await chat.together([asPhoto(one(0))]);
    expect(chat.deleted).toContain(first);
    expect(chat.text).toContain('✅ <b>1</b> бет сақталды');
    const [second] = await chat.together([asFile(await pdf(2))]);
    expect(chat.deleted).toContain(second);
    expect(chat.text).toContain('✅ <b>3</b> бет сақталды');
    // What leaves the chat needs no new message below it.
    expect(messages(chat)).toBe(before);
    expect(chat.labels).toContain('1. 📷 Фото');
    expect(chat.labels).toContain('2. 📄 PDF · 2 бет');
    await chat.tap('Тексеруге жіберу');
    expect(chat.text).toContain('Құжаттар тексеруге жіберілді');
    expect(chat.text).toContain('тексеруді күтуде');
    expect(chat.text).toContain('<tg-spoiler>Көпбалалы отбасылардың балалары</tg-spoiler>');
    expect((await benefits.claim(act, claim)).state).toBe('CLAIMED');
    await chat.tap('Артқа');
    expect(chat.text).toContain('🎖 Жеңілдік: <b>тексеруді күтуде</b>');
    expect(chat.text).not.toContain('Көпбалалы');
    expect(await sanityChecks(world.db)).toEqual([]);
  });

  it('that are refused stay in the chat with the reason', async () => {
    const { chat, claim } = await begun('ru');
    const [picture] = await chat.together([asPhoto(blurred)]);
    expect(chat.deleted).not.toContain(picture);
    expect(chat.text.startsWith('⚠️ №')).toBe(false);
    expect(chat.text).toContain(refusal('ru', 'blurred'));
    expect(chat.live.id).toBeGreaterThan(picture ?? 0);
    await chat.together([asFile(isoFile('heic', 'mif1'))]);
    expect(chat.text).toContain(refusal('ru', 'heic'));
    await chat.together([asFile(Buffer.from('PK\x03\x04 a zip that calls itself a picture'))]);
    expect(chat.text).toContain(refusal('ru', 'type'));
    await chat.sticker();
    expect(chat.text).toContain('Здесь нужно фото или файл PDF.');
    await chat.type('готово');
    expect(chat.text).toContain('Здесь нужно фото или файл PDF.');
    expect(await count(claim)).toBe(0);
  });

  it('of an album are answered in one message, which names the refused ones by number', async () => {
    const { chat, claim } = await begun();
    const before = messages(chat);
    const ids = await chat.together([
      asPhoto(one(0), 'a'),
      asPhoto(blurred, 'a'),
      asPhoto(one(1), 'a'),
      asPhoto(one(1), 'a'),
      asPhoto(one(2), 'a'),
    ]);
    expect(await count(claim)).toBe(3);
    expect(messages(chat)).toBe(before + 1);
    expect(chat.deleted).toEqual(expect.arrayContaining([ids[0], ids[2], ids[4]]));
    expect(chat.deleted).not.toEqual(expect.arrayContaining([ids[1]]));
    expect(chat.text).toContain(`⚠️ №2: ${refusal('kk', 'blurred')}`);
    expect(chat.text).toContain(`⚠️ №4: ${refusal('kk', 'twice')}`);
    expect(chat.text).toContain('Қабылданбағаны чатта қалды');
    expect(chat.text).toContain('✅ <b>3</b> бет сақталды');
    // The next sending begins anew.
    await chat.together([asPhoto(one(3))]);
    expect(chat.text).not.toContain('№2');
    expect(await count(claim)).toBe(4);
  });

  it('of thirty pictures sent at once fill the ten places, and one sentence tells of the rest', async () => {
    const { chat, claim } = await begun();
    const before = messages(chat);
    const all = Array.from({ length: 30 }, (_, n) => asPhoto(one(n % 12), `b${Math.floor(n / 10)}`));
    await chat.together(all);
    expect(await count(claim)).toBe(10);
    expect(messages(chat) - before).toBe(1);
    expect(chat.text).toContain('⚠️ Сыймай қалғаны: 20. Көшірме саны: ең көбі 10.');
    expect(chat.text.match(/⚠️/g)).toHaveLength(1);
    await chat.tap('10. 📷');
    await chat.tap('Ауыстыру');
    expect(chat.text).toContain('Осы көшірменің орнына');
    await chat.together([asPhoto(one(11))]);
    expect(chat.text).toContain('Көшірме ауыстырылды');
    expect(await count(claim)).toBe(10);
  }, 60_000);

  it('are looked at under a veil, replaced and removed one by one', async () => {
    const { chat, claim } = await begun('ru');
    await chat.together([asPhoto(one(0)), asPhoto(one(1))]);
    await chat.tap('2. 📷');
    await chat.tap('Посмотреть');
    const shown = chat.seen.findLast(({ kind }) => kind === 'photo');
    expect(shown?.protected).toBe(true);
    expect(chat.calls.findLast(({ method }) => method === 'sendPhoto')?.payload).toMatchObject({
      has_spoiler: true,
      protect_content: true,
    });
    expect(chat.text).toContain('Копия выше');
    expect(chat.deleted).not.toContain(shown?.id);
    await chat.tap('Заменить');
    expect(chat.deleted).toContain(shown?.id);
    const scans = async () =>
      (await world.db.prisma.scan.findMany({ where: { claim_id: claim }, orderBy: { id: 'asc' } })).map(
        ({ id }) => id,
      );
    const [stays, goes] = await scans();
    await chat.together([asPhoto(blurred)]);
    expect(await scans()).toEqual([stays, goes]);
    await chat.together([asPhoto(one(2))]);
    expect(await scans()).toHaveLength(2);
    expect(await scans()).not.toContain(goes);
    expect(chat.text).toContain('Копия заменена');
    await chat.tap('1. 📷');
    await chat.tap('Удалить');
    expect(chat.lastToast).toContain('Копия удалена');
    expect(await scans()).not.toContain(stays);
    expect(chat.text).toContain('Сохранено страниц: <b>1</b>');
  });

  it('that were kept before the program fell are deleted when their message comes again', async () => {
    const { chat, claim } = await begun();
    chat.receipts = () => ({ messageId: 987_654n, alreadyApplied: true });
    const [id] = await chat.together([asPhoto(one(0))]);
    expect(chat.deleted).toContain(id);
    expect(await count(claim)).toBe(0);
    expect(chat.text).toContain('Растайтын құжат');
  });

  it('are taken no more once the claim is given in', async () => {
    const { chat, claim, act } = await begun();
    await chat.together([asPhoto(one(0))]);
    await benefits.send(act, claim);
    await chat.together([asPhoto(one(1))]);
    expect(await count(claim)).toBe(1);
    expect(chat.text).toContain('Бұл мәлімдеме қазір ашық емес');
  });
});

describe('the benefit of an application', () => {
  it('is read on the card, claimed, dropped and claimed again', async () => {
    const { chat, claim, id, act } = await begun('ru');
    await chat.tap('Назад');
    expect(chat.text).toContain('ждём документ');
    await chat.tap('Удалить заявку');
    expect(chat.text).toContain('Копий: 0');
    await chat.tap('Да, удалить');
    expect(chat.text).toContain('Заявка удалена');
    await expect(benefits.claim(act, claim)).rejects.toMatchObject({ code: 'claim.unknown' });
    await chat.tap('Заявить льготу');
    await chat.tap('сирот');
    expect(chat.text).toContain('акт об опеке');
    expect(await benefits.ofApplication(act, id)).toMatchObject([{ category: { code: 'ORPH' } }]);
  });

  it('tells what is asked for: a better copy from the notice, a refusal with its reason', async () => {
    const { chat, claim, id, act } = await begun();
    await chat.together([asPhoto(one(0))]);
    await chat.tap('Тексеруге жіберу');
    const operator = await world.staff({ operator: true });
    await benefits.take(operator, claim);
    await benefits.askForCopy(operator, claim);
    const packed = Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');
    await chat.press(`e1:scansof:${packed}`, 1);
    expect(chat.text).toContain('Анық көшірмесін жіберу мерзімі: <b>30 қараша 2026 ж., дүйсенбі, 23:59</b>');
    await chat.tap('Тексеруге жіберу');
    expect(chat.lastToast).toContain('Жаңа көшірме жоқ');
    world.clock.set(new Date(world.clock.now().getTime() + 60_000));
    await chat.together([asPhoto(one(1))]);
    await chat.tap('Тексеруге жіберу');
    await benefits.take(operator, claim);
    await benefits.decline(operator, claim, 'OTHER', 'Мөр <жоқ>');
    await chat.press(`e1:benefit:${packed}`, 1);
    expect(chat.text).toContain('расталмады');
    expect(chat.text).toContain('Себебі: Басқа себеп');
    expect(chat.text).toContain('Мөр &lt;жоқ&gt;');
    expect(chat.labels.join()).toContain('Қайта мәлімдеу');
    expect((await benefits.ofApplication(act, id))[0]?.state).toBe('DECLINED');
    await chat.press(`e1:scansof:${packed}`, 1);
    expect(chat.text).toContain('🎖 <b>Жеңілдік</b>');
  });

  it('lets nobody but its applicant see the categories', async () => {
    const { id } = await begun();
    const stranger = await stage.loggedIn();
    const packed = Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');
    await stranger.chat.press(`e1:benefit:${packed}`, 1);
    expect(stranger.chat.text).not.toContain('tg-spoiler');
    expect(stranger.chat.text).toContain('Басты мәзір');
  });
});
