import { createServer, type IncomingMessage, type Server } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../../core/clock.ts';
import type { Authority } from '../authority/api.ts';
import { isRecord } from '../pages/http.ts';
import { answerBasics } from './basics.ts';
import { type Behaviour, usual } from './behaviour.ts';
import { answerCommonUtils } from './common-utils.ts';
import type { Keyring } from './keyring.ts';
import type { Caller, Desk } from './signing.ts';
import { SignWindow } from './window.ts';

/** Where the real one answers. */
export const NCALAYER_PORT = 13_579;
const HEARTBEAT = '--heartbeat--';
const MESSAGE_LIMIT = 32 * 1024 * 1024;

export interface NcaLayerSettings {
  readonly keyring: Keyring;
  readonly authority: Pick<Authority, 'stamp' | 'trust'>;
  /** For signingTime of CMS. */
  readonly clock: Clock;
  /** Any free one when it is taken (a real NCALayer may run on this machine) and when 0. */
  readonly port: number;
  readonly behaviour?: Partial<Behaviour> | undefined;
  /** Called with what should never happen. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

export interface NcaLayer extends Desk {
  /** `ws://127.0.0.1:13579`: without TLS, because no browser takes a certificate of our own making. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * A software NCALayer: the protocol of the real one (EDS.md §1) for loopback clients of any origin. The requests of one
 * socket are answered one after another, as the replies carry no id; those of several sockets share the one window in the
 * order in which they came. Heartbeats are answered at once. A socket that closes takes its request out of the window.
 */
export async function startNcaLayer(settings: NcaLayerSettings): Promise<NcaLayer> {
  const { keyring, authority, clock } = settings;
  const window = new SignWindow(async (auto) => keyring.find(auto));
  const desk: Desk = { keyring, authority, clock, window, behaviour: { ...usual, ...settings.behaviour } };
  const http = createServer((_req, res) => {
    res.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end('NCALayer of the local world\n');
  });
  const sockets = new WebSocketServer({
    server: http,
    maxPayload: MESSAGE_LIMIT,
    verifyClient: ({ req }: { req: IncomingMessage }) => isLoopback(req.socket.remoteAddress),
  });
  // What the HTTP server complains about is dealt with where it listens.
  sockets.on('error', () => undefined);
  sockets.on('connection', (socket, req) =>
    serve(socket, req.headers.origin ?? null, desk, settings.onError ?? console.error),
  );
  const port = await listen(http, settings.port);
  return {
    ...desk,
    url: `ws://127.0.0.1:${port}`,
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

const isLoopback = (address: string | undefined) =>
  address === '::1' || (address?.replace('::ffff:', '').startsWith('127.') ?? false);

function serve(
  socket: WebSocket,
  origin: string | null,
  desk: Desk,
  onError: (error: unknown) => void,
): void {
  const gone = new AbortController();
  const caller: Caller = { origin, gone: gone.signal };
  let last: Promise<void> = Promise.resolve();
  socket.on('close', () => gone.abort());
  socket.on('error', () => socket.terminate());
  socket.on('message', (data, isBinary) => {
    const text = isBinary ? '' : String(data);
    if (text === HEARTBEAT) return socket.send(HEARTBEAT);
    last = last
      .then(async () => {
        const reply = await answer(text, desk, caller);
        if (desk.behaviour.delay > 0) await wait(desk.behaviour.delay);
        if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(reply));
      })
      .catch((error: unknown) => {
        if (!gone.signal.aborted) onError(error);
      });
  });
  socket.send(JSON.stringify({ result: { version: desk.behaviour.version } }));
}

async function answer(text: string, desk: Desk, caller: Caller): Promise<object> {
  const request = parse(text);
  if (request === undefined) return { success: false, code: 'COMMON_JSON_WRAPPING_EXCEPTION' };
  if (request.module === 'kz.gov.pki.knca.basics' && desk.behaviour.basics)
    return answerBasics(request, desk, caller);
  if (request.module === 'kz.gov.pki.knca.commonUtils') return answerCommonUtils(request, desk, caller);
  return { success: false, errorCode: 'MODULE_NOT_FOUND' };
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const request: unknown = JSON.parse(text);
    return isRecord(request) ? request : undefined;
  } catch {
    return undefined;
  }
}

async function listen(server: Server, port: number): Promise<number> {
  try {
    return await listenAt(server, port);
  } catch (error) {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    if (!isTaken || port === 0) throw error;
    return listenAt(server, 0);
  }
}

function listenAt(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.removeListener('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}
