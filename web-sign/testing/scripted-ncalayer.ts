import { type AddressInfo, createServer } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

/** What a test's NCALayer was asked. */
export interface Asked {
  readonly module: string;
  readonly method: string;
  readonly args: unknown;
}

/** How it behaves; may be changed between requests. */
export interface Script {
  /** Sent when a socket opens; null for silence. */
  greeting: string | Buffer | null;
  /** What is sent for a request: texts as they are, anything else as JSON; `close` ends the socket instead. */
  answer: (asked: Asked) => readonly unknown[] | 'close' | Promise<readonly unknown[] | 'close'>;
}

export interface ScriptedNcaLayer {
  readonly url: string;
  readonly script: Script;
  readonly asked: Asked[];
  /** Sockets that are open now. */
  open(): number;
  close(): Promise<void>;
}

export const GREETING = '{"result":{"version":"1.4"}}';
export const BASICS = 'kz.gov.pki.knca.basics';

/** A socket that answers what a test tells it to: every shape that was ever seen of NCALayer, and some that never were. */
export async function scriptedNcaLayer(answer: Script['answer'] = () => []): Promise<ScriptedNcaLayer> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => server.once('listening', resolve));
  const script: Script = { greeting: GREETING, answer };
  const asked: Asked[] = [];
  const reply = async (socket: WebSocket, request: Asked) => {
    const answers = await script.answer(request);
    if (answers === 'close') return socket.terminate();
    for (const one of answers) {
      if (socket.readyState === socket.OPEN) socket.send(typeof one === 'string' ? one : JSON.stringify(one));
    }
  };
  server.on('connection', (socket) => {
    if (script.greeting !== null) socket.send(script.greeting);
    socket.on('message', (data) => {
      const request: Asked = JSON.parse(String(data));
      asked.push(request);
      void reply(socket, request);
    });
  });
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    script,
    asked,
    open: () => server.clients.size,
    close: () => {
      for (const socket of server.clients) socket.terminate();
      return new Promise((resolve) => void server.close(() => resolve()));
    },
  };
}

/** A port of this machine on which nobody listens. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => void server.close(resolve));
  return port;
}
