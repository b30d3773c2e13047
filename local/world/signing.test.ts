import { createServer, type Server } from 'node:http';
import { afterAll, describe, expect, it } from 'vitest';
import { civil } from '../../core/calendar/civil-date.ts';
import { fixedClock } from '../../core/clock.ts';
import type { Iin } from '../../core/people/iin.ts';
import { openVerifier } from '../../web-sign/signature/open.ts';
import { HEAD, OWN_IIN } from '../invented/page.ts';
import { basicsRequest, connect } from '../ncalayer/testing/stage.ts';
import { openSandboxRegistry } from '../registry/sandbox.ts';
import type { PersonInput } from '../telegram/types.ts';
import { testDatabase } from '../testing/database.ts';
import { makeTemporaryFolder, removeTemporaryFolder } from '../testing/temporary.ts';
import { openSigning, type SigningDesk } from './signing.ts';

const PARENT = '920308490019' as Iin;
const MADINA = '790421490014' as Iin;
const OTHER = '880719390016' as Iin;
const XML = '<statement>Әлихан</statement>';

const database = await testDatabase();
const dataDir = makeTemporaryFolder();
const clock = fixedClock('2026-11-23T05:00:00Z');
const sandbox = await openSandboxRegistry(database.pool);
const known = (iin: Iin, surname: string, name: string) => ({
  iin,
  surname,
  name,
  patronymic: null,
  birthDate: civil('1990-01-01'),
});
await sandbox.add({
  persons: [
    known(PARENT, 'Сыналова', 'Айгүл'),
    known(MADINA, 'Сынақова', 'Мадина'),
    known(OTHER, 'Үлгіев', 'Асқар'),
  ],
});
const people: PersonInput[] = [
  {
    first_name: 'Айгүл',
    role: { kk: 'ата-ана', ru: 'родитель' },
    facts: [{ label: OWN_IIN, value: PARENT }],
  },
  {
    first_name: 'Мадина',
    role: { kk: `${HEAD.kk}, «Мысал» бөбекжайы`, ru: `${HEAD.ru}, ясли-сад «Мысал»` },
    facts: [{ label: OWN_IIN, value: MADINA }],
  },
  { first_name: 'Белгісіз' },
];

const closing: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closing.reverse()) await close();
  await removeTemporaryFolder(dataDir);
});

/** One start of the local world, on a port of its own. */
async function start() {
  const desk: SigningDesk = await openSigning({
    dataDir,
    clock,
    pool: database.pool,
    people,
    port: 0,
    isOurs: () => false,
  });
  const server: Server = createServer(async (req, res) => {
    if (!(await desk.serve(req, res))) res.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  const close = async () => {
    await desk.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url, signing: desk.at(url), close };
}

const post = (url: string, body: object) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

/** Signs through the socket with the key of somebody. */
async function sign(url: string, ncalayer: string, choice: object): Promise<string> {
  expect((await post(`${url}/ncalayer/api/auto`, { ...choice, once: true })).status).toBe(200);
  const client = await connect(ncalayer);
  await client.next();
  const { body } = await client.ask(basicsRequest({ data: XML }));
  client.close();
  return (body as { result: string[] }).result[0] ?? '';
}

describe('the signers of the local world', () => {
  it('are trusted through the folder and asked about their revocation, after a restart on another port too', async () => {
    const first = await start();
    const signed = await sign(first.url, first.signing.ncalayerUrl, { iin: PARENT, kind: 'GOST' });
    const revoked = await sign(first.url, first.signing.ncalayerUrl, { iin: PARENT, state: 'REVOKED' });
    await first.close();

    const second = await start();
    closing.push(second.close);
    const { trustDir, fetch: ask } = second.signing;
    const problems: object[] = [];
    const log = { warn: (fields: object) => problems.push(fields) };
    const { verifier } = openVerifier({ trustDir, clock, log, fetch: ask });
    const expected = { content: new TextEncoder().encode(XML), at: clock.now(), use: 'SIGN' } as const;
    const verified = await verifier.verifyXml(signed, expected);
    expect(verified).toMatchObject({
      signer: { iin: PARENT, name: 'СЫНАЛОВА АЙГҮЛ', holder: 'INDIVIDUAL' },
      revocation: { state: 'GOOD', source: 'OCSP' },
    });
    await expect(verifier.verifyXml(revoked, expected)).rejects.toMatchObject({ reason: 'revoked' });
    expect(problems).toEqual([]);
    const again = await sign(second.url, second.signing.ncalayerUrl, { iin: PARENT, kind: 'GOST' });
    expect((await verifier.verifyXml(again, expected)).signer).toEqual(verified.signer);
  });

  it('are whom one plays, heads also in the name of their kindergarten, and anybody of the region by IIN', async () => {
    const { url, signing, close } = await start();
    closing.push(close);
    expect(signing).toMatchObject({
      ncalayerUrl: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+$/),
      ncalayerWindow: `${url}/ncalayer`,
      egovMobileLink: `${url}/phone?link=`,
      egovBusinessLink: `${url}/phone?app=business&link=`,
    });
    const { holders } = (await (await fetch(`${url}/phone/api/keys`)).json()) as { holders: unknown[] };
    expect(holders).toEqual([
      expect.objectContaining({ iin: PARENT, surname: 'Сыналова' }),
      expect.objectContaining({
        iin: MADINA,
        organisation: { name: '«Мысал» бөбекжайы', bin: '120440999011' },
      }),
    ]);
    const signed = await sign(url, signing.ncalayerUrl, { iin: OTHER, kind: 'RSA-SIGN' });
    expect(signed).toContain('rsa-sha256');
  });

  it('have their pages and services', async () => {
    const { url, close } = await start();
    closing.push(close);
    for (const [path, type] of [
      ['/ncalayer', 'text/html; charset=utf-8'],
      ['/ncalayer/app.js', 'text/javascript; charset=utf-8'],
      ['/phone', 'text/html; charset=utf-8'],
      ['/phone/dom.js', 'text/javascript; charset=utf-8'],
    ])
      expect((await fetch(`${url}${path}`)).headers.get('content-type')).toBe(type);
    expect((await fetch(`${url}/authority/issuing-gost.crl`)).status).toBe(200);
    expect((await fetch(`${url}/elsewhere`)).status).toBe(404);
    expect((await fetch(`${url}/phone/..%2Frequests.ts`)).status).toBe(404);
    // Not even this program's own pages: here none is ours.
    expect(
      await (await post(`${url}/phone/api/sign`, { link: `${url}/egov/x`, iin: PARENT })).json(),
    ).toEqual({
      error: 'address',
      detail: null,
    });
  });
});
