import type pg from 'pg';

export type Row = Readonly<Record<string, unknown>>;

export interface Target {
  /** `table (column, …)` */
  readonly into: string;
  /** What goes into the columns, over `r`. */
  readonly select: string;
  /** The fields of the rows with their types. */
  readonly shape: string;
  /** Joins to `r`. */
  readonly join?: string;
}

/** Inserts rows by one statement: they travel as one JSON text. Bytes travel as base64. */
export async function insert(client: pg.ClientBase, target: Target, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  const { into, select, shape, join = '' } = target;
  await client.query(
    `INSERT INTO ${into} SELECT ${select} FROM jsonb_to_recordset($1::jsonb) AS r (${shape}) ${join}`,
    [JSON.stringify(rows)],
  );
}

/** Whatever is thrown undoes everything and is thrown on. */
export async function inTransaction(
  pool: pg.Pool,
  work: (client: pg.ClientBase) => Promise<void>,
): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await work(client);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}
