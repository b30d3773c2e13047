import { describe, expect, it } from 'vitest';
import { PHONE, pageStage } from '../testing/page-stage.ts';
import { freePort } from '../testing/scripted-ncalayer.ts';
import { CONFIRM, LOGGED_IN, OWNER } from '../testing/sign-pages.ts';
import { BOT_URL } from '../testing/stage.ts';

const stage = await pageStage();

describe('on a computer', () => {
  it('shows what is signed and by whom, signs with NCALayer, and leads back to the chat', async () => {
    const link = await stage.openNew();
    expect(await stage.heading()).toBe('Балабақшаны таңдау туралы өтініш');
    expect(await stage.id('child').textContent()).toBe('Әлихан');
    expect(await stage.id('kindergarten').textContent()).toBe('«Жұлдыз» балабақшасы');
    expect(await stage.id('signer').textContent()).toBe('9001•••••014');
    expect(new URL(stage.page.url()).hash).toBe(`#${link.id}`);
    await stage.id('exact').locator('summary').click();
    expect(await stage.id('xml').textContent()).toBe(link.content);
    await stage.id('nca-button').click();
    await stage.page.getByRole('heading', { name: 'Қол қойылды, жолдама берілді' }).waitFor();
    expect(await stage.page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
    expect(await stage.id('end').textContent()).toContain('000451');
    expect(await stage.id('back').getAttribute('href')).toBe(BOT_URL);
    expect(link.effects()).toBe(1);
    expect(stage.nca.asked).toHaveLength(1);
  });

  it('survives a reload and does not open for another browser', async () => {
    const link = await stage.openNew({ language: 'ru' });
    await stage.page.reload();
    await stage.page.getByRole('heading', { name: 'Заявление о выборе детского сада' }).waitFor();
    await stage.page.context().close();
    await stage.open(link);
    expect(await stage.page.locator('main').textContent()).toContain('басқа браузерде ашылған');
  });

  it('speaks both languages, and keeps what is open', async () => {
    await stage.openNew();
    await stage.id('exact').locator('summary').click();
    await stage.page.getByRole('button', { name: 'Русский' }).click();
    expect(await stage.heading()).toBe('Заявление о выборе детского сада');
    expect(await stage.page.locator('html').getAttribute('lang')).toBe('ru');
    expect(await stage.page.evaluate(() => document.activeElement?.id)).toBe('lang-ru');
    await stage.id('xml').waitFor();
    expect(await stage.page.title()).toBe('Заявление о выборе детского сада · Очередь в детский сад');
  });

  it('logs in', async () => {
    const link = await stage.openNew({ purpose: 'LOGIN', language: 'ru' });
    expect(await stage.id('caution').textContent()).toContain('не подписывайте и закройте эту страницу');
    await stage.page.getByRole('button', { name: 'Войти по ЭЦП' }).press('Enter');
    await stage.page.getByRole('heading', { name: 'Подпись принята. Теперь подтвердите в чате' }).waitFor();
    expect(await stage.id('confirm-code').textContent()).toBe(CONFIRM.code);
    await stage.id('confirm-code').click();
    expect(await stage.page.evaluate(() => String(getSelection()))).toBe(CONFIRM.code);
    const heard = await stage.page.getByTestId('end').ariaSnapshot();
    expect(heard).toContain(`Код подтверждения: ${[...CONFIRM.code].join(' ')}`);
    expect(heard).not.toContain(CONFIRM.code);
    expect(await stage.id('confirm').getAttribute('href')).toBe(`${BOT_URL}?start=${CONFIRM.start}`);
    expect(link.effects()).toBe(1);
    await stage.page.reload();
    await stage.id('confirm').waitFor();
    link.change({ outcome: { ...LOGGED_IN, confirmed: true } });
    await stage.page.getByRole('heading', { name: 'Вы вошли' }).waitFor();
    expect(await stage.id('confirm-code').count()).toBe(0);
    expect(stage.nca.asked[0]?.args).toMatchObject({ locale: 'ru' });
  });

  it('says that the chat was not told in time', async () => {
    const link = await stage.openNew({ purpose: 'LOGIN' });
    await stage.id('nca-button').click();
    await stage.id('confirm').waitFor();
    link.change({ outcome: LOGGED_IN });
    await stage.page.getByRole('heading', { name: 'Кіру аяқталмады' }).waitFor();
  });

  it('shows nothing of a login that a phone has signed: the phone leads back to the chat', async () => {
    const link = await stage.openNew({ purpose: 'LOGIN' });
    link.change({ state: 'DONE', outcome: { ...LOGGED_IN, awaited: true, by: 'PHONE' } });
    await stage.page.getByRole('heading', { name: 'Телефонда қол қойылды. Енді чатта растаңыз' }).waitFor();
    expect(await stage.id('confirm-code').count()).toBe(0);
    link.change({ outcome: { ...LOGGED_IN, confirmed: true, by: 'PHONE' } });
    await stage.page.getByRole('heading', { name: 'Сіз жүйеге кірдіңіз' }).waitFor();
  });

  it('gives the files of a link for downloading', async () => {
    await stage.openNew({ purpose: 'DOWNLOAD', files: [{ name: 'signed.xml', bytes: 3_000 }] });
    const download = stage.page.waitForEvent('download');
    await stage.page.getByRole('link', { name: 'Қол қойылған өтініш' }).click();
    expect((await download).suggestedFilename()).toBe('signed.xml');
    expect(await stage.id('nca-button').count()).toBe(0);
  });

  it('asks NCALayer once, however often one clicks, and may stop waiting', async () => {
    stage.nca.script.answer = () => [];
    await stage.openNew();
    for (let n = 0; n < 3; n++) await stage.id('nca-button').click({ force: true });
    await stage.id('nca-stop').click();
    await expect.poll(stage.problem).toBe('stopped');
    expect(stage.nca.asked).toHaveLength(1);
  });
});

describe('what goes wrong', () => {
  it.each([
    ['cancelled', { status: true, body: {} }],
    ['failed', { status: false, code: 'SIGNING_FAILURE', message: 'no key' }],
    ['unreadable', 'oops'],
    ['noModule', { success: false, errorCode: 'MODULE_NOT_FOUND' }],
  ])('NCALayer: %s', async (word, answer) => {
    stage.nca.script.answer = () => [answer];
    await stage.openNew();
    await stage.id('nca-button').click();
    await expect.poll(stage.problem).toBe(word);
    expect(await stage.id('nca-problem').locator('h4').textContent()).not.toBe('');
    stage.keyOf(OWNER);
    await stage.id('nca-button').click();
    await stage.id('end').waitFor();
  });

  it.each([
    ['111111111111', 'person', '9001•••••014'],
    ['expired', 'expired', 'жаңа ЭЦҚ алып'],
    ['revoked', 'revoked', 'кері қайтарылған'],
    ['need-signing-key', 'key', 'GOST512'],
    ['untrusted', 'key', 'Ұлттық куәландырушы орталық'],
    ['digest-mismatch', 'refused', 'digest-mismatch'],
  ])('the key: %s', async (who, word, text) => {
    stage.keyOf(who);
    await stage.openNew();
    await stage.id('nca-button').click();
    await expect.poll(stage.problem).toBe(word);
    expect(await stage.id('nca-problem').textContent()).toContain(text);
    stage.keyOf(OWNER);
    await stage.id('nca-button').click();
    await stage.id('end').waitFor();
  });

  it('nobody signs twice because the authority is silent or the network is gone', async () => {
    stage.keyOf('revocation-unavailable');
    await stage.openNew({ language: 'ru' });
    await stage.page.route('**/xml', (route) => route.abort(), { times: 1 });
    await stage.id('nca-button').click();
    await expect.poll(stage.problem).toBe('network');
    await stage.page.getByRole('button', { name: 'Отправить ещё раз' }).click();
    await expect.poll(stage.problem).toBe('silent');
    await stage.page.getByRole('button', { name: 'Отправить ещё раз' }).waitFor();
    expect(stage.nca.asked).toHaveLength(1);
  });

  it('NCALayer is not there: what to do, step by step', async () => {
    await stage.moveNcaLayer(`ws://127.0.0.1:${await freePort()}`);
    await stage.openNew();
    await stage.id('nca-button').click();
    await expect.poll(stage.problem).toBe('unreachable');
    expect(await stage.id('nca-problem').locator('li').count()).toBe(3);
    expect(await stage.id('nca-problem').locator('a').getAttribute('href')).toBe('https://ncl.pki.gov.kz/');
  });

  it.each([
    ['', 'толық емес'],
    ['nonsense', 'жарамсыз'],
  ])('a link that is none: %j', async (token, words) => {
    await stage.open(token);
    expect(await stage.page.locator('main').textContent()).toContain(words);
    expect(await stage.id('back').getAttribute('href')).toBe(BOT_URL);
  });
});

describe('what happens elsewhere', () => {
  it.each([
    [{ state: 'EXPIRED' as const }, 'Сілтеменің мерзімі өтті'],
    [
      { state: 'VOID' as const, refusal: { code: 'statement.signed', params: {} } },
      'Өтінішке SMS-код арқылы қол қойылған',
    ],
    [{ state: 'VOID' as const, refusal: { code: 'choice.taken', params: {} } }, 'Өтініш жүзеге аспады'],
    [{ state: 'DONE' as const }, 'Қол қойылды, жолдама берілді'],
  ])('is shown without reloading: %j', async (change, title) => {
    const link = await stage.openNew();
    link.change(change);
    await stage.page.getByRole('heading', { name: title }).waitFor();
  });

  it('ends the waiting for NCALayer', async () => {
    stage.nca.script.answer = () => [];
    const link = await stage.openNew();
    await stage.id('nca-button').click();
    await expect.poll(() => stage.nca.asked.length).toBe(1);
    link.change({ state: 'DONE' });
    await stage.id('end').waitFor();
    await expect.poll(() => stage.nca.open()).toBe(0);
  });

  it('shows what the phone does, from the code to the signature', async () => {
    const link = await stage.openNew();
    await stage.id('phone-button').click();
    await stage.id('qr').waitFor();
    await stage.id('phone-status').getByText('Телефоннан жауап күтіп тұрмыз.').waitFor();
    link.change({ phone: 'FETCHED' });
    await stage.id('phone-status').getByText('Телефон құжатты алды').waitFor();
    await stage.page.reload();
    await stage.id('qr').waitFor();
    link.change({ state: 'DONE' });
    await stage.id('end').waitFor();
  });
});

describe('on a phone', () => {
  it('offers the app first, NCALayer nowhere near', async () => {
    await stage.openNew({}, PHONE);
    const link = await stage.id('open-mobile').getAttribute('href');
    expect(link).toMatch(
      /^https:\/\/m\.egov\.kz\/mobileSign\/\?link=http%3A%2F%2F127\.0\.0\.1%2Fegov%2Fphone_/,
    );
    expect(await stage.id('open-business').getAttribute('href')).toContain('businessSign');
    expect(await stage.id('nca-button').isVisible()).toBe(false);
    expect(await stage.id('qr').isVisible()).toBe(false);
  });

  it('does not take the document back from the app when the page is loaded anew', async () => {
    const link = await stage.openNew({}, PHONE);
    const first = await stage.id('open-mobile').getAttribute('href');
    link.change({ phone: 'FETCHED' });
    await stage.page.reload();
    await stage.id('open-mobile').waitFor();
    expect(await stage.id('open-mobile').getAttribute('href')).toBe(first);
    await stage.page.evaluate(() => sessionStorage.clear());
    await stage.page.reload();
    await stage.id('phone-prepare').waitFor();
    expect(link.view().phone).toBe('FETCHED');
  });
});
