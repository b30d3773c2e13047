import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Words } from './phone.ts';
import { Phone } from './phone.ts';
import type { ScreensWorld } from './world.ts';

/** What is said in the SMS of a code. */
const SMS = {
  kk: { login: 'кіру коды', sign: 'қол қою коды' },
  ru: { login: 'код входа', sign: 'код подписи' },
} as const;
const LANGUAGES = { kk: 'Қазақша', ru: 'Русский' } as const;

/** The first screens of a newcomer, up to the ways to log in. */
export async function begin(phone: Phone): Promise<void> {
  await phone.id('start').click();
  await phone.tap(LANGUAGES[phone.language]);
  await phone.sees({ key: 'hello.consentTwo' });
}

/** By the own number, the IIN and the code of the SMS, up to the menu. */
export async function logInByCode(phone: Phone, iin: string): Promise<void> {
  await begin(phone);
  await phone.tap({ key: 'hello.agreePhone' });
  await phone.id('reply-button').first().click();
  await phone.id('dialog-ok').click();
  await phone.sees({ key: 'iin.title' });
  await phone.type(iin);
  await phone.sees({ key: 'code.title' });
  await takeCode(phone, 'login');
  await phone.sees({ key: 'menu.choose' });
}

/** Asks for the menu, and waits until it has come: the one from before must not be tapped. */
export async function toMenu(phone: Phone): Promise<void> {
  // What was said before is on the screen.
  await phone.id('message').last().waitFor();
  const menu = phone.message({ key: 'menu.choose' });
  const idOf = async () => ((await menu.count()) === 0 ? null : menu.getAttribute('data-id'));
  const before = await idOf();
  await phone.type('/menu');
  await expect.poll(idOf, { timeout: 30_000 }).not.toBe(before);
}

/** The code of the newest SMS of this kind, put into the line by its button. */
export async function takeCode(phone: Phone, kind: 'login' | 'sign'): Promise<void> {
  await phone.id('sms').click();
  const sms = phone.id('inbox-item').filter({ hasText: SMS[phone.language][kind] }).first();
  await sms.getByTestId('use-code').click();
  await phone.id('send').click();
}

/** The page that a button opens beside the chat. */
export async function opened(phone: Phone, button: Words): Promise<Page> {
  const opening = phone.page.waitForEvent('popup');
  await phone.tap(button);
  return opening;
}

/** Signs on the page by a key of this person in NCALayer, up to what the page says at its end. */
export async function signOnPage({ ncalayer }: ScreensWorld, page: Page, iin: string): Promise<void> {
  ncalayer.window.setAuto({ iin, kind: 'GOST', state: 'VALID', bin: undefined, once: true });
  // A phone is offered eGov Mobile first; a key on a computer lies behind the last line.
  await page.locator('summary').last().click();
  await page.getByTestId('nca-button').click();
  await page.getByTestId('end').waitFor();
}

/** What the newest paper of the chat says, opened as one opens it there. */
export async function paperText(world: ScreensWorld, phone: Phone): Promise<string> {
  await phone.id('document').last().click();
  const source = await phone.id('paper').locator('iframe').getAttribute('src');
  const text = await pdfText(new URL(source ?? '', world.telegram.url));
  await phone.id('dialog-ok').click();
  return text;
}

async function pdfText(url: URL): Promise<string> {
  const data = new Uint8Array(await (await fetch(url)).arrayBuffer());
  const document = await getDocument({ data }).promise;
  const page = await (await document.getPage(1)).getTextContent();
  return page.items.map((item) => ('str' in item ? item.str : '')).join(' ');
}

/** Opens the chat of somebody in this language, logged in, at the menu. */
export async function enter(
  browser: Parameters<typeof Phone.open>[0],
  world: ScreensWorld,
  language: Phone['language'],
  { id, iin }: { readonly id: number; readonly iin: string },
): Promise<Phone> {
  const phone = await Phone.open(browser, world, language, id);
  if (world.telegram.sim.messages(id).length > 0) await toMenu(phone);
  else await logInByCode(phone, iin);
  return phone;
}
