import type { IncomingMessage, ServerResponse } from 'node:http';
import { keyOf } from '../ncalayer/pages.ts';
import { orError, PageError, readObject, sendDocument, sendJson, serveFile } from '../pages/http.ts';
import { NoLink } from './link.ts';
import type { Phone, PhoneLanguage } from './phone.ts';
import { type PhoneDocument, type PhoneRequest, PhoneTrouble } from './requests.ts';

const FOLDER = new URL('./page/', import.meta.url);

/**
 * Answers `/phone` and what is under it; false for any other address. By JSON: `GET /phone/api/keys`,
 * `POST /phone/api/open {link, lang?}`, `POST …/answer {id, key, lang?}`, and the whole way at once for tests and
 * demonstrations: `POST …/sign {link, iin, kind?, state?, bin?, lang?}` → `{status, ok, message, backUrl}`. What cannot be
 * done is `{error, detail?}`: `address`, `unreachable`, `refused`, `malformed`, `method`, `expired` (422), `link` (400).
 */
export async function servePhone(phone: Phone, req: IncomingMessage, res: ServerResponse): Promise<boolean> {
  const { pathname } = new URL(req.url ?? '/', 'http://local');
  if (pathname === '/phone' || pathname === '/phone/') return serveFile(res, FOLDER, '');
  if (!pathname.startsWith('/phone/')) return false;
  const name = pathname.slice('/phone/'.length);
  if (!name.startsWith('api/')) return serveFile(res, FOLDER, name);
  await orError(res, async () => {
    try {
      await api(phone, req, res, name.slice('api/'.length));
    } catch (error) {
      answerTrouble(res, error);
    }
  });
  return true;
}

function answerTrouble(res: ServerResponse, error: unknown): void {
  if (error instanceof PhoneTrouble) sendJson(res, 422, { error: error.trouble, detail: error.detail });
  else if (error instanceof NoLink) throw new PageError(400, 'link');
  else if (error instanceof RangeError) throw new PageError(404, error.message);
  else throw error;
}

async function api(phone: Phone, req: IncomingMessage, res: ServerResponse, name: string): Promise<void> {
  if (req.method === 'GET') {
    if (name === 'keys') sendJson(res, 200, keysOf(phone));
    else sendContent(phone, res, name);
    return;
  }
  if (req.method !== 'POST') throw new PageError(405, 'no such method');
  const body = await readObject(req);
  const language: PhoneLanguage = body.lang === 'ru' ? 'ru' : 'kk';
  if (name === 'open') {
    const { id, request } = await phone.open(textIn(body, 'link'), language);
    sendJson(res, 200, { id, ...viewOf(request) });
  } else if (name === 'answer') {
    sendJson(res, 200, await phone.answer(textIn(body, 'id'), textIn(body, 'key'), language));
  } else if (name === 'sign') {
    const bin = typeof body.bin === 'string' ? body.bin : undefined;
    const choice = { iin: textIn(body, 'iin'), bin, ...keyOf(body) };
    sendJson(res, 200, await phone.sign(textIn(body, 'link'), choice, language));
  } else throw new PageError(404, 'no such address');
}

function textIn(body: Record<string, unknown>, name: string): string {
  const value = body[name];
  if (typeof value !== 'string' || value === '') throw new PageError(400, `${name} is wanted`);
  return value;
}

const keysOf = ({ keyring }: Phone) => ({ holders: keyring.holders(), keys: keyring.offers() });

function viewOf({ description, organisation, expiresAt, documents }: PhoneRequest): object {
  return {
    description,
    organisation,
    expiresAt,
    documents: documents.map((one) => {
      const { names, meta, method, content } = one;
      const text = method === 'XML' ? new TextDecoder().decode(content) : null;
      return { names, meta, method, bytes: content.length, text, pdf: isPdf(one) };
    }),
  };
}

const isPdf = ({ content }: PhoneDocument) =>
  Buffer.from(content.subarray(0, 5)).toString('latin1') === '%PDF-';

/** `document/<id>/<number>`: a PDF to be looked at. */
function sendContent(phone: Phone, res: ServerResponse, name: string): void {
  const [what, id = '', at] = name.split('/');
  const document = what === 'document' ? phone.opened(id)?.documents[Number(at)] : undefined;
  if (!document || !isPdf(document)) throw new PageError(404, 'no such document');
  sendDocument(res, 'application/pdf', document.content);
}
