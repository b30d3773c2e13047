import { connect, createServer, type Socket } from 'node:net';

/** A TCP door before PostgreSQL that counts the statements which pass. */
export interface CountingDoor {
  readonly url: string;
  /** Statements executed so far, BEGIN and COMMIT included. */
  count(): number;
  close(): Promise<void>;
}

// Frontend messages of the protocol that run a statement: Execute and the simple Query.
const EXECUTE = 'E'.charCodeAt(0);
const QUERY = 'Q'.charCodeAt(0);

export async function countingDoor(target: string): Promise<CountingDoor> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let statements = 0;
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    const look = watch((type) => {
      if (type === EXECUTE || type === QUERY) statements += 1;
    });
    client.on('data', (bytes) => {
      look(bytes);
      upstream.write(bytes);
    });
    upstream.pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  // The way past the door.
  url.searchParams.delete('host');
  url.port = String(typeof address === 'object' ? address?.port : 0);
  return {
    url: url.href,
    count: () => statements,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Tells the type of every message of one connection. The first has none: length and start-up values. */
function watch(onMessage: (type: number) => void): (bytes: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  let started = false;
  return (bytes) => {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    for (;;) {
      const head = started ? 1 : 0;
      if (rest.length < head + 4) return;
      const length = head + rest.readInt32BE(head);
      if (rest.length < length) return;
      if (started) onMessage(rest[0] ?? 0);
      started = true;
      rest = rest.subarray(length);
    }
  };
}
