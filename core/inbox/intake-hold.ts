import type { Db } from '../db/db.ts';
import type { IntakeHold } from './api.ts';

// An advisory lock's key is two numbers of our own choice. It ends with the connection, however that ends.
const KEY = [0x6b657a, 2];

/** Takes the right to poll on a connection of its own; undefined while another process has it. */
export async function holdIntake(db: Db): Promise<IntakeHold | undefined> {
  const client = await db.pool.connect();
  const lost = new AbortController();
  const onError = () => lost.abort();
  client.on('error', onError);
  const giveBack = (broken: boolean) => {
    // A connection on its way out may still complain; one that stays is the pool's to listen to.
    if (!broken) client.off('error', onError);
    client.release(broken);
  };
  try {
    const { rows } = await client.query<{ taken: boolean }>(
      'SELECT pg_try_advisory_lock($1, $2) AS taken',
      KEY,
    );
    if (!rows[0]?.taken) {
      giveBack(false);
      return undefined;
    }
  } catch (error) {
    giveBack(true);
    throw error;
  }
  client.once('end', onError);
  let released = false;
  return {
    lost: lost.signal,
    release: async () => {
      if (released) return;
      released = true;
      client.off('end', onError);
      // Closing the connection frees the lock, also when it is broken already.
      giveBack(true);
    },
  };
}
