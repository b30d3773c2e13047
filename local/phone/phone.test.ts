import { createServer } from 'node:http';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { verifyStatementCms } from '../../web-sign/signature/cms/verify-cms.ts';
import { verifyStatementXml } from '../../web-sign/signature/xml/verify-xml.ts';
import { AIGUL, testKeys } from '../ncalayer/testing/stage.ts';
import { NoLink, readLink } from './link.ts';
import { servePhone } from './pages.ts';
import { createPhone } from './phone.ts';
import { PDF, pdfDocument, startService, usualScript, XML, xmlDocument } from './testing/service.ts';

const keys = await testKeys();
const service = await startService();
const phone = createPhone({ ...keys, isAllowed: ({ origin }) => origin === service.url });
const server = createServer(async (req, res) => {
  if (!(await servePhone(phone, req, res))) res.writeHead(404).end();
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = server.address();
const own = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await service.close();
});
beforeEach(() => {
  service.script = usualScript();
  service.calls.length = 0;
});

async function post(path: string, body: object, headers: Record<string, string> = {}) {
  const response = await fetch(`${own}/phone/api/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
const sign = (more: object = {}) => post('sign', { link: service.link, iin: AIGUL.iin, ...more });
const sent = () => {
  const put = service.calls.find(({ method }) => method === 'PUT');
  return put?.body as typeof pdfDocument & { documentsToSign: { documentXml?: string }[] };
};

describe('the whole way', () => {
  it.each(['GOST', 'RSA-SIGN'])('a PDF under CMS with a time stamp, %s', async (kind) => {
    expect(await sign({ kind })).toEqual({
      status: 200,
      body: { status: 200, ok: true, message: null, backUrl: 'http://localhost:1/chat' },
    });
    expect(service.calls.map(({ method, path, authorization }) => [method, path, authorization])).toEqual([
      ['GET', '/egov/token?mgovSign', undefined],
      ['GET', '/egov/document/1', 'Bearer secret'],
      ['PUT', '/egov/document/1', 'Bearer secret'],
    ]);
    const [document] = sent().documentsToSign;
    const data = document?.document.file.data ?? '';
    const signature = verifyStatementCms(new Uint8Array(Buffer.from(data, 'base64')), PDF);
    expect(signature.timeStamps).toHaveLength(1);
    // All the rest goes back as it came.
    const file = { ...document?.document.file, data: pdfDocument.documentsToSign[0]?.document.file.data };
    expect({ ...sent(), documentsToSign: [{ ...document, document: { file } }] }).toEqual(pdfDocument);
  });

  it('XML, and the language of the app', async () => {
    service.script.second = xmlDocument;
    await sign({ lang: 'ru' });
    verifyStatementXml(sent().documentsToSign[0]?.documentXml ?? '', XML);
    expect(new Set(service.calls.map(({ language }) => language))).toEqual(new Set(['ru']));
  });

  it('CMS with the data inside, each document in its own way', async () => {
    const [pdf] = pdfDocument.documentsToSign;
    const [xml] = xmlDocument.documentsToSign;
    const documentsToSign = [
      { ...pdf, signMethod: 'CMS_WITH_DATA' },
      { ...xml, signMethod: 'XML' },
    ];
    service.script.second = { signMethod: 'MIX_SIGN', version: 2, documentsToSign };
    expect((await sign()).body.ok).toBe(true);
    const data = Buffer.from(sent().documentsToSign[0]?.document.file.data ?? '', 'base64');
    expect(data.includes(Buffer.from(PDF))).toBe(true);
    verifyStatementXml(sent().documentsToSign[1]?.documentXml ?? '', XML);
  });

  it('tells why the service did not take it', async () => {
    service.script.reply = { status: 403, body: { message: 'Бұл басқа адамның кілті.' } };
    expect((await sign()).body).toEqual({
      status: 403,
      ok: false,
      message: 'Бұл басқа адамның кілті.',
      backUrl: null,
    });
    service.script.reply = { status: 200, body: { success: true, backUrl: 'javascript:alert(1)' } };
    expect((await sign()).body).toMatchObject({ ok: true, backUrl: null });
  });
});

describe('in steps', () => {
  it('opens, shows the file, signs with the key that was chosen', async () => {
    const { body } = await post('open', { link: `mobileSign:${service.link}` });
    expect(body).toMatchObject({
      description: 'Балабақша кезегі: таңдауға қол қою',
      organisation: { kk: 'Білім бөлімі', ru: 'Отдел образования', bin: '123456789021' },
      expiresAt: '2026-11-23T06:00:00.000Z',
      documents: [{ names: { kk: 'Таңдау туралы өтініш' }, pdf: true, method: 'CMS_SIGN_ONLY' }],
    });
    const pdf = await fetch(`${own}/phone/api/document/${body.id}/0`);
    expect(new Uint8Array(await pdf.arrayBuffer())).toEqual(PDF);
    expect((await fetch(`${own}/phone/api/document/${body.id}/1`)).status).toBe(404);
    const answer = await post('answer', { id: body.id, key: `${AIGUL.iin}.-.GOST.REVOKED` });
    expect(answer.body).toMatchObject({ ok: true });
    expect((await post('answer', { id: 'other', key: 'x' })).status).toBe(404);
    expect((await post('answer', { id: body.id, key: 'x' })).status).toBe(404);
  });

  it('lists whose keys there are', async () => {
    const { holders, keys: offers } = (await (await fetch(`${own}/phone/api/keys`)).json()) as {
      holders: unknown[];
      keys: unknown[];
    };
    expect(holders).toHaveLength(2);
    expect(offers).toHaveLength(19);
  });
});

describe('what it does not do', () => {
  it.each([
    ['asks another machine', { link: 'http://192.168.0.1/egov/token' }, 422, 'address'],
    ['goes where it is sent on', { link: `${service.url}/moved` }, 422, 'unreachable'],
    ['takes what is no link', { link: 'tel:112' }, 400, 'link'],
    ['opens what the service does not give', { link: `${service.url}/egov/other` }, 422, 'refused'],
    ['signs for nobody', { iin: '000000000000' }, 404, 'no such key'],
    ['takes an unknown kind', { kind: 'DSA' }, 400, 'malformed'],
  ])('%s', async (_, more, status, error) => {
    expect(await sign(more)).toMatchObject({ status, body: { error } });
    expect(service.calls.filter(({ method }) => method === 'PUT')).toEqual([]);
  });

  it.each([
    ['an expired request', { expiry_date: '2026-11-23T09:59:59+0500' }, 'expired'],
    ['a date that is none', { expiry_date: 'tomorrow' }, 'malformed'],
    ['no organisation', { organisation: null }, 'malformed'],
    ['another way to sign in', { document: { auth_type: 'Eds' } }, 'method'],
    ['a document elsewhere', { document: { auth_type: 'None', uri: 'http://10.0.0.1/' } }, 'address'],
  ])('%s', async (_, first, error) => {
    service.script.first = { ...service.script.first, ...first };
    expect(await sign()).toMatchObject({ status: 422, body: { error } });
  });

  it.each([
    ['no documents', { signMethod: 'XML', documentsToSign: [] }, 'malformed'],
    ['a document without text', { signMethod: 'XML', documentsToSign: [{}] }, 'malformed'],
    [
      'a file without data',
      { signMethod: 'CMS_SIGN_ONLY', documentsToSign: [{ document: {} }] },
      'malformed',
    ],
    ['bytes', { signMethod: 'SIGN_BYTES_ARRAY', documentsToSign: [{}] }, 'method'],
  ])('%s', async (_, second, error) => {
    service.script.second = second;
    expect(await sign()).toMatchObject({ status: 422, body: { error } });
  });

  it('listens to another site', async () => {
    const link = service.link;
    const answer = await post('sign', { link, iin: AIGUL.iin }, { origin: 'http://elsewhere.example' });
    expect(answer.status).toBe(403);
  });
});

describe('a link', () => {
  const api = 'https://kezek.example/egov/abc?mgovSign';
  it.each([
    api,
    `mobileSign:${api}`,
    ` MOBILESIGN:${api}\n`,
    `businessSign:${api}`,
    `https://m.egov.kz/mobileSign/?link=${encodeURIComponent(api)}&isi=1476128386`,
    `http://localhost:3001/phone?link=${encodeURIComponent(api)}`,
  ])('%s', (text) => {
    expect(readLink(text).href).toBe(api);
  });

  it.each(['', 'abc', 'file:///etc/passwd', 'mobileSign:', 'https://a.kz/?link=javascript:1'])(
    'not %j',
    (text) => {
      expect(() => readLink(text)).toThrow(NoLink);
    },
  );
});
