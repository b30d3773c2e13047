import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BASICS, freePort, type ScriptedNcaLayer, scriptedNcaLayer } from '../testing/scripted-ncalayer.ts';
import { createNcaLayer, NcaError, signaturesOf } from './ncalayer.js';

const XML = '<statement>Әлихан &amp; Жұлдыз</statement>';
const SIGNED = '<?xml version="1.0" standalone="no"?><statement><ds:Signature/></statement>';
const CANCELLED = { code: '500', message: 'action.canceled' };
const request = { xml: XML, use: 'SIGN', locale: 'kk' } as const;

let server: ScriptedNcaLayer;
beforeEach(async () => {
  server = await scriptedNcaLayer(() => [{ status: true, body: { result: [SIGNED] } }]);
});
afterEach(() => server.close());

const layer = (times: { connectMs?: number; signMs?: number } = {}) =>
  createNcaLayer({ url: server.url, ...times });
const problem = (promise: Promise<string>) =>
  promise.then(
    (xml) => `signed ${xml}`,
    (error: unknown) => (error instanceof NcaError ? error.problem : `${error}`),
  );
const answering = (...answers: unknown[]) => {
  server.script.answer = () => answers;
};

describe('what is asked of NCALayer', () => {
  it('is XML by a signing key of an individual, in the language of the page', async () => {
    expect(await layer().sign(request)).toBe(SIGNED);
    expect(server.asked).toEqual([
      {
        module: BASICS,
        method: 'sign',
        args: {
          allowedStorages: null,
          format: 'xml',
          data: XML,
          signingParams: {},
          signerParams: {
            extKeyUsageOids: ['1.3.6.1.5.5.7.3.4', '1.2.398.3.3.4.1.1'],
            iin: '',
            bin: '',
            serialNumber: '',
            chain: null,
          },
          locale: 'kk',
        },
      },
    ]);
  });

  it('is any key of an individual for a login', async () => {
    await layer().sign({ ...request, use: 'LOGIN', locale: 'ru' });
    expect(server.asked[0]?.args).toMatchObject({
      signerParams: { extKeyUsageOids: ['1.2.398.3.3.4.1.1'] },
      locale: 'ru',
    });
  });

  it.each([
    ['SIGN', 'SIGNATURE'],
    ['LOGIN', 'ANY'],
  ] as const)('is asked of the old module where the new one is missing: %s', async (use, keyType) => {
    server.script.answer = ({ module }) =>
      module === BASICS
        ? [{ success: false, errorCode: 'MODULE_NOT_FOUND' }]
        : [{ code: '200', responseObject: SIGNED }];
    expect(await layer().sign({ ...request, use })).toBe(SIGNED);
    expect(server.asked[1]).toEqual({
      module: 'kz.gov.pki.knca.commonUtils',
      method: 'signXml',
      args: ['PKCS12', keyType, XML, '', ''],
    });
  });
});

describe('what NCALayer answers', () => {
  it.each([
    ['an array', { status: true, body: { result: [SIGNED] } }],
    ['a text', { status: true, body: { result: SIGNED } }],
    ['signatures', { status: true, body: { result: { signatures: [SIGNED], certificate: 'MII' } } }],
    ['line ends of Windows', { status: true, body: { result: [`${SIGNED}\r\n`] } }],
    [
      'base64 in armour',
      {
        status: true,
        body: {
          result: `-----BEGIN XML-----\n${Buffer.from(SIGNED).toString('base64')}\n-----END XML-----\n`,
        },
      },
    ],
  ])('is a signature: %s', async (_shape, answer) => {
    answering(answer);
    expect(await layer().sign(request)).toBe(SIGNED);
  });

  it('may come between heartbeats, another greeting and replies of nobody', async () => {
    answering('--heartbeat--', { result: { version: '1.4' } }, { uuid: '1' }, '--heartbeat--', {
      status: true,
      body: { result: [SIGNED] },
    });
    expect(await layer().sign(request)).toBe(SIGNED);
  });

  it.each([
    ['an empty body', { status: true, body: {} }],
    ['no body', { status: true }],
    ['an empty result', { status: true, body: { result: [] } }],
    ['an empty text', { status: true, body: { result: '' } }],
    ['the word of the old module', CANCELLED],
    ['the word in a failure', { status: false, code: 'SIGNING_FAILURE', message: 'action.canceled' }],
  ])('is a cancel: %s', async (_shape, answer) => {
    answering(answer);
    expect(await problem(layer().sign(request))).toBe('cancelled');
  });

  it.each([
    ['SIGNING_FAILURE', { status: false, code: 'SIGNING_FAILURE', message: 'Қате', details: 'x' }, 'Қате'],
    ['INVALID_SIGNING_PARAMS', { status: false, code: 'INVALID_SIGNING_PARAMS' }, 'INVALID_SIGNING_PARAMS'],
    [
      'bad JSON',
      { success: false, code: 'COMMON_JSON_WRAPPING_EXCEPTION' },
      'COMMON_JSON_WRAPPING_EXCEPTION',
    ],
    ['the old module', { code: '500', message: 'storage.empty' }, 'storage.empty'],
    ['a long story', { status: false, code: 'GENERAL_ERROR', message: 'x'.repeat(5_000) }, 'x'.repeat(300)],
  ])('is a failure in its own words: %s', async (_shape, answer, detail) => {
    answering(answer);
    await expect(layer().sign(request)).rejects.toMatchObject({ problem: 'failed', detail });
  });

  it.each([
    ['not JSON', 'oops'],
    ['not an object', '[1]'],
    ['two signatures for one document', { status: true, body: { result: [SIGNED, SIGNED] } }],
    ['not XML', { status: true, body: { result: ['MIIB'] } }],
    ['not even base64', { status: true, body: { result: ['ә'] } }],
  ])('cannot be understood: %s', async (_shape, answer) => {
    answering(answer);
    expect(await problem(layer().sign(request))).toBe('unreadable');
  });

  it.each([
    ['both missing', { success: false, errorCode: 'MODULE_NOT_FOUND' }],
    ['a method missing', { code: '500', message: 'java.lang.NoSuchMethodException: sign' }],
  ])('is that it cannot sign at all: %s', async (_shape, answer) => {
    answering(answer);
    expect(await problem(layer().sign(request))).toBe('noModule');
    expect(server.asked).toHaveLength(2);
  });

  it('may be a cancel of the old module', async () => {
    server.script.answer = ({ module }) =>
      module === BASICS ? [{ success: false, errorCode: 'MODULE_NOT_FOUND' }] : [CANCELLED];
    expect(await problem(layer().sign(request))).toBe('cancelled');
  });
});

describe('what may go wrong on the way', () => {
  it('nobody listens', async () => {
    const nobody = createNcaLayer({ url: `ws://127.0.0.1:${await freePort()}` });
    expect(await problem(nobody.sign(request))).toBe('unreachable');
  });

  it.each([
    ['silent', null],
    ['speaks another language', 'SSH-2.0'],
    ['sends bytes', Buffer.from([1, 2, 3])],
    ['greets as nobody does', '{"hello":1}'],
  ])('another program has the port: %s', async (_how, greeting) => {
    server.script.greeting = greeting;
    expect(await problem(layer({ connectMs: 200 }).sign(request))).toBe('foreign');
    expect(server.asked).toEqual([]);
  });

  it('nothing answers while connecting', async () => {
    const mute = createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((resolve) => mute.once('listening', resolve));
    const address = mute.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const nca = createNcaLayer({ url: `ws://127.0.0.1:${port}`, connectMs: 100 });
    expect(await problem(nca.sign(request))).toBe('slow');
    mute.close();
  });

  it('it closes in the middle', async () => {
    server.script.answer = () => 'close';
    expect(await problem(layer().sign(request))).toBe('closed');
  });

  it('it never answers; a late answer is nobody’s', async () => {
    const late = Promise.withResolvers<unknown[]>();
    server.script.answer = () => late.promise;
    const nca = layer({ signMs: 100 });
    expect(await problem(nca.sign(request))).toBe('timeout');
    answering({ status: true, body: {} });
    late.resolve([{ status: true, body: { result: [SIGNED] } }]);
    expect(await problem(nca.sign(request))).toBe('cancelled');
  });

  it('the page stops waiting', async () => {
    answering();
    const nca = layer();
    const asked = new Promise<void>((resolve) => {
      const pending = problem(nca.sign({ ...request, onAsked: resolve }));
      void pending.then((word) => expect(word).toBe('stopped'));
    });
    await asked;
    expect(nca.busy).toBe(true);
    nca.stop();
    await expect.poll(() => nca.busy).toBe(false);
    await expect.poll(() => server.open()).toBe(0);
  });

  it('a second request while one is going on changes nothing', async () => {
    const first = Promise.withResolvers<unknown[]>();
    server.script.answer = () => first.promise;
    const nca = layer();
    let isAsked = false;
    const pending = nca.sign({
      ...request,
      onAsked: () => {
        isAsked = true;
      },
    });
    await expect.poll(() => isAsked && server.asked.length).toBe(1);
    expect(await problem(nca.sign(request))).toBe('busy');
    first.resolve([{ status: true, body: { result: [SIGNED] } }]);
    expect(await pending).toBe(SIGNED);
    expect(server.asked).toHaveLength(1);
    expect(nca.busy).toBe(false);
  });
});

describe('the result in any shape', () => {
  it.each([
    ['-----BEGIN CMS-----\nMIIB\nAgM=\n-----END CMS-----\n', ['MIIB\nAgM=']],
    [
      ['MIIB', 'MIIC'],
      ['MIIB', 'MIIC'],
    ],
    [{ signatures: ['MIIB'], certificate: 'MIID' }, ['MIIB']],
    [{ signature: 'MIIB' }, ['MIIB']],
    ['', []],
    [[], []],
    [{}, []],
    [null, []],
    [undefined, []],
    [7, []],
    [[null, '', ['MIIB']], ['MIIB']],
  ])('%j', (result, signatures) => {
    expect(signaturesOf(result)).toEqual(signatures);
  });
});
