import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Authority, Order } from '../../local/authority/api.ts';
import { createAuthority } from '../../local/authority/authority.ts';
import { fewRsaKeys, type Key } from '../../local/authority/key.ts';
import { signCms } from '../../local/authority/sign-cms.ts';
import { signXml } from '../../local/authority/sign-xml.ts';
import { gostSigner } from './cms/testing/keys.ts';
import { makeCms, SIGNED_AT } from './cms/testing/make-cms.ts';
import { verifySignature } from './command.ts';

const YEAR = 365 * 24 * 3_600_000;
const NOW = new Date('2020-05-05T05:00:00Z');
const AT = '2020-06-01';
const TODAY = new Date('2026-11-22T05:00:00Z');
const DOCUMENT = Buffer.from('Өтініш № 17');
const XML = '<statement><text>Айгөлек</text></statement>';
const CLI = join(import.meta.dirname, 'cli.ts');

const dir = mkdtempSync(join(tmpdir(), 'verify-signature-'));
const PARENT = { iin: '900101300017', surname: 'Сериков', name: 'Дәулет' } as const;
const GOST: Order = { ...PARENT, kind: 'GOST' };
const WHO = { iin: PARENT.iin, bin: null, name: 'СЕРИКОВ ДӘУЛЕТ' };

let authority: Authority;
let gost: Key;
let rsa: Key;

beforeAll(async () => {
  authority = await createAuthority({
    clock: { now: () => NOW },
    baseUrl: 'http://localhost:1',
    keys: fewRsaKeys(),
  });
  mkdirSync(join(dir, 'trust'));
  for (const { file, der } of authority.trust()) writeFileSync(join(dir, 'trust', file), der);
  writeFileSync(join(dir, 'document.txt'), DOCUMENT);
  gost = await authority.issue({ ...GOST, notAfter: new Date(NOW.getTime() + YEAR) });
  rsa = await authority.issue({ ...PARENT, kind: 'RSA-SIGN', notAfter: new Date(NOW.getTime() + YEAR) });
});

afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

interface Answer {
  readonly code: number;
  readonly lines: unknown[];
  readonly errors: string;
}

const run = promisify(execFile);

function cli(args: readonly string[], env: Readonly<Record<string, string>> = {}, cwd = dir): Answer {
  const { code, stdout, stderr } = verifySignature({ args, env, cwd, now: TODAY });
  return { code, lines: linesOf(stdout), errors: stderr };
}

function linesOf(text: string): unknown[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line): unknown => JSON.parse(line));
}

function put(name: string, content: Uint8Array | string): string {
  writeFileSync(join(dir, name), content);
  return name;
}

const signed = (key: Key, attached: boolean) => signCms(DOCUMENT, key, { attached, at: NOW });

describe('verify-signature', () => {
  it('says for each file who signed it, and 0 when all are valid', async () => {
    const base64 = Buffer.from(await signed(rsa, true)).toString('base64');
    const files = [
      put('attached', await signed(gost, true)),
      put('armoured.txt', `-----BEGIN CMS-----\r\n${base64}\r\n-----END CMS-----\r\n`),
      put('base64.xml', (base64.match(/.{1,76}/g) ?? []).join('\n')),
      put('xml.p7s', `\uFEFF${signXml(XML, gost)}\n`),
      put('two.xml', signXml(signXml(XML, rsa), gost)),
    ];
    const answer = cli(['--trust', 'trust', '--at', AT, ...files]);
    const byGost = { ...WHO, algorithm: 'GOST3410-2015-512', chain: 'valid', signedAt: null };
    const byRsa = { ...byGost, algorithm: 'RSA-SHA256' };
    const signedAt = NOW.toISOString();
    expect(answer.lines).toEqual([
      { file: 'attached', valid: true, reason: null, signers: [{ ...byGost, signedAt }] },
      { file: 'armoured.txt', valid: true, reason: null, signers: [{ ...byRsa, signedAt }] },
      { file: 'base64.xml', valid: true, reason: null, signers: [{ ...byRsa, signedAt }] },
      { file: 'xml.p7s', valid: true, reason: null, signers: [byGost] },
      { file: 'two.xml', valid: true, reason: null, signers: [byRsa, byGost] },
    ]);
    expect(answer).toMatchObject({ code: 0, errors: '' });
  });

  it('judges the chain now unless told when', async () => {
    const file = put('late', await signed(gost, true));
    const { code, lines } = cli(['--trust', 'trust', file]);
    expect(code).toBe(1);
    expect(lines).toMatchObject([
      { valid: false, reason: 'expired', signers: [{ iin: PARENT.iin, chain: 'expired' }] },
    ]);
    for (const at of ['2020-06-01T10:00', '2020-06-01T10:00:00+05:00', '2020-06-01T10:00:00.5Z'])
      expect(cli(['--trust', 'trust', '--at', at, file]).code).toBe(0);
    expect(cli(['--trust', 'trust', '--at', '2019-06-01', file]).lines).toMatchObject([
      { reason: 'not-yet-valid' },
    ]);
  });

  it('believes the stamp of an authority it trusts', async () => {
    const timeStamp = (signature: Uint8Array) => authority.stamp(signature);
    const file = put(
      'stamped',
      await signCms(DOCUMENT, gost, { attached: true, at: new Date(0), timeStamp }),
    );
    const signers = [{ chain: 'valid', signedAt: NOW.toISOString() }];
    expect(cli(['--trust', 'trust', file]).lines).toMatchObject([{ valid: true, signers }]);
    expect(cli(['--trust', 'trust', '--at', '2026-11-22', file]).lines).toMatchObject([
      { reason: 'expired' },
    ]);
    expect(cli([file]).lines).toMatchObject([
      { reason: 'untrusted', signers: [{ signedAt: NOW.toISOString() }] },
    ]);
  });

  it('trusts nobody unless told, or whom TRUST_DIR names', async () => {
    const file = put('whom', await signed(gost, true));
    const { code, lines } = cli(['--at', AT, file]);
    const signers = [
      { ...WHO, algorithm: 'GOST3410-2015-512', chain: 'untrusted', signedAt: NOW.toISOString() },
    ];
    expect(lines).toEqual([{ file, valid: false, reason: 'untrusted', signers }]);
    expect(code).toBe(1);
    expect(cli(['--at', AT, file], { TRUST_DIR: join(dir, 'trust') }).code).toBe(0);
  });

  it('needs the document of a detached signature, and holds it against others too', async () => {
    const detached = put('detached', await signed(gost, false));
    const attached = put('whole', await signed(gost, true));
    const xml = put('whole.xml', signXml(XML, gost));
    const when = ['--trust', 'trust', '--at', AT];
    expect(cli([...when, detached]).lines).toEqual([
      { file: detached, valid: false, reason: 'content-missing', signers: [] },
    ]);
    expect(cli([...when, '--document', 'document.txt', detached, attached]).code).toBe(0);
    expect(cli([...when, '--document', put('statement.xml', XML), xml]).code).toBe(0);
    expect(cli([...when, '--document', put('other.txt', 'x'), detached, attached, xml]).lines).toMatchObject(
      Array.from({ length: 3 }, () => ({ valid: false, reason: 'other-document' })),
    );
  });

  it('names several signers, also when one of them is not trusted', async () => {
    const stranger = gostSigner(512);
    const known = { ...gost, algorithm: 'GOST3410-2015-512' } as const;
    const file = put('several', makeCms({ content: DOCUMENT, signers: [known, stranger] }));
    const { code, lines } = cli(['--trust', 'trust', '--at', AT, file]);
    expect(code).toBe(1);
    const [line] = lines;
    expect(line).toMatchObject({ valid: false, reason: 'untrusted' });
    expect(line).toHaveProperty(
      'signers',
      expect.arrayContaining([
        expect.objectContaining({ chain: 'valid', signedAt: SIGNED_AT.toISOString() }),
        expect.objectContaining({ chain: 'untrusted', name: 'ТЕСТОВ ТЕСТ' }),
      ]),
    );
  });

  it('refuses what is not signed, not whole or not there', async () => {
    const broken = Buffer.from(await signed(gost, true));
    broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1;
    const reasons: [string, string][] = [
      [put('empty', ''), 'empty'],
      [put('text', 'Өтініш'), 'not-cms'],
      [put('plain.xml', XML), 'no-signature'],
      [put('latin.xml', Buffer.from([0x3c, 0xff, 0x3e])), 'not-text'],
      [put('broken', broken), 'signature-mismatch'],
      [put('cut', broken.subarray(0, -9)), 'not-der'],
      [put('changed.xml', signXml(XML, gost).replace('Айгөлек', 'Балапан')), 'digest-mismatch'],
      ['nowhere', 'unreadable'],
      ['trust', 'unreadable'],
    ];
    const { code, lines } = cli(['--trust', 'trust', '--at', AT, ...reasons.map(([file]) => file)]);
    expect(lines).toEqual(reasons.map(([file, reason]) => ({ file, valid: false, reason, signers: [] })));
    expect(code).toBe(1);
  });

  it.each([
    ['no file', []],
    ['an unknown option', ['--trsut', 'trust', 'x']],
    ['a moment that is none', ['--at', 'yesterday', 'x']],
    ['a day that is none', ['--at', '2020-13-01', 'x']],
    ['a folder that is none', ['--trust', 'nowhere', 'x']],
    ['a document that is none', ['--document', 'nowhere', 'x']],
  ])('says in one line what is wrong with the call: %s', async (_, args) => {
    const { code, lines, errors } = cli(args);
    expect({ code, lines }).toEqual({ code: 2, lines: [] });
    expect(errors).toMatch(/^[^\n]+\n$/);
  });

  it('under npm takes paths from where it was called', async () => {
    const file = put('called', await signed(gost, true));
    const env = { npm_lifecycle_event: 'verify-signature', INIT_CWD: dir };
    const { code, lines } = cli(['--trust', 'trust', '--at', AT, file], env, import.meta.dirname);
    expect(lines).toMatchObject([{ file: 'called', valid: true }]);
    expect(code).toBe(0);
  });

  it('is a program', async () => {
    const file = put('program', await signed(gost, true));
    const start = (...args: string[]) => run(process.execPath, [CLI, ...args], { cwd: dir });
    const { stdout } = await start('--trust', 'trust', '--at', AT, file);
    expect(linesOf(stdout)).toMatchObject([{ file, valid: true }]);
    await expect(start('nowhere')).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^{.*}\n$/),
    });
    await expect(start()).rejects.toMatchObject({ code: 2, stdout: '' });
  });
});
