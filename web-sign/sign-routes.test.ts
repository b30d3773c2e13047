import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { OWNER, PDF } from './testing/sign-pages.ts';
import { BOT_URL, browser, PUBLIC_URL, type SignStage, signStage } from './testing/stage.ts';
import { testSigned } from './testing/verifier.ts';

let stage: SignStage;
const stages: SignStage[] = [];
beforeEach(async () => {
  stage = await signStage();
  stages.push(stage);
});
afterAll(async () => {
  for (const one of stages) await one.app.close();
});

/** A link opened in a browser of its own. */
async function opened(link = stage.pages.add()) {
  const visitor = browser(stage.app);
  const answer = await visitor.open(link.token);
  expect(answer.statusCode).toBe(200);
  return { link, visitor, at: `/sign/api/${link.id}` };
}

describe('opening a link', () => {
  it('gives it to the browser that comes first, and again to the same one', async () => {
    const { link, visitor, at } = await opened();
    expect((await visitor.get(at)).json().view).toMatchObject({
      id: link.id,
      state: 'OPEN',
      purpose: 'SIGN',
      maskedIin: '9001•••••014',
      expires: { words: { kk: '23 қараша 2026 ж., дүйсенбі, 10:15' } },
    });
    expect((await visitor.open(link.token)).statusCode).toBe(200);
    const other = await browser(stage.app).open(link.token);
    expect([other.statusCode, other.json().code]).toEqual([409, 'link.used']);
    expect(other.json().message.ru).toContain('другом браузере');
  });

  it('keeps the secret from scripts, other sites and plain connections', async () => {
    const link = stage.pages.add();
    const [cookie] = (await browser(stage.app).open(link.token)).cookies;
    expect(cookie).toMatchObject({
      name: `kezek-${link.id}`,
      httpOnly: true,
      sameSite: 'Strict',
      secure: true,
      path: '/sign/api',
      maxAge: 15 * 60 + 3_600,
    });
    expect(cookie?.value).not.toContain(link.token);
  });

  it('knows each of several links in one browser', async () => {
    const visitor = browser(stage.app);
    const [one, two] = [stage.pages.add(), stage.pages.add({ language: 'ru' })];
    await visitor.open(one.token);
    await visitor.open(two.token);
    await visitor.open(one.token);
    expect((await visitor.get(`/sign/api/${one.id}`)).json().view.language).toBe('kk');
    expect((await visitor.get(`/sign/api/${two.id}`)).json().view.language).toBe('ru');
  });

  it.each([
    ['link.unknown', 404, 'no-such-token'],
    ['request.malformed', 400, ''],
    ['request.malformed', 400, 'x'.repeat(300)],
  ])('refuses a wrong token: %s', async (code, status, token) => {
    const answer = await browser(stage.app).open(token);
    expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
  });

  it('is over when its time is', async () => {
    const link = stage.pages.add();
    stage.clock.set('2026-11-23T06:00:00Z');
    const answer = await browser(stage.app).open(link.token);
    expect([answer.statusCode, answer.json().code]).toEqual([410, 'link.expired']);
  });

  it('is for our own page alone', async () => {
    const { token } = stage.pages.add();
    for (const headers of [
      {},
      { 'sec-fetch-site': 'cross-site', origin: PUBLIC_URL },
      { 'sec-fetch-site': 'same-site', origin: 'https://other.kezek.example' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
    ]) {
      const answer = await stage.app.inject({
        method: 'POST',
        url: '/sign/api/open',
        payload: { token },
        headers,
      });
      expect([answer.statusCode, answer.json().code]).toEqual([403, 'request.foreign']);
    }
    const old = {
      method: 'POST',
      url: '/sign/api/open',
      payload: { token },
      headers: { origin: PUBLIC_URL },
    } as const;
    expect((await stage.app.inject(old)).statusCode).toBe(200);
  });
});

describe('a link without its secret', () => {
  it('is unknown, whatever is asked', async () => {
    const { link } = await opened();
    const stranger = browser(stage.app);
    stranger.cookies.set(`kezek-${link.id}`, 'guessed.guessed');
    for (const path of ['', '/content', '/statement.pdf', '/events', '/files/signed.xml'])
      expect((await stranger.get(`/sign/api/${link.id}${path}`)).statusCode, path).toBe(404);
    for (const [path, body] of [
      ['/xml', { xml: '<x/>' }],
      ['/phone', { as: 'PDF' }],
    ] as const)
      expect((await stranger.post(`/sign/api/${link.id}${path}`, body)).statusCode, path).toBe(404);
  });

  it('is not even looked for when it cannot be an id', async () => {
    expect((await browser(stage.app).get('/sign/api/1')).statusCode).toBe(400);
  });
});

describe('what is signed', () => {
  it('can be read as the exact text and as a paper', async () => {
    const { link, visitor, at } = await opened();
    expect((await visitor.get(`${at}/content`)).json()).toEqual({ xml: link.content });
    const pdf = await visitor.get(`${at}/statement.pdf`);
    expect(pdf.rawPayload).toEqual(PDF);
    expect(pdf.headers).toMatchObject({ 'content-type': 'application/pdf', 'cache-control': 'no-store' });
  });

  it('is verified over the bytes of core at the time of the clock, and performed once', async () => {
    const { link, visitor, at } = await opened();
    const xml = testSigned(link.content, OWNER);
    const [first, second] = await Promise.all([
      visitor.post(`${at}/xml`, { xml }),
      visitor.post(`${at}/xml`, { xml }),
    ]);
    const third = await visitor.post(`${at}/xml`, { xml });
    for (const answer of [first, second, third])
      expect([answer.statusCode, answer.json().view.state]).toEqual([200, 'DONE']);
    expect(third.json().view.outcome).toMatchObject({ kind: 'CHOICE', referralNumber: '000451' });
    expect(link.effects()).toBe(1);
    expect(stage.verifier.calls[0]).toMatchObject({ use: 'SIGN', at: new Date('2026-11-23T05:00:00Z') });
  });

  it.each([
    ['expired', 422, 'signature.expired', 'Срок вашего ключа истёк'],
    ['need-signing-key', 422, 'signature.need-signing-key', 'только для входа'],
    ['signature-mismatch', 422, 'signature.signature-mismatch', 'Подпись не принята (signature-mismatch)'],
    ['revoked', 422, 'signature.revoked', 'отозван'],
    ['111111111111', 403, 'signature.otherPerson', 'ключ другого человека'],
    ['SILENT', 409, 'signature.revocationUnavailable', 'не отвечает'],
  ])('is refused in words: %s', async (who, status, code, words) => {
    const { link, visitor, at } = await opened();
    const answer = await visitor.post(`${at}/xml`, { xml: testSigned(link.content, who) });
    expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
    expect(answer.json().message.ru).toContain(words);
    expect(answer.json().message.kk).toMatch(/[әғқңөұүһі]/i);
    expect(link.view().state).toBe('OPEN');
  });

  it('says what became of it when a code was faster', async () => {
    const { link, visitor, at } = await opened();
    link.change({ state: 'VOID', refusal: { code: 'statement.signed', params: {} } });
    const answer = await visitor.post(`${at}/xml`, { xml: testSigned(link.content, OWNER) });
    expect([answer.statusCode, answer.json().view.state, answer.json().view.refusal.code]).toEqual([
      200,
      'VOID',
      'statement.signed',
    ]);
  });

  it('is refused after the end, and says so', async () => {
    const { link, visitor, at } = await opened();
    stage.clock.set('2026-11-23T06:00:00Z');
    const answer = await visitor.post(`${at}/xml`, { xml: testSigned(link.content, OWNER) });
    expect([answer.statusCode, answer.json().code]).toEqual([410, 'link.expired']);
    expect((await visitor.get(at)).json().view.state).toBe('EXPIRED');
  });

  it('tells dates of a refusal in words', async () => {
    const { link, visitor, at } = await opened();
    link.change({
      state: 'VOID',
      refusal: { code: 'choice.stopListed', params: { until: '2026-12-07T02:00:00.000Z' } },
    });
    expect((await visitor.get(at)).json().view.refusal.message.ru).toContain(
      'понедельник, 7 декабря 2026 г., 07:00',
    );
  });
});

describe('bad uploads', () => {
  it.each([
    ['not JSON', '{"xml":', 'application/json', 400],
    ['no XML', '{}', 'application/json', 400],
    ['another type', '<x/>', 'application/xml', 415],
    ['too large', JSON.stringify({ xml: 'x'.repeat(600_000) }), 'application/json', 413],
  ])('%s', async (_what, payload, type, status) => {
    const { visitor, at } = await opened();
    const answer = await stage.app.inject({
      method: 'POST',
      url: `${at}/xml`,
      payload,
      headers: { 'content-type': type, 'sec-fetch-site': 'same-origin' },
      cookies: Object.fromEntries(visitor.cookies),
    });
    expect(answer.statusCode).toBe(status);
    expect(answer.json().message.kk).toBeTruthy();
  });

  it('are slowed down', async () => {
    const { link, visitor, at } = await opened();
    const codes = new Set<number>();
    for (let n = 0; n < 65; n++)
      codes.add((await visitor.post(`${at}/xml`, { xml: testSigned(link.content, 'expired') })).statusCode);
    expect(codes).toEqual(new Set([422, 429]));
  });

  it('leave no word about the person in the log', async () => {
    const { link, visitor, at } = await opened();
    await visitor.post(`${at}/xml`, { xml: testSigned(link.content, 'untrusted') });
    await visitor.post(`${at}/xml`, { xml: testSigned(link.content, '111111111111') });
    expect(stage.logged).toHaveLength(1);
    expect(stage.logged.join()).not.toMatch(/\d{12}|Әлихан|token_|session_/);
  });
});

describe('the way over a phone', () => {
  it('is a code and two links to API №1', async () => {
    const { visitor, at } = await opened();
    const answer = (await visitor.post(`${at}/phone`, { as: 'PDF' })).json();
    expect(answer.qr).toMatch(/^data:image\/svg\+xml;base64,/);
    const mobile = new URL(answer.links.mobile);
    expect(mobile.origin + mobile.pathname).toBe('https://m.egov.kz/mobileSign/');
    expect(mobile.searchParams.get('link')).toMatch(
      /^https:\/\/kezek\.example\/egov\/phone_[\w-]+\?mgovSign$/,
    );
    expect(mobile.searchParams.get('isi')).toBe('1476128386');
    expect(new URL(answer.links.business).searchParams.get('ibi')).toBe('kz.mobile.mgov.business');
    expect(answer.expires.at).toBe('2026-11-23T05:15:00.000Z');
  });
});

describe('files of a link for downloading', () => {
  it('are given by their name to the owner alone', async () => {
    const files = [{ name: 'signed.xml', bytes: 5 }];
    const { visitor, at } = await opened(stage.pages.add({ purpose: 'DOWNLOAD', files }));
    const file = await visitor.get(`${at}/files/signed.xml`);
    expect([file.statusCode, file.body]).toEqual([200, 'xxxxx']);
    expect(file.headers['content-disposition']).toBe('attachment; filename="signed.xml"');
    expect((await visitor.get(`${at}/files/other.xml`)).json().code).toBe('file.unknown');
    expect((await visitor.get(`${at}/files/..%2f..%2fsecret`)).statusCode).toBe(400);
  });
});

describe('the page', () => {
  it('is one document with a strict policy and no word of ours outside the locales', async () => {
    const answer = await stage.app.inject('/sign');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
        "connect-src 'self' wss://127.0.0.1:13579; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(answer.headers['referrer-policy']).toBe('no-referrer');
    expect(answer.body).not.toMatch(/\{\{|<style|style=|<script(?![^>]*\ssrc=)|\son\w+=/);
  });

  it('tells what it must know before a link is opened', async () => {
    const setup = (await stage.app.inject('/sign/setup.json')).json();
    expect(setup).toMatchObject({
      ncalayerUrl: 'wss://127.0.0.1:13579',
      ncalayerWindow: null,
      botUrl: BOT_URL,
    });
    expect(setup.texts.kk['nca.button.SIGN']).toBe('Қол қойып, жіберу');
    expect(Object.keys(setup.texts.ru)).toEqual(Object.keys(setup.texts.kk));
  });

  it('gives scripts, styles and pictures, and nothing else of its folder', async () => {
    for (const name of ['app.js', 'base.css', 'icon.svg'])
      expect((await stage.app.inject(`/sign/assets/${name}`)).statusCode, name).toBe(200);
    const script = await stage.app.inject('/sign/assets/app.js');
    expect(script.headers['content-type']).toContain('javascript');
    expect(script.headers['content-security-policy']).toContain("default-src 'none'");
    for (const name of [
      'tsconfig.json',
      'ncalayer.d.ts',
      'sign.html',
      '../sign-routes.ts',
      '%2e%2e/server.ts',
      '',
    ])
      expect((await stage.app.inject(`/sign/assets/${name}`)).statusCode, name).not.toBe(200);
  });
});
