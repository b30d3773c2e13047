import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import type { Prisma } from '../../prisma/generated/client.ts';
import { PrismaClient } from '../../prisma/generated/client.ts';

declare const write: unique symbol;

/** A transaction that may change rows. Actions ask for it by type; it is never optional. */
export type WriteTx = Prisma.TransactionClient & { readonly [write]: true };

/** A named statement: PostgreSQL plans it once per connection. For the hot reads; `name` is unique in the program. */
export interface NamedQuery {
  readonly name: string;
  readonly text: string;
}

export interface Db {
  readonly pool: pg.Pool;
  readonly prisma: PrismaClient;
  /** Runs `work` in one READ COMMITTED transaction; whatever is thrown rolls it back and is thrown on. */
  write<T>(work: (tx: WriteTx) => Promise<T>): Promise<T>;
  /** Rows of a prepared statement outside any transaction. Column names are the keys; nothing is converted but what pg converts. */
  rows<Row>(query: NamedQuery, values: readonly unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

// A civil date is not an instant: pg would turn DATE into a local midnight of the server's zone.
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);

/** Opens the pool that Prisma and the raw statements share. `max` is the number of connections of this process. */
export function openDb(url: string, options: { max?: number; onError?: (error: Error) => void } = {}): Db {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max ?? 12,
    connectionTimeoutMillis: 5_000,
    // Prisma's adapter writes and reads instants without their zone: on a server set to Almaty every deadline would
    // otherwise be told five hours too early.
    // The isolation is set here and not by every transaction: that would be one statement more for each.
    options: '-c TimeZone=UTC -c default_transaction_isolation=read\\ committed',
  });
  pool.on('error', (error) => options.onError?.(error));
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  return {
    pool,
    prisma,
    write: (work) =>
      prisma.$transaction((tx) => work(tx as WriteTx), {
        maxWait: 5_000,
        timeout: 60_000,
      }),
    rows: async <Row>(query: NamedQuery, values: readonly unknown[]) => {
      const result = await pool.query({ name: query.name, text: query.text, values: [...values] });
      return result.rows as Row[];
    },
    close: async () => {
      await prisma.$disconnect();
      if (!pool.ended) await pool.end();
    },
  };
}
