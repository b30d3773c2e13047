import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Message } from 'grammy/types';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { photo, sheet } from '../../core/scan/testing/papers.ts';
import { type Filling, fillForm, formWords } from '../testing/form.ts';
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
const { world, sessions } = stage;

let shot: Buffer = Buffer.alloc(0);
beforeAll(async () => {
  shot = await photo(sheet());
}, 60_000);

let quality = 95;

/** A good picture that was not sent before, as one of an album. */
async function picture(album: string): Promise<Partial<Message>> {
  quality -= 1;
  const content = await sharp(shot).jpeg({ quality }).toBuffer();
  const file_id = `form${quality}`;
  files.set(file_id, content);
  const size = { file_id, file_unique_id: file_id, file_size: content.length, width: 960, height: 1280 };
  return { photo: [size], media_group_id: album };
}

const words = {
  kk: {
    large: 'Көпбалалы',
    orphan: 'Жетім',
    done: 'Дайын',
    two: 'иә, құжат көшірмесі: 2',
    change: '🎖 Жеңілдік',
    other: 'Санатын өзгерту',
    sure: 'Көшірме саны: 2',
    keep: 'Қалдыру',
    warning: 'сапалы көшірмелерін ғана',
    toSummary: 'Тексеруге оралу',
  },
  ru: {
    large: 'многодетных',
    orphan: 'сироты',
    done: 'Готово',
    two: 'да, копий документов: 2',
    change: '🎖 Льгота',
    other: 'Изменить категорию',
    sure: 'Копий: 2',
    keep: 'Оставить',
    warning: 'только качественные копии',
    toSummary: 'К проверке',
  },
} as const;

async function claiming(language: 'kk' | 'ru') {
  const { chat, ...family } = await stage.loggedIn(language);
  const parent: Filling = { chat, family, language, born: world.born };
  await fillForm(parent, 'BENEFIT');
  await chat.tap(formWords[language].benefit);
  return parent;
}

const claimsOf = ({ family }: Filling) =>
  world.db.prisma.benefit_claim.findMany({
    where: { person_id: family.personId },
    include: { scans: true },
  });

describe.each(['kk', 'ru'] as const)('a benefit in the form, %s', (language) => {
  const word = { ...formWords[language], ...words[language] };

  /** From the list of categories to the summary, with two scans sent as an album. */
  async function withScans() {
    const parent = await claiming(language);
    const { chat } = parent;
    expect(chat.text).toContain(word.warning);
    await chat.tap('›');
    await chat.tap(word.large);
    const album = [await picture('7'), await picture('7')];
    for (const id of await chat.together(album)) expect(chat.deleted).toContain(id);
    return parent;
  }

  test('is claimed with an album of scans and given in with the form', async () => {
    const parent = await withScans();
    const { chat } = parent;
    await chat.tap(word.done);
    await chat.tap(word.kazakh);
    expect(chat.text).toContain(word.two);
    await chat.tap(word.next);
    await chat.tap(word.skip);
    expect(chat.text).toContain(word.two);
    expect(chat.text).not.toContain(word.large);
    await chat.tap(word.code);
    await chat.type(world.lastCode(parent.family.phone));
    expect(chat.text).toContain(word.queued);
    const [claim, ...more] = await claimsOf(parent);
    expect(more).toEqual([]);
    expect(claim).toMatchObject({ category: 'LARGE', state: 'CLAIMED', draft_child_id: null });
    expect(claim?.scans).toHaveLength(2);
    const made = await world.db.prisma.application.findUniqueOrThrow({
      where: { id: claim?.application_id ?? '' },
    });
    // In the common class until the department has seen the paper.
    expect(made).toMatchObject({ benefit_class: 'COMMON', preferred_language: 'kk', state: 'QUEUED' });
    const stored = JSON.stringify(sessions.read(String(chat.id)));
    expect(stored).not.toContain('LARGE');
  });

  test('is left between two scans and gone on with after a restart', async () => {
    const parent = await withScans();
    const { chat } = parent;
    chat.restart(stage.newBot());
    sessions.delete(String(chat.id));
    await chat.type('/menu');
    await chat.tap('▶️');
    await chat.tap(word.go);
    expect(chat.text).toContain(word.two);
    await chat.tap('✏️ Нұрлан');
    await chat.tap('📎');
    expect(chat.labels).toContain('2. 📷 Фото');
    expect(await claimsOf(parent)).toHaveLength(1);
  });

  test('another category keeps the scans; no benefit drops them after it was asked once more', async () => {
    const parent = await withScans();
    const { chat } = parent;
    await chat.tap(word.done);
    await chat.tap(word.any);
    await chat.tap(word.next);
    await chat.tap(word.skip);
    await chat.tap('✏️ Нұрлан');
    await chat.tap(word.change);
    await chat.tap(word.other);
    await chat.tap(word.orphan);
    await chat.tap(word.done);
    expect(chat.text).toContain('4/4');
    expect(chat.text).toContain(word.two);
    expect((await claimsOf(parent))[0]).toMatchObject({ category: 'ORPH' });
    await chat.tap('✏️ Нұрлан');
    await chat.tap(word.change);
    await chat.tap(word.noBenefit);
    expect(chat.text).toContain(word.sure);
    expect(chat.live.buttons[0]?.[0]).toMatchObject({ style: 'danger' });
    await chat.tap(word.keep);
    await chat.tap(word.noBenefit);
    await chat.tap('🗑');
    expect(chat.text).toContain('4/4');
    expect(chat.text).not.toContain(word.two);
    expect(await claimsOf(parent)).toEqual([]);
  });
});
