import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { egovTime } from './egov-documents.ts';
import { CHOICE, CONFIRM, type NewTestLink, OWNER, PDF } from './testing/sign-pages.ts';
import { BOT_URL, browser, type SignStage, signStage } from './testing/stage.ts';
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

const OTHER = '111111111111';

/** A link that a browser has passed to a phone, and the phone. */
async function phone(as: 'PDF' | 'XML' = 'PDF', more: NewTestLink = {}) {
  const link = stage.pages.add(more);
  const visitor = browser(stage.app);
  await visitor.open(link.token);
  const { links } = (await visitor.post(`/sign/api/${link.id}/phone`, { as })).json();
  const first = new URL(new URL(links.mobile).searchParams.get('link') ?? '');
  const ask = (language = 'ru') =>
    stage.app.inject({ url: first.pathname + first.search, headers: { 'accept-language': language } });
  const { document } = (await ask()).json();
  const { pathname } = new URL(document.uri);
  const headers = (token = document.auth_token) => ({
    authorization: `Bearer ${token}`,
    'accept-language': 'ru',
  });
  return {
    link,
    visitor,
    ask,
    fetch: (token?: string) => stage.app.inject({ url: pathname, headers: headers(token) }),
    put: (payload: unknown, token?: string) =>
      stage.app.inject({
        method: 'PUT',
        url: pathname,
        payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
        headers: { ...headers(token), 'content-type': 'application/json' },
      }),
  };
}

const cms = (who: string, content: string | Buffer = PDF) =>
  Buffer.from(testSigned(Buffer.from(content).toString('latin1'), who), 'latin1').toString('base64');
const withCms = (data: string) => ({
  signMethod: 'CMS_SIGN_ONLY',
  version: 1,
  documentsToSign: [{ id: 1, document: { file: { mime: '@file/pdf', data } } }],
});
const withXml = (documentXml: string) => ({ signMethod: 'XML', documentsToSign: [{ id: 1, documentXml }] });

describe('API №1', () => {
  it('says who asks for what, until when, and where the document is', async () => {
    const { link, ask } = await phone();
    const answer = await ask();
    expect(answer.json()).toEqual({
      description: 'Подписание заявления о выборе детского сада',
      expiry_date: '2026-11-23T10:15:00.00+0500',
      organisation: {
        nameRu: 'Отдел образования',
        nameKz: 'Білім бөлімі',
        nameEn: 'Education',
        bin: '123456789021',
      },
      document: {
        uri: `https://kezek.example/egov/document/${link.id}`,
        auth_type: 'Token',
        auth_token: expect.stringMatching(/^auth_/),
      },
    });
    expect(answer.headers['cache-control']).toBe('no-store');
    expect((await ask('kk-KZ,ru;q=0.5')).json().description).toBe(
      'Балабақшаны таңдау туралы өтінішке қол қою',
    );
    expect((await ask('en')).json().description).toMatch(/өтініш/);
  });

  it('refuses what was never asked or is over, in the language of the phone', async () => {
    const unknown = await stage.app.inject({
      url: '/egov/nobody?mgovSign',
      headers: { 'accept-language': 'ru' },
    });
    expect([unknown.statusCode, unknown.json()]).toEqual([
      403,
      { message: expect.stringContaining('недействительна') },
    ]);
    const { ask } = await phone();
    stage.clock.set('2026-11-23T06:00:00Z');
    const late = await ask('kk');
    expect([late.statusCode, late.json().message]).toEqual([403, expect.stringContaining('мерзімі өтті')]);
  });

  it('writes the time with its offset', () => {
    expect(egovTime(new Date('2026-11-22T10:21:37.069Z'))).toBe('2026-11-22T15:21:37.06+0500');
    expect(egovTime(new Date('2026-12-31T19:00:00Z'))).toBe('2027-01-01T00:00:00.00+0500');
  });
});

describe('API №2', () => {
  it('gives the paper to be signed aside, with nothing personal beside it', async () => {
    const { link, visitor, fetch } = await phone('PDF');
    const answer = (await fetch()).json();
    expect(answer).toEqual({
      signMethod: 'CMS_SIGN_ONLY',
      version: 1,
      documentsToSign: [
        {
          id: 1,
          nameRu: 'Заявление о выборе детского сада',
          nameKz: 'Балабақшаны таңдау туралы өтініш',
          nameEn: 'Choice of a kindergarten',
          meta: [
            { name: 'Номер заявления', value: CHOICE.applicationNumber },
            { name: 'Район (город)', value: 'Целиноградский район' },
            { name: 'Детский сад', value: 'Детский сад «Жұлдыз», Балапан' },
          ],
          document: { file: { mime: '@file/pdf', data: PDF.toString('base64') } },
        },
      ],
    });
    expect(JSON.stringify(answer)).not.toContain(CHOICE.childName);
    expect((await visitor.get(`/sign/api/${link.id}`)).json().view.phone).toBe('FETCHED');
  });

  it('gives the text of a login as XML', async () => {
    const { link, fetch } = await phone('PDF', { purpose: 'LOGIN' });
    expect((await fetch()).json()).toEqual({
      signMethod: 'XML',
      version: 1,
      documentsToSign: [
        {
          id: 1,
          nameRu: 'Вход в систему',
          nameKz: 'Жүйеге кіру',
          nameEn: 'Login',
          meta: [],
          documentXml: link.content,
        },
      ],
    });
  });

  it('is for the bearer of the token alone', async () => {
    const { link, fetch, put } = await phone();
    for (const token of ['wrong', '', 'a b', `auth_${'x'.repeat(300)}`]) {
      expect((await fetch(token)).statusCode, token).toBe(403);
      expect((await put(withCms(cms(OWNER)), token)).statusCode, token).toBe(403);
    }
    const bare = await stage.app.inject({ url: `/egov/document/${link.id}` });
    expect([bare.statusCode, Object.keys(bare.json())]).toEqual([403, ['message']]);
    expect(link.view().state).toBe('OPEN');
  });
});

describe('what the phone has signed', () => {
  it('is verified, performed once, and answered alike when it comes again', async () => {
    const { link, put } = await phone();
    const body = withCms(cms(OWNER));
    for (let n = 0; n < 3; n++) {
      const answer = await put(body);
      expect([answer.statusCode, answer.json()]).toEqual([200, { success: true, backUrl: BOT_URL }]);
    }
    expect(link.effects()).toBe(1);
  });

  it('is a login: what the chat waits for goes back with the phone that signed, once', async () => {
    const { link, visitor, put, fetch } = await phone('XML', { purpose: 'LOGIN' });
    const body = withXml(testSigned(link.content, OWNER));
    const first = await put(body);
    expect(first.json()).toEqual({ success: true, backUrl: `${BOT_URL}?start=${CONFIRM.start}` });
    expect(first.body).not.toContain(CONFIRM.code);
    // Whoever holds out the code to be scanned can read it too, and asks as if they were the phone.
    for (const listening of [await put(body), await put(withXml('<any/>')), await fetch()])
      expect(listening.body).not.toMatch(new RegExp(`${CONFIRM.start}|${CONFIRM.code}`));
    const shown = await visitor.get(`/sign/api/${link.id}`);
    expect(shown.json()).toMatchObject({ view: { outcome: { by: 'PHONE', confirm: null, awaited: true } } });
  });

  it.each([
    ['armoured', (data: string) => `-----BEGIN CMS-----\r\n${data}\r\n-----END CMS-----\r\n`],
    ['in lines', (data: string) => data.replace(/(.{64})/g, '$1\n')],
  ])('may come %s', async (_how, change) => {
    const { put } = await phone();
    expect((await put(withCms(change(cms(OWNER))))).statusCode).toBe(200);
  });

  it('may be XML', async () => {
    const { link, put } = await phone('XML');
    expect((await put(withXml(testSigned(link.content, OWNER)))).statusCode).toBe(200);
  });

  it.each([
    ['another person', () => withCms(cms(OTHER)), 'ключ другого человека'],
    ['another paper', () => withCms(cms(OWNER, 'another paper')), 'Подписан другой текст'],
    ['an expired key', () => withCms(cms('expired')), 'Срок вашего ключа истёк'],
    ['a silent authority', () => withCms(cms('SILENT')), 'не отвечает'],
    ['nothing', () => withCms(''), 'Подпись не принята (empty)'],
    ['no document', () => ({ documentsToSign: [{ id: 1 }] }), 'Подпись не принята (empty)'],
    ['XML where a CMS was wanted', () => withXml('<x/>'), 'Подпись не принята (empty)'],
    ['no base64', () => withCms('<<<'), 'Подпись не принята (not-der)'],
  ])('is refused with a sentence: %s', async (_what, body, words) => {
    const { link, put } = await phone();
    const answer = await put(body());
    expect([answer.statusCode, Object.keys(answer.json())]).toEqual([403, ['message']]);
    expect(answer.json().message).toContain(words);
    expect(link.view().state).toBe('OPEN');
  });

  it.each([
    ['not JSON', '{"documentsToSign":['],
    ['null', 'null'],
    ['no documents', '{}'],
    ['two documents', JSON.stringify({ documentsToSign: [{ id: 1 }, { id: 2 }] })],
    ['a document that is none', JSON.stringify({ documentsToSign: ['x'] })],
  ])('is no request: %s', async (_what, body) => {
    const { put } = await phone();
    const answer = await put(body);
    expect([answer.statusCode, Object.keys(answer.json())]).toEqual([400, ['message']]);
  });

  it('comes too late', async () => {
    const { put } = await phone();
    stage.clock.set('2026-11-23T06:00:00Z');
    const answer = await put(withCms(cms(OWNER)));
    expect([answer.statusCode, answer.json().message]).toEqual([
      403,
      expect.stringContaining('Срок ссылки истёк'),
    ]);
  });

  it('comes after another family took the place: the same sentence each time', async () => {
    const { link, put } = await phone();
    link.change({ state: 'VOID', refusal: { code: 'choice.taken', params: {} } });
    for (let n = 0; n < 2; n++) {
      const answer = await put(withCms(cms(OWNER)));
      expect([answer.statusCode, answer.json().message]).toEqual([
        403,
        expect.stringContaining('другая семья'),
      ]);
    }
  });

  it('may not be larger than two megabytes', async () => {
    const { put } = await phone();
    expect((await put(withCms('A'.repeat(2_100_000)))).statusCode).toBe(413);
    expect((await put(withCms('A'.repeat(1_900_000)))).statusCode).toBe(403);
  });
});
