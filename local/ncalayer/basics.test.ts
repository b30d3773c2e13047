import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { parseCertificate } from '../../web-sign/signature/certificate/certificate.ts';
import { verifyStatementCms } from '../../web-sign/signature/cms/verify-cms.ts';
import { streebog } from '../../web-sign/signature/gost/streebog.ts';
import { verifyStatementXml } from '../../web-sign/signature/xml/verify-xml.ts';
import { usual } from './behaviour.ts';
import { startNcaLayer } from './server.ts';
import { AIGUL, basicsRequest, connect, MADINA, testKeys } from './testing/stage.ts';
import { fits } from './window.ts';

const XML = '<statement id="1"><child>Әлихан</child></statement>';
const DATA = 'Өтініш';
const keys = await testKeys();
const layer = await startNcaLayer({ ...keys, port: 0 });
const client = await connect(layer.url);
await client.next();
afterAll(() => layer.close());
beforeEach(() => {
  Object.assign(layer.behaviour, usual);
  layer.window.setAuto({ iin: AIGUL.iin, kind: 'GOST', state: 'VALID', bin: undefined, once: false });
});

const by = (kind: 'GOST' | 'RSA-SIGN' | 'RSA-AUTH', iin = AIGUL.iin, bin?: string) =>
  layer.window.setAuto({ iin, kind, state: 'VALID', bin, once: false });

async function result(request: Record<string, unknown>): Promise<unknown> {
  const answer = await client.ask(request);
  expect(answer).toEqual({ status: true, body: { result: expect.anything() } });
  return (answer.body as { result: unknown }).result;
}

const cmsBytes = (armoured: unknown) => {
  expect(armoured).toMatch(/^-----BEGIN CMS-----\n[\w+/=\n]+\n-----END CMS-----\n$/);
  return new Uint8Array(Buffer.from(String(armoured).replaceAll(/-----[A-Z ]+-----/g, ''), 'base64'));
};
const bytes = (text: string) => new TextEncoder().encode(text);

describe('basics.sign', () => {
  it.each(['GOST', 'RSA-SIGN'] as const)('signs XML with %s: an array of one compact text', async (kind) => {
    by(kind);
    const [signed = '', ...more] = (await result(basicsRequest({ data: XML }))) as string[];
    expect(more).toEqual([]);
    expect(signed).not.toContain('\n');
    const { certificate, algorithm } = verifyStatementXml(signed, XML);
    expect(algorithm).toBe(kind === 'GOST' ? 'GOST3410-2015-512' : 'RSA-SHA256');
    expect(certificate.subjectName).toBe('СЫНАЛОВА АЙГҮЛ');
  });

  it.each(['GOST', 'RSA-SIGN'] as const)('signs detached CMS with %s and a time stamp', async (kind) => {
    by(kind);
    const params = { decode: true, encapsulate: false, digested: false, tsaProfile: {} };
    const data = Buffer.from(DATA).toString('base64');
    const cms = cmsBytes(await result(basicsRequest({ format: 'cms', data }, params)));
    const signature = verifyStatementCms(cms, bytes(DATA));
    expect(signature.signingTime).toEqual(keys.clock.now());
    expect(signature.timeStamps).toHaveLength(1);
    expect(Buffer.from(cms).includes(DATA)).toBe(false);
  });

  it('puts the content inside and no stamp unless told otherwise', async () => {
    const cms = cmsBytes(await result(basicsRequest({ format: 'cms', data: DATA })));
    expect(Buffer.from(cms).includes(DATA)).toBe(true);
    const signature = verifyStatementCms(cms, bytes(DATA));
    expect(signature.timeStamps).toEqual([]);
  });

  it('takes texts for flags, as the official example sends them', async () => {
    const params = { decode: 'true', encapsulate: 'false', digested: 'false' };
    const data = Buffer.from(DATA).toString('base64');
    const cms = cmsBytes(await result(basicsRequest({ format: 'cms', data }, params)));
    expect(Buffer.from(cms).includes(DATA)).toBe(false);
  });

  it('signs a hash in place of what was hashed', async () => {
    const params = { decode: true, encapsulate: false, digested: true };
    const data = Buffer.from(streebog(512, bytes(DATA))).toString('base64');
    const cms = cmsBytes(await result(basicsRequest({ format: 'cms', data }, params)));
    expect(() => verifyStatementCms(cms, bytes(DATA))).not.toThrow();
    expect(await client.ask(basicsRequest({ format: 'cms', data: 'MTEK' }, params))).toMatchObject({
      status: false,
      code: 'SIGNING_FAILURE',
    });
  });

  it('signs raw bytes', async () => {
    const signature = String(await result(basicsRequest({ format: 'raw', data: DATA })));
    const key = await keys.keyring.key(`${AIGUL.iin}.-.GOST.VALID`);
    const { publicKey } = parseCertificate(key.certificate);
    expect(publicKey?.verify('GOST3410-2015-512', bytes(DATA), Buffer.from(signature, 'base64'))).toBe(true);
  });

  it('signs several at once, in their order', async () => {
    const xmls = ['<a>1</a>', '<a>2</a>'];
    const signed = (await result(basicsRequest({ data: xmls }))) as string[];
    expect(signed).toHaveLength(2);
    for (const [at, xml] of xmls.entries()) verifyStatementXml(signed[at] ?? '', xml);
    expect(await result(basicsRequest({ format: 'cms', data: xmls }))).toHaveLength(2);
  });
});

describe('the shapes of a result', () => {
  it.each([
    ['AUTO', 'xml', {}, [expect.any(String)]],
    ['AUTO', 'cms', {}, expect.stringMatching(/^-----BEGIN CMS/)],
    ['STRING', 'xml', {}, expect.stringMatching(/<a>/)],
    ['ARRAY', 'cms', {}, [expect.stringMatching(/^-----BEGIN CMS/)]],
    ['SIGNATURES', 'xml', {}, { signatures: [expect.any(String)], certificate: expect.any(String) }],
    [
      'AUTO',
      'raw',
      { outputCert: true },
      { signatures: [expect.any(String)], certificate: expect.any(String) },
    ],
  ] as const)('%s for %s', async (shape, format, params, expected) => {
    layer.behaviour.shape = shape;
    expect(await result(basicsRequest({ format, data: '<a></a>' }, params))).toEqual(expected);
  });

  it('bare base64, line ends of Windows, another layout', async () => {
    layer.behaviour.armour = 'BARE';
    expect(await result(basicsRequest({ format: 'cms' }))).toMatch(/^[\w+/]+=*$/);
    layer.behaviour.lineEnds = 'CRLF';
    layer.behaviour.xmlLayout = 'COMMON_UTILS';
    const [signed = ''] = (await result(basicsRequest({ data: XML }))) as string[];
    expect(signed).toContain('\r\n<ds:SignedInfo>');
    expect(() => verifyStatementXml(signed, XML)).not.toThrow();
  });
});

describe('what basics does not do', () => {
  it('a cancelled window is a success without a result', async () => {
    layer.window.setAuto({ cancel: true, once: true });
    expect(await client.ask(basicsRequest({}))).toEqual({ status: true, body: {} });
    expect(layer.window.auto).toBeNull();
  });

  it.each([
    [
      'params that are no object',
      { signingParams: 555 },
      'INVOCATION_ERROR',
      /JSONObject\["signingParams"\] is not a JSONObject/,
    ],
    ['no signer', { signerParams: undefined }, 'INVOCATION_ERROR', /"signerParams"\] not found/],
    ['no usages', { signerParams: {} }, 'INVOCATION_ERROR', /extKeyUsageOids/],
    ['another format', { format: 'pdf' }, 'INVALID_SIGNING_PARAMS', undefined],
    ['no data', { data: [] }, 'INVALID_SIGNING_PARAMS', undefined],
    ['a huge logo', { logo: 'a'.repeat(50_001) }, 'INVALID_SIGNING_PARAMS', undefined],
    ['an unknown storage', { allowedStorages: ['Pocket'] }, 'INVALID_SIGNING_PARAMS', undefined],
  ])('%s', async (_, args, code, details) => {
    const answer = await client.ask(basicsRequest(args));
    expect(answer).toMatchObject({ status: false, code, message: expect.any(String) });
    if (details) expect(answer.details).toMatch(details);
  });

  it.each([
    ['XML that is none', { data: '<this>is no XML' }, {}],
    ['base64 that is none', { format: 'cms', data: '?' }, { decode: true }],
  ])('fails to sign %s', async (_, args, params) => {
    expect(await client.ask(basicsRequest(args, params))).toMatchObject({
      status: false,
      code: 'SIGNING_FAILURE',
    });
  });

  it('another method, and a failure that was asked for', async () => {
    expect(await client.ask({ module: 'kz.gov.pki.knca.basics', method: 'dance' })).toMatchObject({
      status: false,
      code: 'INVOCATION_ERROR',
    });
    layer.behaviour.failure = { code: 'SIGNING_FAILURE', message: 'broken', details: 'token' };
    expect(await client.ask(basicsRequest({}))).toEqual({
      status: false,
      code: 'SIGNING_FAILURE',
      message: 'broken',
      details: 'token',
    });
    await result(basicsRequest({}));
  });
});

describe('which keys fit', () => {
  const fitting = async (args: Record<string, unknown>, params: Record<string, unknown> = {}) => {
    layer.window.setAuto(null);
    client.send(basicsRequest(args, params));
    await expect.poll(() => layer.window.current).not.toBeNull();
    const { current } = layer.window;
    const offers = keys.keyring.offers().filter((offer) => current && fits(offer, current.filter));
    layer.window.cancel(current?.id ?? 0);
    await client.next();
    return offers.map(({ iin, bin, kind, state }) => [iin, bin ? 'organisation' : kind, state].join(' '));
  };
  const signer = (more: Record<string, unknown>) => ({
    signerParams: { extKeyUsageOids: ['1.3.6.1.5.5.7.3.4', '1.2.398.3.3.4.1.1'], ...more },
  });

  it('by IIN, without the expired and revoked ones when it checks', async () => {
    layer.behaviour.checksKeys = true;
    expect(await fitting(signer({ iin: AIGUL.iin }))).toEqual([
      `${AIGUL.iin} GOST VALID`,
      `${AIGUL.iin} RSA-SIGN VALID`,
    ]);
    expect(await fitting(signer({ iin: AIGUL.iin }), { allowExpired: true })).toHaveLength(4);
    expect(
      await fitting(signer({ iin: AIGUL.iin }), { allowExpired: true, allowRevoked: true }),
    ).toHaveLength(6);
  });

  it('by use, role, BIN and storage', async () => {
    const auth = { signerParams: { extKeyUsageOids: ['1.3.6.1.5.5.7.3.2'], iin: AIGUL.iin } };
    expect(await fitting(auth)).toEqual(
      ['VALID', 'EXPIRED', 'REVOKED'].map((state) => `${AIGUL.iin} RSA-AUTH ${state}`),
    );
    const { bin } = MADINA.organisation ?? {};
    expect(await fitting({ signerParams: { extKeyUsageOids: [], bin } })).toEqual([
      `${MADINA.iin} organisation VALID`,
    ]);
    expect(await fitting({ signerParams: { extKeyUsageOids: ['1.2.398.3.3.4.1.2.1'] } })).toHaveLength(1);
    expect(await fitting({ allowedStorages: ['AKKaztokenStore'] })).toEqual([]);
  });

  it('by serial number and by the authorities that are named', async () => {
    const key = await keys.keyring.key(`${AIGUL.iin}.-.GOST.VALID`);
    const { serialNumber } = parseCertificate(key.certificate);
    expect(await fitting(signer({ serialNumber: serialNumber.toUpperCase() }))).toEqual([
      `${AIGUL.iin} GOST VALID`,
    ]);
    const [ours] = keys.authority.trust();
    const pem = `-----BEGIN CERTIFICATE-----\n${Buffer.from(ours?.der ?? []).toString('base64')}\n-----END CERTIFICATE-----`;
    expect(await fitting(signer({ chain: [pem] }))).not.toEqual([]);
    expect(await fitting(signer({ chain: ['MIIB'] }))).toEqual([]);
  });
});
