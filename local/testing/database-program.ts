/**
 * The smallest program on a local database, for tests that kill it: `node database-program.ts <dataDir> [address]`. Prints
 * one JSON line when it is up or why it is not (exit code 1); SIGTERM stops it in order, `leave` on stdin exits at once.
 */
import { startEmbeddedPostgres } from '../postgres/embedded.ts';

const [dataDir = '', address = ''] = process.argv.slice(2);

try {
  const postgres = await startEmbeddedPostgres({ dataDir, fsync: false, log: () => undefined });
  if (address) await postgres.announce(address);
  process.once('SIGTERM', () => void postgres.stop().then(() => process.exit(0)));
  process.stdin.once('data', () => process.exit(3));
  const { pid, port, url, takenOver } = postgres;
  process.stdout.write(`${JSON.stringify({ pid, port, url, takenOver })}\n`);
} catch (error) {
  process.stdout.write(
    `${JSON.stringify({ refused: error instanceof Error ? error.message : String(error) })}\n`,
  );
  process.exitCode = 1;
}
