import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { GroupId } from '../core/index.ts';
import type { KeyKind } from '../local/authority/api.ts';
import type { KeyState } from '../local/ncalayer/keyring.ts';
import { testBrowser } from '../local/testing/browser.ts';
import type { Family } from '../local/testing/core-world.ts';
import { signingWorld } from '../local/testing/signing-world.ts';

const world = await signingWorld();
const browser = await testBrowser();
const { core, clock, db, ncalayer, phone } = world;
const admin = await world.staff({ admin: true });
let districts = 0;

/** A family whose child has an open turn, in a district of its own. */
async function turn() {
  districts += 1;
  const district = await world.district(`W${String.fromCharCode(64 + districts)}B`);
  const group = await world.group(await world.kindergarten('Балдырған', district), 2023);
  const family = await world.person();
  const application = await world.enqueue(family, '2023-05-05', { district });
  const { pickOpensAt } = await core.staff.publish(admin, group, 1);
  await world.moveTo(pickOpensAt);
  return { family, application, group };
}

type Turn = Awaited<ReturnType<typeof turn>>;

const linkOf = async ({ family, application, group }: Turn) =>
  (await core.signing.linkChoice(family.act, application, group as GroupId)).link.url;

async function open(url: string, width = 1100): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height: 844 }, locale: 'ru-KZ' });
  const page = await context.newPage();
  const strangers: string[] = [];
  page.on('request', (request) => {
    const address = new URL(request.url());
    if (address.origin !== world.publicUrl && address.protocol !== 'data:') strangers.push(request.url());
  });
  page.on('close', () => expect(strangers).toEqual([]));
  await page.goto(url);
  return page;
}

const answerWith = (family: Pick<Family, 'iin'>, kind: KeyKind, state: KeyState = 'VALID') =>
  ncalayer.window.setAuto({ iin: family.iin, kind, state, bin: undefined, once: true });

const signedBy = async (application: string) => {
  const row = await db.prisma.signature.findFirst({
    where: { statement: { application_id: application } },
    select: { algorithm: true, format: true, revocation: true, covers: true },
  });
  return row === null ? null : { ...row };
};

/** Brings what the page of a signed login shows to the chat, and sees the page learn it. */
async function confirmed(page: Page, address: string, shown: string | null) {
  expect(await core.people.account(address)).toMatchObject({ person: null });
  const { person } = await core.people.confirmLogin(address, shown ?? '');
  await page.getByRole('heading', { name: /^(?:Вы вошли|Сіз .*кірдіңіз)$/ }).waitFor();
  return person;
}

describe('a parent at a computer', () => {
  it.each([
    ['GOST', 'GOST3410-2015-512'],
    ['RSA-SIGN', 'RSA-SHA256'],
  ] as const)(
    'signs the choice of a kindergarten with a key of %s through NCALayer',
    async (kind, algorithm) => {
      const here = await turn();
      const url = await linkOf(here);
      const page = await open(url);
      await page.getByText('Нұрлан').first().waitFor();
      expect(page.url()).not.toContain(new URL(url).hash);
      answerWith(here.family, kind);
      await page.getByTestId('nca-button').click();
      await page.getByTestId('end').waitFor();
      expect(await world.stateOf(here.application)).toBe('REFERRED');
      expect(await signedBy(here.application)).toEqual({
        algorithm,
        format: 'XML',
        revocation: 'GOOD',
        covers: 'STATEMENT',
      });
      await page.reload();
      await page.getByTestId('end').waitFor();
      await page.context().close();
    },
  );

  it('is told what is wrong with the key, and may try another', async () => {
    const here = await turn();
    const other = await world.person();
    const page = await open(await linkOf(here));
    const tries: [Pick<Family, 'iin'>, KeyKind, KeyState, string][] = [
      [here.family, 'GOST', 'EXPIRED', 'signature.expired'],
      [here.family, 'GOST', 'REVOKED', 'signature.revoked'],
      [other, 'GOST', 'VALID', 'signature.otherPerson'],
    ];
    for (const [who, kind, state, code] of tries) {
      answerWith(who, kind, state);
      const answer = page.waitForResponse((response) => response.url().endsWith('/xml'));
      await page.getByTestId('nca-button').click();
      expect(await (await answer).json()).toMatchObject({ code });
      await page.getByTestId('nca-problem').locator('p').first().waitFor();
    }
    expect(await world.stateOf(here.application)).toBe('NOTIFIED');
    answerWith(here.family, 'GOST');
    await page.getByTestId('nca-button').click();
    await page.getByTestId('end').waitFor();
    await page.context().close();
  });

  it('presses Cancel and nothing is sent', async () => {
    const here = await turn();
    const page = await open(await linkOf(here));
    ncalayer.window.setAuto({ cancel: true, once: true });
    await page.getByTestId('nca-button').click();
    await page.getByTestId('nca-problem').locator('p').first().waitFor();
    expect(await signedBy(here.application)).toBeNull();
    await page.context().close();
  });

  it('logs a chat in with the key', async () => {
    const family = await world.person();
    const address = '7700001';
    await core.people.account(address);
    await core.people.setLanguage(address, 'ru');
    await core.people.giveConsent(address);
    const { url } = await core.people.loginLink(address, 'ru');
    const page = await open(url);
    answerWith(family, 'RSA-SIGN');
    const refused = page.waitForResponse((response) => response.url().endsWith('/xml'));
    await page.getByTestId('nca-button').click();
    expect(await (await refused).json()).toMatchObject({ code: 'signature.need-authentication-key' });
    answerWith(family, 'RSA-AUTH');
    await page.getByTestId('nca-button').click();
    await page.getByTestId('end').waitFor();
    await page.reload();
    const back = new URL((await page.getByTestId('confirm').getAttribute('href')) ?? '');
    expect(back.href).toMatch(/^https:\/\/t\.me\/kezek_test_bot\?start=[\w-]{43}$/);
    const code = await page.getByTestId('confirm-code').textContent();
    expect(await confirmed(page, address, code)).toMatchObject({ id: family.personId, verifiedBy: 'EDS' });
    await page.context().close();
  });
});

describe('a parent with a phone', () => {
  it.each(['GOST', 'RSA-SIGN'] as const)(
    'signs the paper in eGov Mobile with a key of %s, and the page learns it without reloading',
    async (kind) => {
      const here = await turn();
      const page = await open(await linkOf(here));
      const offer = page.waitForResponse((response) => response.url().endsWith('/phone'));
      await page.getByTestId('phone-button').click();
      const { links } = (await (await offer).json()) as { links: { mobile: string } };
      const link = new URL(links.mobile).searchParams.get('link') ?? '';
      expect(await phone.sign(link, { iin: here.family.iin, kind }, 'ru')).toMatchObject({ ok: true });
      await page.getByTestId('end').waitFor();
      expect(await signedBy(here.application)).toMatchObject({ format: 'CMS', covers: 'STATEMENT_PDF' });
      expect(await world.notices(here.family.personId)).toContain('N41');
      expect(await phone.sign(link, { iin: here.family.iin, kind }, 'ru').catch(String)).not.toMatchObject({
        ok: true,
      });
      await page.context().close();
    },
  );

  it('logs in by the phone, as text and not as paper', async () => {
    const family = await world.person();
    const address = '7700002';
    await core.people.account(address);
    await core.people.giveConsent(address);
    const { url } = await core.people.loginLink(address, 'kk');
    const page = await open(url, 390);
    const href = await page.getByTestId('open-mobile').getAttribute('href');
    const link = new URL(href ?? '').searchParams.get('link') ?? '';
    const { backUrl } = await phone.sign(link, { iin: family.iin, kind: 'GOST' }, 'kk');
    await page.getByTestId('end').waitFor();
    expect(await page.getByTestId('confirm-code').count()).toBe(0);
    const word = new URL(backUrl ?? '').searchParams.get('start');
    expect((await confirmed(page, address, word))?.id).toBe(family.personId);
    await page.context().close();
  });
});

describe('when the authority is silent', () => {
  it('the choice is accepted and asked about again', async () => {
    const here = await turn();
    const page = await open(await linkOf(here));
    Object.assign(world.faults, { ocsp: 'down', crl: 'down' });
    answerWith(here.family, 'GOST');
    await page.getByTestId('nca-button').click();
    await page.getByTestId('end').waitFor();
    expect(await signedBy(here.application)).toMatchObject({ revocation: 'PENDING' });
    Object.assign(world.faults, { ocsp: undefined, crl: undefined });
    clock.set(new Date(clock.now().getTime() + 6 * 60_000));
    const [claimed] = await core.signPages.claimRechecks(1);
    if (claimed === undefined) throw new Error('nothing to ask about');
    await core.signPages.rechecked(claimed.id, await world.verifier.recheck(claimed.chain, claimed.validAt));
    expect(await signedBy(here.application)).toMatchObject({ revocation: 'GOOD' });
    await page.context().close();
  });
});
