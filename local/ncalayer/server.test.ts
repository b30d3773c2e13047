import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { verifyStatementCms } from '../../web-sign/signature/cms/verify-cms.ts';
import { verifyStatementXml } from '../../web-sign/signature/xml/verify-xml.ts';
import { usual } from './behaviour.ts';
import { startNcaLayer } from './server.ts';
import { AIGUL, basicsRequest, commonRequest, connect, MADINA, testKeys } from './testing/stage.ts';

const XML = '<tag>data</tag>';
const MISMATCH = 'java.lang.IllegalArgumentException: argument type mismatch. Method: ';
const keys = await testKeys();
const layer = await startNcaLayer({ ...keys, port: 0 });
const client = await connect(layer.url);
const greeting = await client.next();
afterAll(() => layer.close());

const by = (kind: 'GOST' | 'RSA-SIGN' | 'RSA-AUTH', iin = AIGUL.iin) =>
  layer.window.setAuto({ iin, kind, state: 'VALID', bin: undefined, once: false });
beforeEach(() => {
  Object.assign(layer.behaviour, usual);
  by('GOST');
});

describe('the socket', () => {
  it('greets with its version and echoes heartbeats', async () => {
    expect(greeting).toEqual({ result: { version: '1.4' } });
    client.text('--heartbeat--');
    expect(await client.next()).toEqual({ text: '--heartbeat--' });
  });

  it.each(['{', 'null', '[]', '', '"text"'])('cannot read %j', async (text) => {
    client.text(text);
    expect(await client.next()).toEqual({ success: false, code: 'COMMON_JSON_WRAPPING_EXCEPTION' });
  });

  it('has no other modules, and no basics where that is switched off', async () => {
    const missing = { success: false, errorCode: 'MODULE_NOT_FOUND' };
    const asked = { module: 'kz.digiflow.mobile.extensions', method: 'getVersion' };
    expect(await client.ask(asked)).toEqual(missing);
    expect(await client.ask({ method: 'signXml' })).toEqual(missing);
    layer.behaviour.basics = false;
    expect(await client.ask(basicsRequest({}))).toEqual(missing);
  });

  it('answers one request after another, of one socket and of several; heartbeats meanwhile', async () => {
    layer.window.setAuto(null);
    const other = await connect(layer.url, 'https://other.example');
    await other.next();
    client.send(basicsRequest({ data: '<first/>' }));
    await expect.poll(() => layer.window.current).not.toBeNull();
    client.send(commonRequest('getActiveTokens'));
    other.send(basicsRequest({ data: '<second/>' }));
    await expect.poll(() => layer.window.waiting).toBe(1);
    client.text('--heartbeat--');
    expect(await client.next()).toEqual({ text: '--heartbeat--' });

    layer.window.cancel(layer.window.current?.id ?? 0);
    expect(await client.next()).toEqual({ status: true, body: {} });
    expect(await client.next()).toEqual({ code: '200', responseObject: [] });
    expect(layer.window.current?.origin).toBe('https://other.example');
    other.close();
    await expect.poll(() => layer.window.current).toBeNull();
    expect(layer.window.outcome?.answer).toBe('GONE');
  });

  it('lets twenty wait, not more', async () => {
    layer.window.setAuto(null);
    const sockets = await Promise.all(Array.from({ length: 22 }, () => connect(layer.url)));
    await Promise.all(sockets.map((one) => one.next()));
    for (const one of sockets.slice(0, 21)) one.send(basicsRequest({}));
    await expect.poll(() => layer.window.waiting).toBe(20);
    expect(await sockets[21]?.ask(basicsRequest({}))).toMatchObject({ status: false, code: 'GENERAL_ERROR' });
    layer.window.setAuto({ cancel: true, once: false });
    for (const one of sockets.slice(0, 21)) expect(await one.next()).toEqual({ status: true, body: {} });
    for (const one of sockets) one.close();
  });

  it('takes another port when its own is taken', async () => {
    const second = await startNcaLayer({ ...keys, port: Number(new URL(layer.url).port) });
    expect(second.url).not.toBe(layer.url);
    await second.close();
  });
});

describe('commonUtils', () => {
  const ask = (method: string, ...args: unknown[]) => client.ask(commonRequest(method, ...args));
  const SIGN = ['PKCS12', 'SIGNATURE'];

  it('tells which hardware is there, takes a language, echoes uuid', async () => {
    expect(await client.ask({ module: 'kz.gov.pki.knca.commonUtils', method: 'getActiveTokens' })).toEqual({
      code: '200',
      responseObject: [],
    });
    layer.behaviour.tokens = ['AKKaztokenStore'];
    expect(await ask('getActiveTokens')).toEqual({ code: '200', responseObject: ['AKKaztokenStore'] });
    expect(await ask('changeLocale', 'kk')).toEqual({ code: '200' });
    expect(await client.ask({ ...commonRequest('changeLocale', 'kk'), uuid: 'u-1' })).toEqual({
      code: '200',
      uuid: 'u-1',
    });
  });

  it.each(['GOST', 'RSA-SIGN'] as const)('signs XML line by line with %s', async (kind) => {
    by(kind);
    const { code, responseObject } = await ask('signXml', ...SIGN, XML, '', '');
    expect(code).toBe('200');
    expect(responseObject).toContain('\n<ds:SignedInfo>\n');
    verifyStatementXml(String(responseObject), XML);
    const many = await ask('signXmls', ...SIGN, [XML, '<b/>'], '', '');
    expect(many.responseObject).toHaveLength(2);
  });

  it('signs CMS: with a stamp always, or never', async () => {
    const data = Buffer.from('құжат').toString('base64');
    const content = new TextEncoder().encode('құжат');
    const stampOf = async (method: string, attach: boolean) => {
      const { responseObject } = await ask(method, ...SIGN, data, attach);
      const cms = new Uint8Array(Buffer.from(String(responseObject), 'base64'));
      expect(Buffer.from(cms).includes('құжат')).toBe(attach);
      return verifyStatementCms(cms, content).timeStamps.length;
    };
    expect(await stampOf('createCMSSignatureFromBase64', false)).toBe(1);
    expect(await stampOf('createCAdESFromBase64', true)).toBe(0);
  });

  it('tells about a key', async () => {
    const { code, responseObject } = await ask('getKeyInfo', 'PKCS12');
    expect(code).toBe('200');
    expect(responseObject).toMatchObject({
      subjectCn: 'СЫНАЛОВА АЙГҮЛ',
      issuerCn: expect.any(String),
      serialNumber: expect.stringMatching(/^[0-9a-f]+$/),
      certNotAfter: expect.stringMatching(/^\d{13}$/),
      pem: expect.stringMatching(/^-----BEGIN CERTIFICATE-----\n/),
    });
  });

  it.each([
    ['signXml', [...SIGN, XML], 'NoSuchMethodException signXml'],
    ['dance', [], 'NoSuchMethodException dance'],
    ['toString', [], 'NoSuchMethodException toString'],
    ['getKeyInfo', [null], `${MISMATCH}getKeyInfo`],
    ['getKeyInfo', [1], `${MISMATCH}getKeyInfo`],
    ['changeLocale', [2], `${MISMATCH}changeLocale`],
    ['signXml', ['PKCS12', '123', 555, '', ''], `${MISMATCH}signXml`],
    ['signXmls', ['PKCS12', '123', XML, '', ''], `${MISMATCH}signXmls`],
    ['createCAdESFromBase64', ['PKCS12', 123, 'MTEK', false], `${MISMATCH}createCAdESFromBase64`],
    [
      'createCMSSignatureFromBase64',
      ['PKCS12', [7], 'MTEK', false],
      `${MISMATCH}createCMSSignatureFromBase64`,
    ],
    ['getKeyInfo', [' '], 'storageName.param.empty'],
    ['getKeyInfo', ['Pocket'], 'storage.unknown'],
    ['getKeyInfo', ['AKKaztokenStore'], 'storage.empty'],
    ['createCAdESFromBase64', [...SIGN, '?', false], 'Illegal base64 character'],
  ])('%s %j is %s', async (method, args, message) => {
    expect(await ask(method, ...args)).toEqual({ code: '500', message });
  });

  it('cannot sign what is no XML', async () => {
    expect(await ask('signXml', ...SIGN, '<this>is not a valid XML', '', '')).toEqual({
      code: '500',
      message: expect.stringMatching(
        /^org\.xml\.sax\.SAXParseException; lineNumber: \d+; columnNumber: \d+; /,
      ),
    });
  });

  it('tells that it was cancelled, with the uuid', async () => {
    layer.window.setAuto({ cancel: true, once: false });
    const canceled = { code: '500', message: 'action.canceled' };
    expect(await ask('signXml', ...SIGN, XML, '', '')).toEqual(canceled);
    expect(await ask('getKeyInfo', 'PKCS12')).toEqual(canceled);
    const asked = { ...commonRequest('getKeyInfo', 'PKCS12'), uuid: 'u-2' };
    expect(await client.ask(asked)).toEqual({ ...canceled, uuid: 'u-2' });
  });

  it('offers keys of the kind that was asked for: the others leave the window open', async () => {
    by('RSA-AUTH');
    client.send(commonRequest('signXml', ...SIGN, XML, '', ''));
    await expect.poll(() => layer.window.current).not.toBeNull();
    await expect.poll(() => layer.window.auto).not.toBeNull();
    by('RSA-SIGN', MADINA.iin);
    expect(await client.next()).toMatchObject({ code: '200' });
    by('RSA-AUTH');
    expect(await ask('signXml', 'PKCS12', 'AUTHENTICATION', XML, '', '')).toMatchObject({ code: '200' });
    expect(await ask('signXml', 'PKCS12', '', XML, '', '')).toMatchObject({ code: '200' });
  });
});
