import { WebSocket } from 'ws';
import { type Clock, fixedClock } from '../../../core/clock.ts';
import type { Authority } from '../../authority/api.ts';
import { createAuthority } from '../../authority/authority.ts';
import { fewRsaKeys } from '../../authority/key.ts';
import { createKeyring, type Holder, type Keyring } from '../keyring.ts';

export const AIGUL: Holder = {
  iin: '920308490019',
  surname: 'Сыналова',
  name: 'Айгүл',
  patronymic: 'Үлгіқызы',
  role: { kk: 'ата-ана', ru: 'родитель' },
};
export const MADINA: Holder = {
  iin: '790421490014',
  surname: 'Сынақова',
  name: 'Мадина',
  patronymic: null,
  role: { kk: 'меңгеруші', ru: 'заведующая' },
  organisation: { name: '«Мысал» бөбекжайы', bin: '150340019993' },
};

export interface TestKeys {
  readonly clock: Clock;
  readonly authority: Authority;
  readonly keyring: Keyring;
}

/** A test authority and a keyring of two people; `others` are in the state's base only. */
export async function testKeys(others: readonly Holder[] = []): Promise<TestKeys> {
  const clock = fixedClock('2026-11-23T05:00:00Z');
  const authority = await createAuthority({ clock, baseUrl: 'http://authority.test', keys: fewRsaKeys() });
  const keyring = createKeyring({
    authority,
    clock,
    holders: [AIGUL, MADINA],
    lookUp: async (iin) => others.find((one) => one.iin === iin),
  });
  return { clock, authority, keyring };
}

/** A client as a page has one: what comes in is read one by one. */
export interface TestClient {
  send(request: unknown): void;
  text(text: string): void;
  /** The next message, parsed; heartbeats as text. */
  next(): Promise<Record<string, unknown>>;
  ask(request: unknown): Promise<Record<string, unknown>>;
  close(): void;
}

export async function connect(url: string, origin?: string): Promise<TestClient> {
  const socket = new WebSocket(url, origin === undefined ? {} : { origin });
  const messages: string[] = [];
  const readers: ((text: string) => void)[] = [];
  socket.on('message', (data) => {
    const read = readers.shift();
    if (read) read(String(data));
    else messages.push(String(data));
  });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  const next = async (): Promise<Record<string, unknown>> => {
    const text = messages.shift() ?? (await new Promise<string>((resolve) => readers.push(resolve)));
    return text.startsWith('{') ? JSON.parse(text) : { text };
  };
  const client: TestClient = {
    send: (request) => socket.send(JSON.stringify(request)),
    text: (text) => socket.send(text),
    next,
    ask: (request) => {
      client.send(request);
      return next();
    },
    close: () => socket.close(),
  };
  return client;
}

/** A request of basics with what the page of this project sends. */
export function basicsRequest(
  args: Record<string, unknown>,
  signingParams: Record<string, unknown> = {},
): Record<string, unknown> {
  const signerParams = { extKeyUsageOids: ['1.3.6.1.5.5.7.3.4', '1.2.398.3.3.4.1.1'] };
  return {
    module: 'kz.gov.pki.knca.basics',
    method: 'sign',
    args: { format: 'xml', data: '<a/>', signingParams, signerParams, locale: 'kk', ...args },
  };
}

export const commonRequest = (method: string, ...args: unknown[]) => ({
  module: 'kz.gov.pki.knca.commonUtils',
  method,
  args,
});
