import type { Clock } from '../../core/clock.ts';
import type { Authority } from '../authority/api.ts';
import type { Key } from '../authority/key.ts';
import { signCms } from '../authority/sign-cms.ts';
import { signXml, type XmlLayout } from '../authority/sign-xml.ts';
import type { Behaviour } from './behaviour.ts';
import type { Keyring } from './keyring.ts';
import type { KeyFilter, Question, SignFormat, SignWindow } from './window.ts';

/** What the modules work with. */
export interface Desk {
  readonly window: SignWindow;
  readonly keyring: Keyring;
  readonly authority: Pick<Authority, 'stamp' | 'trust'>;
  readonly clock: Clock;
  readonly behaviour: Behaviour;
}

/** Who asks. */
export interface Caller {
  readonly origin: string | null;
  /** Aborted when the socket closes. */
  readonly gone: AbortSignal;
}

export interface Task {
  readonly format: SignFormat;
  readonly items: readonly Uint8Array[];
  readonly layout: XmlLayout;
  readonly attached: boolean;
  readonly digested: boolean;
  readonly stamped: boolean;
}

/** A key that a person chose did not make the signature. The message is Java's, or like it. */
export class SigningFailed extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SigningFailed';
  }
}

/** Asks the person for a key; null when they cancel. */
export async function askForKey(desk: Desk, question: Question, { gone }: Caller): Promise<Key | null> {
  const answer = await desk.window.ask(question, gone);
  return answer === 'CANCELLED' ? null : desk.keyring.key(answer.key.id);
}

/** Each item signed: XML text, or base64 of CMS or of the bare signature. @throws SigningFailed */
export async function signAll(desk: Desk, key: Key, task: Task): Promise<string[]> {
  try {
    const signatures: string[] = [];
    for (const item of task.items) signatures.push(await signOne(desk, key, task, item));
    return signatures;
  } catch (cause) {
    desk.window.failed();
    throw new SigningFailed(cause instanceof Error ? cause.message : 'unknown', { cause });
  }
}

async function signOne(desk: Desk, key: Key, task: Task, item: Uint8Array): Promise<string> {
  const { layout, attached, digested, stamped } = task;
  if (task.format === 'raw') return base64(key.sign(item));
  if (task.format === 'xml') return withLineEnds(xml(new TextDecoder().decode(item), key, layout), desk);
  const chain = key.algorithm === 'RSA' ? 'RSA' : 'GOST';
  const timeStamp = stamped ? (signature: Uint8Array) => desk.authority.stamp(signature, chain) : undefined;
  return base64(await signCms(item, key, { attached, digested, at: desk.clock.now(), timeStamp }));
}

function xml(text: string, key: Key, layout: XmlLayout): string {
  try {
    return signXml(text, key, layout);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : 'not well-formed';
    throw new SigningFailed(`org.xml.sax.SAXParseException; lineNumber: 1; columnNumber: 1; ${message}`, {
      cause,
    });
  }
}

const withLineEnds = (text: string, { behaviour }: Desk) =>
  behaviour.lineEnds === 'CRLF' ? text.replaceAll(/\r?\n/g, '\r\n') : text;

export const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

/** Undefined when the text is not base64. */
export function fromBase64(text: string): Uint8Array | undefined {
  const bare = text.replaceAll(/\s/g, '');
  if (bare.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(bare)) return undefined;
  return new Uint8Array(Buffer.from(bare, 'base64'));
}

export function pem(label: string, base64Text: string): string {
  return `-----BEGIN ${label}-----\n${base64Text.replaceAll(/.{64}(?=.)/g, '$&\n')}\n-----END ${label}-----\n`;
}

/** A filter that lets through what this behaviour lets through by itself. */
export function openFilter({ checksKeys }: Behaviour, usages: readonly string[]): KeyFilter {
  return {
    usages,
    iin: null,
    bin: null,
    serialNumber: null,
    files: true,
    expired: !checksKeys,
    revoked: !checksKeys,
    foreign: !checksKeys,
  };
}

/** Names of key storages (EDS.md §1.2); only files hold keys here. */
export const FILE_STORAGES: readonly string[] = ['PKCS12', 'JKS'];
export const TOKEN_STORAGES: readonly string[] = [
  'AKKaztokenStore',
  'AKKZIDCardStore',
  'AKEToken72KStore',
  'AKEToken5110Store',
  'AKJaCartaStore',
  'AKAKEYStore',
];
