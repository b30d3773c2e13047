import { connect, createServer, type Socket } from 'node:net';

/** A TCP door before a server that can be shut, so that a test sees what an outage does. */
export interface Cuttable {
  /** The server's address through the door. */
  readonly url: string;
  /** Ends every connection and refuses new ones. */
  cut(): Promise<void>;
  /** Lets questions through and keeps the answers back: what is committed is not told. Ends with `cut`. */
  deafen(): void;
  mend(): Promise<void>;
  close(): Promise<void>;
}

/** `target` is an address with host and port, such as `postgres://…@127.0.0.1:5432/name`. */
export async function cuttable(target: string): Promise<Cuttable> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let deaf = false;
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    client.pipe(upstream);
    upstream.on('data', (bytes) => deaf || client.write(bytes));
  });
  const listen = (at: number) =>
    new Promise<number>((resolve, reject) => {
      server.once('error', reject);
      server.listen(at, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address ? address.port : at);
      });
    });
  const own = await listen(0);
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  // The way past the door.
  url.searchParams.delete('host');
  url.port = String(own);
  const cut = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
    deaf = false;
  };
  return {
    url: url.href,
    cut,
    deafen: () => {
      deaf = true;
    },
    mend: async () => {
      await listen(own);
    },
    close: async () => {
      if (server.listening) await cut();
    },
  };
}
