import type { IncomingMessage, ServerResponse } from 'node:http';
import type { KeyKind } from '../authority/api.ts';
import { P12Error } from '../authority/p12.ts';
import {
  openStream,
  orError,
  PageError,
  readObject,
  sendDocument,
  sendJson,
  serveFile,
} from '../pages/http.ts';
import { change } from './behaviour.ts';
import { KEY_KINDS, KEY_STATES, type KeyState } from './keyring.ts';
import { type Desk, fromBase64 } from './signing.ts';
import { type AutoAnswer, fits, type Pending } from './window.ts';

const FOLDER = new URL('./page/', import.meta.url);
const KEEP_ALIVE_MS = 20_000;
const SHOWN_CHARACTERS = 20_000;

/** Answers `/ncalayer` and what is under it. */
export interface NcaLayerPages {
  /** False for any other address. */
  serve(req: IncomingMessage, res: ServerResponse): Promise<boolean>;
  close(): void;
}

/**
 * The window as a page, and the same by JSON for tests and demonstrations:
 * `GET /ncalayer/api/state`, `GET …/events` (the same as server-sent events), `POST …/answer {id, key | cancel: true}`,
 * `POST …/auto {iin, kind, state?, bin?, once?} | {cancel: true, once?} | {off: true}`, `POST …/behaviour {…}`,
 * `POST …/file {data: base64 of a .p12, password}`. Errors are `{error}`.
 */
export function ncaLayerPages(desk: Desk): NcaLayerPages {
  const streams = new Set<ServerResponse>();
  const send = (res: ServerResponse) => res.write(`data: ${JSON.stringify(stateOf(desk))}\n\n`);
  const stop = desk.window.on(() => streams.forEach(send));
  const alive = setInterval(() => {
    for (const res of streams) res.write(': \n\n');
  }, KEEP_ALIVE_MS).unref();
  const api = async (req: IncomingMessage, res: ServerResponse, name: string): Promise<void> => {
    if (req.method === 'GET' && name === 'events') {
      openStream(res);
      streams.add(res);
      res.on('close', () => streams.delete(res));
      send(res);
    } else if (req.method === 'GET' && name === 'state') sendJson(res, 200, stateOf(desk));
    else if (req.method === 'GET' && name.startsWith('content/')) sendContent(desk, res, name);
    else if (req.method === 'POST') {
      await act(desk, name, await readObject(req));
      streams.forEach(send);
      sendJson(res, 200, stateOf(desk));
    } else throw new PageError(404, 'no such address');
  };
  return {
    serve: async (req, res) => {
      const { pathname } = new URL(req.url ?? '/', 'http://local');
      if (pathname === '/ncalayer' || pathname === '/ncalayer/') return serveFile(res, FOLDER, '');
      if (!pathname.startsWith('/ncalayer/')) return false;
      const name = pathname.slice('/ncalayer/'.length);
      if (!name.startsWith('api/')) return serveFile(res, FOLDER, name);
      await orError(res, () => api(req, res, name.slice('api/'.length)));
      return true;
    },
    close: () => {
      stop();
      clearInterval(alive);
      for (const res of streams) res.end();
    },
  };
}

/** What the page shows. */
function stateOf({ window, keyring, behaviour }: Desk): object {
  const { current, waiting, outcome, auto } = window;
  return {
    request: current && requestOf(current),
    waiting,
    outcome,
    auto,
    behaviour,
    holders: keyring.holders(),
    keys: keyring.offers().map((offer) => ({
      ...offer,
      fits: current === null || fits(offer, current.filter),
    })),
  };
}

function requestOf({ id, format, items, digested, origin, locale, filter }: Pending): object {
  return {
    id,
    format,
    digested,
    origin,
    locale,
    iin: filter.iin,
    items: items.map((item) => ({ bytes: item.length, ...lookOf(item) })),
  };
}

type Look = { readonly type: 'text'; readonly text: string } | { readonly type: 'pdf' | 'binary' };

function lookOf(item: Uint8Array): Look {
  if (isPdf(item)) return { type: 'pdf' };
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(item);
    const isReadable = ![...text.slice(0, SHOWN_CHARACTERS)].some(
      (sign) => sign < ' ' && !'\n\r\t'.includes(sign),
    );
    return isReadable ? { type: 'text', text: text.slice(0, SHOWN_CHARACTERS) } : { type: 'binary' };
  } catch {
    return { type: 'binary' };
  }
}

const isPdf = (item: Uint8Array) => Buffer.from(item.subarray(0, 5)).toString('latin1') === '%PDF-';

/** `content/<request>/<number>`: a PDF to be looked at. */
function sendContent({ window }: Desk, res: ServerResponse, name: string): void {
  const [, id, at] = name.split('/');
  const { current } = window;
  const item = current?.id === Number(id) ? current.items[Number(at)] : undefined;
  if (!item || !isPdf(item)) throw new PageError(404, 'no such document');
  sendDocument(res, 'application/pdf', item);
}

async function act(desk: Desk, name: string, body: Record<string, unknown>): Promise<void> {
  const { window, keyring, behaviour } = desk;
  if (name === 'answer') return answer(desk, body);
  if (name === 'auto') return window.setAuto(autoOf(body));
  if (name === 'behaviour') {
    try {
      change(behaviour, body);
    } catch (error) {
      if (error instanceof RangeError) throw new PageError(400, error.message);
      throw error;
    }
    return;
  }
  if (name !== 'file') throw new PageError(404, 'no such address');
  const bytes = typeof body.data === 'string' ? fromBase64(body.data) : undefined;
  if (!bytes || typeof body.password !== 'string') throw new PageError(400, 'malformed');
  try {
    keyring.addFile(bytes, body.password);
  } catch (error) {
    if (error instanceof P12Error) throw new PageError(422, error.reason);
    throw error;
  }
}

function answer({ window, keyring }: Desk, { id, key, cancel }: Record<string, unknown>): void {
  if (typeof id !== 'number') throw new PageError(400, 'malformed');
  if (cancel === true) {
    if (!window.cancel(id)) throw new PageError(409, 'gone');
    return;
  }
  const offer = keyring.offers().find((one) => one.id === key);
  if (!offer) throw new PageError(404, 'no such key');
  if (!window.choose(id, offer)) throw new PageError(409, 'gone');
}

function autoOf(body: Record<string, unknown>): AutoAnswer | null {
  const once = body.once === true;
  if (body.off === true) return null;
  if (body.cancel === true) return { cancel: true, once };
  const { iin, bin } = body;
  if (typeof iin !== 'string' || (bin !== undefined && typeof bin !== 'string'))
    throw new PageError(400, 'malformed');
  return { iin, bin, once, ...keyOf(body) };
}

/** Kind (GOST unless told) and state (VALID unless told) of a key. @throws PageError */
export function keyOf(body: Record<string, unknown>): { kind: KeyKind; state: KeyState } {
  const { kind: wantedKind = 'GOST', state: wantedState = 'VALID' } = body;
  const kind = KEY_KINDS.find((one) => one === wantedKind);
  const state = KEY_STATES.find((one) => one === wantedState);
  if (!kind || !state) throw new PageError(400, 'malformed');
  return { kind, state };
}
