import { isRecord } from '../pages/http.ts';
import { readLink } from './link.ts';

/** The side of eGov Mobile that talks to a service (EDS.md §5.1). */

export type SignMethod = 'XML' | 'CMS_SIGN_ONLY' | 'CMS_WITH_DATA';

export interface Names {
  readonly kk: string;
  readonly ru: string;
}

export interface PhoneDocument {
  readonly names: Names;
  readonly meta: readonly { readonly name: string; readonly value: string }[];
  readonly method: SignMethod;
  /** XML text, or the file. */
  readonly content: Uint8Array;
}

/** What a service wants signed. */
export interface PhoneRequest {
  readonly description: string;
  readonly organisation: Names & { readonly bin: string };
  readonly expiresAt: Date | null;
  readonly documents: readonly PhoneDocument[];
  /** Where the signed documents go, with the words of API №2 around them. */
  readonly reply: {
    readonly url: URL;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Readonly<Record<string, unknown>>;
  };
}

/** How the service took the signatures. */
export interface PhoneAnswer {
  readonly status: number;
  readonly ok: boolean;
  readonly message: string | null;
  /** Where the person is to return to; http or https. */
  readonly backUrl: string | null;
}

export type Trouble = 'address' | 'unreachable' | 'refused' | 'malformed' | 'method' | 'expired';

/** The request cannot be signed; `detail` is the service's own sentence where it gave one. */
export class PhoneTrouble extends Error {
  readonly trouble: Trouble;
  readonly detail: string | null;
  constructor(trouble: Trouble, detail: string | null = null) {
    super(detail === null ? trouble : `${trouble}: ${detail}`);
    this.name = 'PhoneTrouble';
    this.trouble = trouble;
    this.detail = detail;
  }
}

export interface PhoneNet {
  /** Only services of this machine: nobody is to reach the network through us. */
  readonly isAllowed: (url: URL) => boolean;
  /** Accept-Language. */
  readonly language: 'kk' | 'ru';
}

const TIMEOUT_MS = 20_000;
const METHODS: readonly SignMethod[] = ['XML', 'CMS_SIGN_ONLY', 'CMS_WITH_DATA'];

/** API №1, then API №2. @throws PhoneTrouble, NoLink */
export async function fetchRequest(link: string, net: PhoneNet, now: Date): Promise<PhoneRequest> {
  const first = await getJson(readLink(link), net, {});
  const { document, organisation, description, expiry_date: expiry } = first;
  if (!isRecord(document) || !isRecord(organisation)) throw new PhoneTrouble('malformed');
  const expiresAt = typeof expiry === 'string' ? dateOf(expiry) : null;
  if (expiresAt !== null && expiresAt <= now) throw new PhoneTrouble('expired');
  const url = URL.parse(text(document.uri));
  if (!url) throw new PhoneTrouble('malformed');
  const headers = authorization(document);
  const body = await getJson(url, net, headers);
  const documents = Array.isArray(body.documentsToSign)
    ? body.documentsToSign.map((one) => documentOf(one, body.signMethod))
    : [];
  if (documents.length === 0) throw new PhoneTrouble('malformed');
  return {
    description: text(description),
    organisation: { ...namesOf(organisation), bin: text(organisation.bin) },
    expiresAt,
    documents,
    reply: { url, headers, body },
  };
}

/** PUTs the same words with the signed values in place; `signed`: XML text or base64, in the order of the documents. */
export async function sendSigned(
  { reply }: PhoneRequest,
  signed: readonly string[],
  net: PhoneNet,
): Promise<PhoneAnswer> {
  const documents = reply.body.documentsToSign;
  const documentsToSign = (Array.isArray(documents) ? documents : []).map((one: unknown, at) =>
    withSignature(one, signed[at] ?? ''),
  );
  const { status, body } = await call(reply.url, net, {
    method: 'PUT',
    headers: { ...reply.headers, 'content-type': 'application/json' },
    body: JSON.stringify({ ...reply.body, documentsToSign }),
  });
  const back = URL.parse(text(body.backUrl));
  return {
    status,
    ok: status === 200,
    message: typeof body.message === 'string' ? body.message : null,
    backUrl: back && ['http:', 'https:'].includes(back.protocol) ? back.href : null,
  };
}

function withSignature(document: unknown, signature: string): unknown {
  if (!isRecord(document)) return document;
  if ('documentXml' in document) return { ...document, documentXml: signature };
  const inner = isRecord(document.document) ? document.document : {};
  const file = isRecord(inner.file) ? inner.file : {};
  return { ...document, document: { ...inner, file: { ...file, data: signature } } };
}

function authorization({
  auth_type: type,
  auth_token: token,
}: Record<string, unknown>): Record<string, string> {
  if (type === 'None') return {};
  if (type !== 'Token') throw new PhoneTrouble('method', `auth_type ${text(type)}`);
  return { authorization: `Bearer ${text(token)}` };
}

function documentOf(one: unknown, common: unknown): PhoneDocument {
  if (!isRecord(one)) throw new PhoneTrouble('malformed');
  const named = common === 'MIX_SIGN' ? one.signMethod : common;
  const method = METHODS.find((known) => known === named);
  if (!method) throw new PhoneTrouble('method', text(named));
  return { names: namesOf(one), meta: metaOf(one.meta), method, content: contentOf(one, method) };
}

function contentOf({ documentXml, document }: Record<string, unknown>, method: SignMethod): Uint8Array {
  if (method === 'XML') {
    if (typeof documentXml !== 'string') throw new PhoneTrouble('malformed');
    return new TextEncoder().encode(documentXml);
  }
  const file = isRecord(document) ? document.file : undefined;
  if (!isRecord(file) || typeof file.data !== 'string' || file.data === '')
    throw new PhoneTrouble('malformed');
  return new Uint8Array(Buffer.from(file.data, 'base64'));
}

const namesOf = ({ nameKz, nameRu }: Record<string, unknown>): Names => ({
  kk: text(nameKz) || text(nameRu),
  ru: text(nameRu) || text(nameKz),
});

const metaOf = (meta: unknown) =>
  Array.isArray(meta)
    ? meta.filter(isRecord).map(({ name, value }) => ({ name: text(name), value: text(value) }))
    : [];

const text = (value: unknown) => (typeof value === 'string' ? value : '');

/** As the protocol writes it: `2026-11-22T16:21:37.06+0600`, the colon of the offset left out. */
function dateOf(value: string): Date {
  const date = new Date(value.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  if (Number.isNaN(date.getTime())) throw new PhoneTrouble('malformed');
  return date;
}

async function getJson(
  url: URL,
  net: PhoneNet,
  headers: Record<string, string>,
): Promise<Record<string, unknown>> {
  const { status, body } = await call(url, net, { headers });
  if (status !== 200) throw new PhoneTrouble('refused', text(body.message) || null);
  return body;
}

async function call(
  url: URL,
  { isAllowed, language }: PhoneNet,
  init: { method?: string; headers: Record<string, string>; body?: string },
): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
  if (!isAllowed(url)) throw new PhoneTrouble('address');
  let response: Response;
  let answer: string;
  try {
    response = await fetch(url, {
      ...init,
      headers: { accept: 'application/json', 'accept-language': language, ...init.headers },
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    answer = await response.text();
  } catch (cause) {
    throw Object.assign(new PhoneTrouble('unreachable'), { cause });
  }
  return { status: response.status, body: objectOf(answer) };
}

function objectOf(answer: string): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(answer);
    if (isRecord(body)) return body;
  } catch {
    // Told as malformed where the words are needed; a refusal may come without any.
  }
  return {};
}
