import type { ServerResponse } from 'node:http';
import type { SimEvent } from './types.ts';

const KEEP_ALIVE_MS = 20_000;
const INBOX_LOOK_MS = 1_000;

/** The page's event stream. Listens to the chats only while somebody looks. */
export class Stream {
  readonly #clients = new Set<ServerResponse>();
  readonly #listen: (listener: (event: SimEvent) => void) => () => void;
  readonly #inboxSize: () => Promise<number>;
  #stop: (() => void) | undefined;
  #inbox = -1;

  constructor(listen: (listener: (event: SimEvent) => void) => () => void, inboxSize: () => Promise<number>) {
    this.#listen = listen;
    this.#inboxSize = inboxSize;
  }

  open(res: ServerResponse): void {
    res.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      connection: 'keep-alive',
    });
    res.write('retry: 1000\n\n');
    this.#clients.add(res);
    res.on('close', () => {
      this.#clients.delete(res);
      if (this.#clients.size === 0) this.#rest();
    });
    this.#stop ??= this.#start();
  }

  #start(): () => void {
    const stop = this.#listen((event) => this.send(event));
    const alive = setInterval(() => this.#write(': \n\n'), KEEP_ALIVE_MS).unref();
    const look = setInterval(() => void this.#lookIntoInbox(), INBOX_LOOK_MS).unref();
    return () => {
      stop();
      clearInterval(alive);
      clearInterval(look);
    };
  }

  async #lookIntoInbox(): Promise<void> {
    const size = await this.#inboxSize().catch(() => this.#inbox);
    // Also after the first look: what came between the page's own reading and now must not be missed.
    if (size !== this.#inbox) this.send({ type: 'inbox' });
    this.#inbox = size;
  }

  #rest(): void {
    this.#stop?.();
    this.#stop = undefined;
    this.#inbox = -1;
  }

  send(event: SimEvent): void {
    this.#write(`data: ${JSON.stringify(event)}\n\n`);
  }

  #write(text: string): void {
    for (const client of this.#clients) client.write(text);
  }

  close(): void {
    this.#rest();
    for (const client of this.#clients) client.end();
    this.#clients.clear();
  }
}
