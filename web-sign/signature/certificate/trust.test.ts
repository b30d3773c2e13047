import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { bits, oid, sequence, utf8 } from '../der/writer.ts';
import { parseCertificate } from './certificate.ts';
import {
  AUTHORITY,
  authorityName,
  makeCertificate,
  makeExtension,
  newGostKey,
  newRsaKey,
  personName,
  SIGNING,
} from './testing/make.ts';
import { createTrust, loadTrust } from './trust.ts';

const key = newGostKey();
const root = { key, subject: authorityName('НЕГІЗГІ') };
const rootDer = makeCertificate({ ...root, ...AUTHORITY });
const issuingKey = newRsaKey();
const issuingDer = makeCertificate({
  key: issuingKey,
  subject: authorityName('ҰЛТТЫҚ'),
  issuer: root,
  ...AUTHORITY,
});
const leafDer = makeCertificate({ key, subject: personName('950115300128'), issuer: root, ...SIGNING });
const strangerKey = newGostKey();
const orphanDer = makeCertificate({
  key: strangerKey,
  subject: authorityName('ЖЕТІМ'),
  issuer: { key: newGostKey(), subject: root.subject },
  ...AUTHORITY,
});
const oldKeyDer = makeCertificate({
  key: { ...key, spki: sequence(sequence(oid('1.2.398.3.10.1.1.1.1')), bits(new Uint8Array(66))) },
  subject: authorityName('ЕСКІ КІЛТ'),
  issuer: root,
  ...AUTHORITY,
});

const folders: string[] = [];

function folder(files: Readonly<Record<string, Uint8Array | string>>): string {
  const path = mkdtempSync(join(tmpdir(), 'trust-'));
  folders.push(path);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
  return path;
}

afterEach(() => {
  for (const path of folders.splice(0)) rmSync(path, { recursive: true });
});

function base64(bytes: Uint8Array): string {
  return (
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  ).join('\n');
}

const pem = (bytes: Uint8Array) =>
  `-----BEGIN CERTIFICATE-----\n${base64(bytes)}\n-----END CERTIFICATE-----\n`;

const names = (certificates: readonly { subjectName: string }[]) =>
  certificates.map((one) => one.subjectName);

test('roots and issuing authorities from DER, PEM and bare base64', () => {
  const ways: readonly Readonly<Record<string, Uint8Array | string>>[] = [
    { 'a.cer': rootDer, 'b.DER': issuingDer },
    { 'both.pem': `${pem(issuingDer)}a word between\n${pem(rootDer)}` },
    { 'a.crt': base64(rootDer), 'b.pem': pem(issuingDer), '.hidden': 'x' },
  ];
  for (const files of ways) {
    const trust = loadTrust(folder(files));
    expect(names(trust.anchors)).toEqual(['НЕГІЗГІ']);
    expect(names(trust.intermediates)).toEqual(['ҰЛТТЫҚ']);
    expect(trust.skipped).toEqual([]);
  }
});

test('what cannot be an authority is skipped, and said', () => {
  const path = folder({
    'broken.cer': rootDer.subarray(0, 200),
    'critical.cer': makeCertificate({
      ...root,
      ...AUTHORITY,
      extensions: [makeExtension('1.2.3', utf8(''), true)],
    }),
    'empty.cer': '',
    'leaf.cer': leafDer,
    'notes.txt': 'from pki.gov.kz',
    'old.cer': oldKeyDer,
    'orphan.cer': orphanDer,
    'root.cer': rootDer,
    'trailing.cer': Buffer.concat([rootDer, Buffer.from('\n')]),
  });
  mkdirSync(join(path, 'sub.cer'));
  const trust = loadTrust(path);
  expect(names(trust.anchors)).toEqual(['НЕГІЗГІ']);
  expect(trust.intermediates).toEqual([]);
  const why = Object.fromEntries(trust.skipped.map((one) => [one.file, one.why]));
  expect(why).toEqual({
    'broken.cer': expect.stringMatching(/^certificate-malformed/),
    'critical.cer': expect.stringMatching(/critical extension/),
    'empty.cer': expect.stringMatching(/no certificate/),
    'leaf.cer': expect.stringMatching(/not a certificate authority/),
    'notes.txt': expect.stringMatching(/no certificate/),
    'old.cer': expect.stringMatching(/GOST-2004/),
    'orphan.cer': expect.stringMatching(/no self-signed authority/),
    'trailing.cer': expect.stringMatching(/^certificate-malformed/),
  });
});

test('a root whose signature on itself is wrong is no root', () => {
  const forged = makeCertificate({ ...root, ...AUTHORITY, signature: new Uint8Array(128).fill(9) });
  const trust = createTrust([forged]);
  expect(trust.anchors).toEqual([]);
  expect(trust.skipped).toEqual([{ file: '#1', why: expect.stringMatching(/no self-signed authority/) }]);
});

test('the same authority twice counts once', () => {
  expect(createTrust([rootDer, Uint8Array.from(rootDer)]).anchors).toHaveLength(1);
});

test('every authority is described by a line that a person can compare', () => {
  const lines = createTrust([issuingDer, rootDer, leafDer]).describe();
  const print = (parseCertificate(rootDer).fingerprint.match(/../g) ?? []).join(':').toUpperCase();
  expect(lines).toEqual([
    `root: НЕГІЗГІ, GOST-512, 2026-01-01 to 2027-12-31, SHA-256 ${print}`,
    expect.stringMatching(
      /^issuing: ҰЛТТЫҚ, RSA, 2026-01-01 to 2027-12-31, SHA-256 ([0-9A-F]{2}:){31}[0-9A-F]{2}$/,
    ),
  ]);
});

test('a folder that is not there is an error of the configuration', () => {
  expect(() => loadTrust('/nowhere/at/all')).toThrow(/ENOENT/);
});
