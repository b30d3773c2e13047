import { type Logger, pino } from 'pino';
import type { Config } from './config.ts';

const SECRETS = ['iin', 'phone', 'token', 'email', 'address', 'text', 'payload', 'xml', 'cms', 'signer'];

/** The log of one process, on standard error. What people write and what a path of a library may repeat has no place in it. */
export function openLog(level: Config['logLevel']): Logger {
  return pino(
    { level, redact: [...SECRETS, ...SECRETS.map((name) => `*.${name}`)] },
    pino.destination({ dest: 2, sync: true }),
  );
}
