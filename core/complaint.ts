import { texts } from '../locales/index.ts';
import { ConfigError } from './config.ts';
import { MigrationError } from './db/migrate.ts';
import { describeFault, isDatabaseOutage } from './inbox/faults.ts';
import { Refusal } from './refusal.ts';
import { UsageError } from './staff/command.ts';

type Kind = abstract new (...args: never[]) => Error;

const PLAIN: readonly Kind[] = [ConfigError, UsageError, MigrationError, Refusal];

/**
 * One line for what the person at the console can put right; everything else with where it arose. `plain`: more kinds
 * whose message is such a line.
 */
export function complaint(error: unknown, plain: readonly Kind[] = []): string {
  if (error instanceof Error && [...PLAIN, ...plain].some((kind) => error instanceof kind))
    return sentence(error);
  if (isDatabaseOutage(error)) return 'the database cannot be reached; look at DATABASE_URL.';
  if (has(error, 'code', 'EADDRINUSE'))
    return 'the port is taken by another program; set PORT to another one.';
  if (has(error, 'error_code', 401)) return 'Telegram does not accept BOT_TOKEN.';
  return JSON.stringify(describeFault(error));
}

/** A refusal's own words, in both languages: the server does not know who reads. */
function sentence(error: Error): string {
  if (!(error instanceof Refusal)) return error.message;
  const key = `refusal.${error.code}`;
  const { kk, ru } = { kk: texts('kk'), ru: texts('ru') };
  const values = Object.fromEntries(
    Object.entries(error.params).map(([name, value]) => [name, String(value)]),
  );
  return kk.has(key) ? `${kk.plain(key, values)} · ${ru.plain(key, values)}` : error.message;
}

function has(error: unknown, field: string, value: string | number): boolean {
  return (
    error instanceof Error && field in error && (error as Error & Record<string, unknown>)[field] === value
  );
}
