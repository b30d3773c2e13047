import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AnswerFault, Authority, OcspFault, StampFault } from './api.ts';

/** What a service does in place of answering. */
type Trouble = 'down' | 'hang' | 'garbage';

/** What the services of the authority do wrong; may be changed at any time. */
export interface Faults {
  ocsp?: OcspFault | Trouble | undefined;
  crl?: AnswerFault | Trouble | undefined;
  tsp?: StampFault | Trouble | undefined;
}

const PREFIX = '/authority/';
/** A request of these protocols is a few hundred bytes. */
const MAX_BODY = 16 * 1024;

/**
 * Answers `POST /authority/ocsp`, `POST /authority/tsp`, `GET /authority/<name>.crl` and `GET /authority/<name>.cer`;
 * false for any other address.
 */
export async function serveAuthority(
  authority: Authority,
  req: IncomingMessage,
  res: ServerResponse,
  faults: Faults = {},
): Promise<boolean> {
  const { pathname } = new URL(req.url ?? '/', 'http://local');
  const service = findService(req.method ?? 'GET', pathname);
  if (!service) return false;
  const body = await readBody(req);
  if (!body) {
    res.writeHead(413, { connection: 'close' }).end();
    return true;
  }
  const reply = await service.answer(authority, body, faults);
  if (reply === 'hang') return true;
  res.writeHead(reply.status, { ...reply.headers, 'cache-control': 'no-store' }).end(reply.body);
  return true;
}

/** The same services as a `fetch`, without a socket: for whoever asks inside one process. The host is not looked at. */
export function authorityFetch(authority: Authority, faults: Faults = {}): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const service = findService(request.method, new URL(request.url).pathname);
    if (!service) return new Response(null, { status: 404 });
    const reply = await service.answer(authority, new Uint8Array(await request.arrayBuffer()), faults);
    // The caller's own signal: the one that Request derives from it may be collected while nobody waits but us.
    if (reply === 'hang') return untilAborted(init?.signal ?? request.signal);
    return new Response(reply.body, { status: reply.status, headers: reply.headers });
  };
}

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer> | null;
}

interface Service {
  answer(authority: Authority, body: Uint8Array, faults: Faults): Promise<Reply | 'hang'>;
}

function findService(method: string, pathname: string): Service | undefined {
  if (!pathname.startsWith(PREFIX)) return undefined;
  const name = pathname.slice(PREFIX.length);
  if (method === 'POST' && name === 'ocsp') {
    return {
      answer: (authority, body, { ocsp }) =>
        reply('application/ocsp-response', ocsp, (fault) => authority.ocsp(body, fault)),
    };
  }
  if (method === 'POST' && name === 'tsp') {
    return {
      answer: (authority, body, { tsp }) =>
        reply('application/timestamp-reply', tsp, (fault) => authority.tsp(body, fault)),
    };
  }
  if (method === 'GET') return publication(name);
  return undefined;
}

/** Files that anyone may fetch: certificates of the authorities and their lists. */
function publication(file: string): Service | undefined {
  const name = file.slice(0, -'.crl'.length);
  if (file.endsWith('.crl')) {
    return {
      answer: (authority, _body, { crl }) =>
        reply('application/pkix-crl', crl, (fault) => authority.crl(name, fault)),
    };
  }
  if (!file.endsWith('.cer')) return undefined;
  return {
    answer: (authority) => reply('application/pkix-cert', undefined, async () => authority.cer(name)),
  };
}

async function reply<F extends object>(
  type: string,
  fault: F | Trouble | undefined,
  make: (fault: F | undefined) => Promise<Uint8Array | undefined>,
): Promise<Reply | 'hang'> {
  if (fault === 'hang') return 'hang';
  if (fault === 'down') return { status: 503, headers: {}, body: null };
  const body = fault === 'garbage' ? Buffer.from('<html>502</html>') : await make(fault);
  if (!body) return { status: 404, headers: {}, body: null };
  return { status: 200, headers: { 'content-type': type }, body: Uint8Array.from(body) };
}

/** Undefined when it is too long. */
async function readBody(req: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_BODY) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function untilAborted(signal: AbortSignal): Promise<Response> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
