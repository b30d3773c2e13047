// SQLSTATE classes that speak of the server and not of the statement: connection (08), resources (53: too many
// connections, disk full), shutdown and crash (57P), and the two that ask for a repeat (40001, 40P01).
const SERVER_STATES = /^(08|53|57P)|^40001$|^40P01$/;
const SOCKET_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
// Prisma's codes for: cannot reach, timed out reaching, closed, no free connection, transaction not to be had, conflict.
const PRISMA_CODES = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2034', 'P2037']);
const DRIVER_KINDS = new Set([
  'DatabaseNotReachable',
  'ConnectionClosed',
  'SocketTimeout',
  'TooManyConnections',
  'TlsConnectionError',
]);
// node-postgres gives these no code.
const POOL_WORDS =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout|Cannot use a pool after)/;

/** Is the database away, rather than the statement wrong? Looks through the causes that libraries wrap. */
export function isDatabaseOutage(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > 5) return false;
  const { code, kind, originalCode, message } = error as Record<string, unknown>;
  for (const value of [code, originalCode]) {
    if (typeof value !== 'string') continue;
    if (SOCKET_CODES.has(value) || PRISMA_CODES.has(value) || SERVER_STATES.test(value)) return true;
  }
  if (typeof kind === 'string' && DRIVER_KINDS.has(kind)) return true;
  if (typeof message === 'string' && POOL_WORDS.test(message)) return true;
  if (error instanceof AggregateError && error.errors.some((inner) => isDatabaseOutage(inner, depth + 1)))
    return true;
  const { cause, meta } = error as { cause?: unknown; meta?: { driverAdapterError?: unknown } };
  return isDatabaseOutage(cause, depth + 1) || isDatabaseOutage(meta?.driverAdapterError, depth + 1);
}

/** What may be written about a fault: its kind and where it arose, never its words, which may repeat what a person typed. */
export function describeFault(error: unknown): { name: string; code?: string; at?: string[] } {
  if (!(error instanceof Error)) return { name: typeof error };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const at = error.stack
    ?.split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 4)
    .map((line) => line.trim());
  return { name: error.name, ...(code ? { code } : {}), ...(at ? { at } : {}) };
}
