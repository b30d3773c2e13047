import { InputFile } from 'grammy';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { expect, test } from 'vitest';
import { freshIin } from '../local/testing/core-world.ts';
import { decodeCallback } from './callback.ts';
import { maskEmail, maskPhone, parseEmail, parsePhone } from './core.ts';
import { renderNotice } from './delivery/render.ts';
import type { Chat } from './testing/chat.ts';
import { botStage } from './testing/stage.ts';

const stage = await botStage();
const { world } = stage;
const { core, db } = world;
const BIRTH = '2023-05-14';
const ADDRESS = {
  city: 'Құпияқала',
  district: 'Жасырынаудан',
  street: 'Беймәлім',
  house: '77Ж',
  flat: '909',
};

type Parent = Awaited<ReturnType<typeof stage.loggedIn>>;

/** What must not be read anywhere by the other parent: each as it may be written. */
function secretsOf({ phone, iin, chat }: Parent): readonly string[] {
  const email = `p${chat.id}@mail.kz`;
  const [knownPhone, knownEmail] = [parsePhone(phone), parseEmail(email)];
  if (!knownPhone.ok || !knownEmail.ok) throw new Error('the invented contacts are wrong');
  const national = phone.slice(-7);
  return [
    phone,
    national,
    `${national.slice(0, 3)} ${national.slice(3, 5)} ${national.slice(5)}`,
    maskPhone(knownPhone.phone),
    iin,
    `p${chat.id}`,
    String(chat.id),
    maskEmail(knownEmail.email),
  ];
}

/** Presses every button that leads to a screen, of every screen there is, and answers all that was shown. */
async function crawl(
  chat: Chat,
): Promise<{ readonly texts: readonly string[]; readonly screens: ReadonlySet<string> }> {
  const texts: string[] = [];
  const screens = new Set<string>();
  const waiting: string[] = ['v1:menu:'];
  const pressed = new Set(waiting);
  const before = chat.calls.length;
  for (let data = waiting.pop(); data !== undefined; data = waiting.pop()) {
    await chat.press(data, chat.live.id);
    const { live } = chat;
    texts.push(live.text);
    for (const found of live.buttons.flat()) {
      if (!('callback_data' in found) || pressed.has(found.callback_data)) continue;
      const target = decodeCallback(found.callback_data);
      if (target.kind === 'old' || target.screen === 'logout') continue;
      // Actions change things; those that send a paper or a place on the map are looked at too.
      if (target.action !== undefined && !['pdf', 'map', 'paper', 'file'].includes(target.action)) continue;
      pressed.add(found.callback_data);
      waiting.push(found.callback_data);
      screens.add(target.screen);
    }
    if (pressed.size > 600) throw new Error(`no end of screens: ${[...screens].join()}`);
  }
  for (const { payload } of chat.calls.slice(before)) {
    const words = Object.entries(payload).filter(([, value]) => !(value instanceof InputFile));
    texts.push(JSON.stringify(Object.fromEntries(words)));
  }
  return { texts, screens };
}

async function pdfText(content: Uint8Array): Promise<string> {
  const task = getDocument({ data: new Uint8Array(content), verbosity: 0 });
  const pdf = await task.promise;
  const pages: string[] = [];
  for (let n = 1; n <= pdf.numPages; n += 1) {
    const { items } = await (await pdf.getPage(n)).getTextContent();
    pages.push(items.map((item) => ('str' in item ? item.str : '')).join(''));
  }
  await task.destroy();
  return pages.join('\n');
}

/** Everything about the application that this parent can get at: screens, notices in every channel, papers. */
async function everything({ chat, personId }: Parent, id: Parameters<typeof core.applications.documents>[1]) {
  const { texts, screens } = await crawl(chat);
  const { items } = await core.notices.list(personId, 0, 100);
  const notices = (['kk', 'ru'] as const).flatMap((language) =>
    items.map((notice) => JSON.stringify(renderNotice(notice, language))),
  );
  const papers: string[] = [];
  for (const document of await core.applications.documents(personId, id)) {
    for (const language of ['kk', 'ru'] as const) {
      papers.push(await pdfText((await core.documents.file(personId, document.id, language)).content));
    }
  }
  return { all: [...texts, ...notices, ...papers], screens, notices, papers };
}

test('neither parent ever reads a phone, an e-mail, an address or an IIN of the other', {
  timeout: 120_000,
}, async () => {
  const [owner, other] = [await stage.loggedIn('kk'), await stage.loggedIn('ru')];
  const iin = freshIin(BIRTH);
  const id = await world.enqueue(owner, BIRTH, { iin });
  await world.born(other, iin, BIRTH);
  for (const parent of [owner, other]) {
    await core.drafts.begin(parent.act, world.districtId);
    await core.drafts.setAddress(parent.act, ADDRESS);
    await core.drafts.discard(parent.act);
  }
  await core.guardians.request(other.act, iin);
  const group = await world.group(await world.kindergarten('Балдырған'), 2023);
  const operator = await world.staff({ operator: true });

  const states: string[] = [];
  const look = async (reader: Parent, written: Parent): Promise<void> => {
    states.push(await world.stateOf(id));
    const { all, screens, papers, notices } = await everything(reader, id);
    expect(screens.size).toBeGreaterThan(12);
    for (const screen of ['card', 'history', 'docs', 'place', 'notices']) expect(screens).toContain(screen);
    expect(papers.join()).toContain('Нұрлан');
    expect(notices.length).toBeGreaterThan(0);
    // The own contacts are shown to oneself, so that what is looked for is looked for in the right form.
    const own = new Set(secretsOf(reader));
    const whole = all.join('\n');
    expect([...own].some((secret) => whole.includes(secret))).toBe(true);
    const found = secretsOf(written).filter((secret) => !own.has(secret) && whole.includes(secret));
    expect(found).toEqual([]);
    expect(Object.values(ADDRESS).filter((part) => whole.includes(part))).toEqual([]);
  };
  await look(other, owner);
  const { pickOpensAt } = await core.staff.publish(operator, group, 1);
  await world.moveTo(new Date(pickOpensAt.getTime() + 1000));
  await look(other, owner);
  await world.choose(owner, id, group);
  await look(other, owner);
  await look(owner, other);
  expect(states).toEqual(['QUEUED', 'NOTIFIED', 'REFERRED', 'REFERRED']);
  expect(await db.prisma.guardian_link.count({ where: { state: 'LINKED' } })).toBe(1);
});
