import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { describe, expect, it } from 'vitest';
import { testBrowser } from './testing/browser.ts';
import { papers } from './testing/screens/papers.ts';
import { Phone } from './testing/screens/phone.ts';
import { NEWCOMERS, screensWorld } from './testing/screens/world.ts';

const browser = await testBrowser();
const world = await screensWorld();
const { good, better, blurred } = await papers();

/** What differs between the two languages: the words of the district, what is typed, and how it is signed. */
const WAYS = {
  kk: {
    button: 'Қазақша',
    district: 'Целиноград ауданы',
    address: ['Ақмол', 'Достық көшесі', '12А'],
    street: 'Абай көшесі',
    paper: 'Балаңыз кезекке қойылды',
    sms: { login: 'кіру коды', sign: 'қол қою коды' },
  },
  ru: {
    button: 'Русский',
    district: 'Целиноградский район',
    address: ['Акмол', 'улица Достык', '12А'],
    street: 'улица Абая',
    paper: 'Ваш ребёнок',
    sms: { login: 'код входа', sign: 'код подписи' },
  },
} as const;

const HIDES_CODE = { wayBack: false, hide: /\d{6}/ } as const;

/** The code of the SMS of this kind, put into the line by its button. */
async function takeCode(phone: Phone, words: string, picture: string): Promise<void> {
  await phone.id('sms').click();
  const sms = phone.id('inbox-item').filter({ hasText: words });
  await phone.lookAt(picture, sms, HIDES_CODE);
  await sms.getByTestId('use-code').click();
  await phone.id('send').click();
}

type Way = (typeof WAYS)['kk' | 'ru'];

interface Stage {
  readonly phone: Phone;
  readonly way: Way;
  /** Of the parent, the first child, the second child. */
  readonly iins: readonly string[];
  readonly names: readonly string[];
}

/** 1–5: the language, the consent, the own number, the IIN, the code, the e-mail. */
async function logIn({ phone, way, iins }: Stage): Promise<void> {
  await phone.id('start').click();
  await phone.look('login-language', [{ key: 'language.question' }], { wayBack: false, bilingual: true });
  await phone.tap(way.button);
  await phone.look('login-hello', [{ key: 'hello.consentTwo' }], { wayBack: false });
  await phone.tap({ key: 'hello.agreePhone' });
  await phone.look('login-phone', [{ key: 'phone.why' }], { wayBack: false });
  await phone.lookAt('login-phone-keyboard', phone.page.locator('#composer'), { wayBack: false });
  await phone.id('reply-button').first().click();
  await phone.id('dialog-ok').click();
  await phone.look('login-iin', [{ key: 'iin.title' }], { wayBack: false });
  await phone.type(iins[0] ?? '');
  await phone.look('login-code', [{ key: 'code.title' }], { wayBack: false });
  await takeCode(phone, way.sms.login, 'login-sms');
  await phone.look('login-email', [{ key: 'email.why' }], { wayBack: false });
  await phone.type(`${phone.language}@mysal.example`);
  await phone.look('menu-new', [{ key: 'menu.choose' }], { wayBack: false });
}

/** 6–7: put in the queue, the district, the description and the manual. */
async function place({ phone, way }: Stage): Promise<void> {
  await phone.tap({ key: 'menu.register' });
  await phone.look('form-district', [{ key: 'form.district.ask' }]);
  await phone.tap('›');
  await phone.tap(way.district);
  await phone.look('form-intro', [{ key: 'form.intro.what' }]);
  await phone.tap({ key: 'form.intro.manual' });
  await phone.look('form-manual', [{ key: 'manual.queue.title' }]);
  await phone.tap({ key: 'button.back' });
  await phone.sees({ key: 'form.intro.what' });
  await phone.tap({ key: 'form.intro.go' });
}

/** 8: step 1, the applicant. */
async function applicant({ phone, way }: Stage): Promise<void> {
  await phone.look('form-applicant', [{ key: 'form.applicant.title' }, { key: 'form.field.required' }]);
  await phone.tap({ key: 'form.next' });
  const [city, street, house] = way.address;
  await phone.look('form-address-city', [{ key: 'form.address.ask.city' }]);
  await phone.type(city);
  await phone.look('form-address-district', [{ key: 'form.address.ask.district' }]);
  await phone.tap({ key: 'form.skip' });
  await phone.look('form-address-street', [{ key: 'form.address.ask.street' }]);
  await phone.type(street);
  await phone.look('form-address-house', [{ key: 'form.address.ask.house' }]);
  await phone.type(house);
  await phone.look('form-address-flat', [{ key: 'form.address.ask.flat' }]);
  await phone.tap({ key: 'form.skip' });
  await phone.look('form-applicant-address', [{ key: 'form.applicant.title' }, '•••']);
  await phone.tap({ key: 'form.contact.moreEmail' });
  await phone.look('form-contact-email', [{ key: 'contacts.askEmail' }]);
  await phone.type('dos@mysal.example');
  await phone.look('form-applicant-whole', [{ key: 'form.applicant.title' }, 'd•••']);
  await phone.tap({ key: 'form.next' });
}

/** 9: step 2, a child with a benefit and its scans. */
async function childWithBenefit({ phone, iins, names }: Stage): Promise<void> {
  await phone.look('form-child-iin', [{ key: 'form.iin.title' }]);
  await phone.type(iins[1] ?? '');
  await phone.look('form-child', [names[0] ?? '', { key: 'form.child.confirm' }]);
  await phone.tap({ key: 'form.child.yes' });
  await phone.look('form-benefit', [{ key: 'form.benefit.about' }]);
  await phone.tap({ key: 'form.benefit.yes' });
  await phone.look('form-category', [{ key: 'form.category.copies' }]);
  await phone.tap('1. ');
  await phone.look('scans-empty', [{ key: 'scans.empty' }]);
  await phone.attach('attach-photo', [good, blurred]);
  await phone.look('scans-refused', [{ key: 'scans.stays' }]);
  await phone.attach('attach-photo', [better]);
  await phone.look('scans-two', [{ key: 'scans.kept', values: { n: 2 } }]);
  await phone.tap('2. ');
  await phone.look('scan', [{ key: 'scans.about' }]);
  await phone.tap({ key: 'scans.show' });
  await phone.look('scan-shown', [{ key: 'scans.shown' }]);
  await phone.tap({ key: 'scans.swap' });
  await phone.look('scan-swap', [{ key: 'scans.sendNew' }]);
  await phone.attach('attach-file', [better]);
  await phone.look('scan-swapped', [{ key: 'scans.swapped' }]);
  await phone.tap({ key: 'scans.done' });
}

/** 9: the language of instruction, a second child. */
async function secondChild({ phone, iins, names }: Stage): Promise<void> {
  await phone.look('form-language', [{ key: 'form.language.about' }]);
  await phone.tap({ key: 'form.language.choose.kk' });
  await phone.look('form-children-one', [{ key: 'form.children.title' }]);
  await phone.tap({ key: 'form.children.add' });
  await phone.look('form-child-next', [{ key: 'form.iin.next' }]);
  await phone.type(iins[2] ?? '');
  await phone.look('form-child-second', [names[1] ?? '', { key: 'form.child.confirm' }]);
  await phone.tap({ key: 'form.child.yes' });
  await phone.sees({ key: 'form.benefit.about' });
  await phone.tap({ key: 'form.benefit.no' });
  await phone.sees({ key: 'form.language.about' });
  await phone.tap({ key: 'form.language.choose.any' });
  await phone.look('form-children-two', [{ key: 'form.children.title' }, names[1] ?? '']);
  await phone.tap({ key: 'form.next' });
}

/** where the family lives, and the summary, corrected field by field. */
async function homeAndSummary({ phone, way, names }: Stage): Promise<void> {
  await phone.look('form-home', [{ key: 'form.home.why' }]);
  await phone.tap({ key: 'form.home.share' });
  await phone.look('form-home-point', [{ key: 'form.home.press' }], { wayBack: false });
  await phone.id('reply-button').first().click();
  await phone.id('place-row').first().click();
  await phone.id('dialog-ok').click();
  await phone.look('form-home-known', [{ key: 'form.home.known' }]);
  await phone.tap({ key: 'form.next' });
  await phone.look('form-summary', [{ key: 'form.summary.title' }]);
  await phone.tap({ key: 'form.edit.address' });
  await phone.look('form-address', [{ key: 'form.address.masked' }]);
  await phone.tap({ key: 'form.address.edit.street' });
  await phone.sees({ key: 'form.address.ask.street' });
  await phone.type(way.street);
  await phone.sees({ key: 'form.address.masked' });
  await phone.tap({ key: 'form.done' });
  await phone.sees({ key: 'form.summary.title' });
  await phone.tap(names[0] ?? '');
  await phone.look('form-child-edit', [names[0] ?? '', { key: 'form.benefit.label' }]);
  await phone.tap({ key: 'form.language.button' });
  await phone.sees({ key: 'form.language.about' });
  await phone.tap({ key: 'form.language.choose.ru' });
  await phone.sees({ key: 'form.language.ru' });
}

/** The code of the SMS as a signature. */
async function signByCode({ phone, way }: Stage): Promise<void> {
  await phone.tap({ key: 'sign.byCode' });
  await phone.look('sign-code', [{ key: 'code.signTitle' }]);
  await takeCode(phone, way.sms.sign, 'sign-sms');
}

/** The same with ЭЦҚ: the page of the signature beside the chat, NCALayer, and back. */
async function signByKey({ phone, iins: [iin = ''] }: Stage): Promise<void> {
  await phone.tap({ key: 'sign.byEds' });
  await phone.look('sign-eds', [{ key: 'esign.title' }]);
  const opening = phone.page.waitForEvent('popup');
  await phone.tap({ key: 'esign.open' });
  const page = await opening;
  await phone.lookAtPage('sign-page', page, 'main');
  world.ncalayer.window.setAuto({ iin, kind: 'GOST', state: 'VALID', bin: undefined, once: true });
  // A phone is offered eGov Mobile first; a key on a computer lies behind the last line.
  await page.locator('summary').last().click();
  await page.getByTestId('nca-button').click();
  await page.getByTestId('end').waitFor();
  await phone.lookAtPage('sign-page-end', page, 'main');
  await page.close();
  await phone.tap({ key: 'esign.check' });
}

/** 13: the number, and the paper of the registration, opened. */
async function registered({ phone, way, names }: Stage): Promise<void> {
  await phone.look('form-done', [way.paper]);
  const papers = phone.page.locator('.message', { has: phone.id('document') });
  await expect.poll(() => papers.count()).toBe(2);
  await phone.lookAt('form-done-paper', papers.first(), { wayBack: false });
  for (const [n, name] of names.entries()) {
    await papers.nth(n).getByTestId('document').click();
    const frame = phone.id('paper').locator('iframe');
    const text = await pdfText(new URL((await frame.getAttribute('src')) ?? '', world.telegram.url));
    expect(text).toContain(name);
    await phone.id('dialog-ok').click();
  }
}

/** What a PDF says. */
async function pdfText(url: URL): Promise<string> {
  const data = new Uint8Array(await (await fetch(url)).arrayBuffer());
  const document = await getDocument({ data }).promise;
  const page = await (await document.getPage(1)).getTextContent();
  return page.items.map((item) => ('str' in item ? item.str : '')).join(' ');
}

/** 14–17: the journal, the card with its three tabs, a document downloaded; the confirmation of interest. */
async function journal({ phone, names: [name = ''] }: Stage): Promise<void> {
  await phone.tap({ key: 'form.journal' });
  await phone.look('journal', [{ key: 'applications.title' }]);
  await phone.tap(name);
  await phone.look('card-info', [{ key: 'card.registered' }]);
  await phone.tap({ key: 'card.tab.history' });
  await phone.look('card-history', [{ key: 'history.title' }]);
  await phone.tap({ key: 'card.tab.docs' });
  await phone.look('card-documents', [{ key: 'documents.added' }]);
  await phone.tap({ key: 'documents.look' });
  await phone.look('card-documents-scans', [{ key: 'scans.shown' }]);
  await phone.tap({ key: 'documents.short.REGISTRATION' });
  await phone.look('card-document-sent', [{ key: 'documents.sent' }], { wayBack: false });
  await phone.tap({ key: 'button.home' });
  await phone.look('menu', [{ key: 'menu.choose' }], { wayBack: false });
  await phone.tap({ key: 'menu.interest' });
  await phone.look('interest-pick', [{ key: 'pick.choose' }]);
  await phone.tap(name);
  await phone.look('interest-early', [{ key: 'interest.notYet' }]);
}

describe.each(['kk', 'ru'] as const)('a new parent in the chat page, in %s', (language) => {
  it('does all the steps of S1', { timeout: 300_000 }, async () => {
    const { person, children } = NEWCOMERS[language];
    const phone = await Phone.open(browser, world, language, person.id);
    const iins = world.people.find(({ id }) => id === person.id)?.facts?.map(({ value }) => value) ?? [];
    const stage = { phone, way: WAYS[language], iins, names: children.map(({ name }) => name) };
    const sign = language === 'kk' ? signByCode : signByKey;
    const form = [logIn, place, applicant, childWithBenefit, secondChild, homeAndSummary];
    await phone.walk(async () => {
      for (const step of [...form, sign, registered, journal]) await step(stage);
    });
  });
});
