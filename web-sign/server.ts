import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import fastify, { type FastifyInstance } from 'fastify';

/** What `GET /health` tells. `ok` is answered with 200, everything else with 503. */
export interface Health {
  readonly status: 'ok' | 'starting' | 'stopping' | 'unavailable';
  readonly [detail: string]: unknown;
}

export interface WebServerDeps {
  readonly health: () => Promise<Health>;
  /** Called with what a route throws unexpectedly; the client is only told that something went wrong. */
  readonly onError: (error: unknown) => void;
  /** How long a stopping server waits for whoever is still sending or being answered; 5 seconds unless told. */
  readonly graceMs?: number;
}

const GRACE_MS = 5_000;

const HEALTH_SCHEMA = {
  response: {
    '2xx': { type: 'object', additionalProperties: true, properties: { status: { type: 'string' } } },
    '5xx': { type: 'object', additionalProperties: true, properties: { status: { type: 'string' } } },
  },
};

/**
 * The HTTP server of one process, with `/health` and nothing else yet: the pages, and Telegram's webhook, are mounted on
 * it before it listens. Requests are not logged: their addresses hold one-time links.
 */
export async function createWebServer({
  health,
  onError,
  graceMs = GRACE_MS,
}: WebServerDeps): Promise<FastifyInstance> {
  const app = fastify({
    logger: false,
    // Behind the server's own proxy, whose word about the visitor's address is taken; a stranger's is not.
    trustProxy: ['loopback', 'uniquelocal'],
    connectionTimeout: 120_000,
    requestTimeout: 60_000,
    keepAliveTimeout: 75_000,
    bodyLimit: 1_048_576,
    routerOptions: { maxParamLength: 200 },
  });
  // One visitor who never finishes a request must not keep everything that is closed after the server waiting.
  app.addHook('preClose', async () => {
    const timer = setTimeout(() => app.server.closeAllConnections(), graceMs).unref();
    app.server.once('close', () => clearTimeout(timer));
  });
  await app.register(helmet);
  await app.register(rateLimit, { max: 300, timeWindow: '1 minute' });
  app.setNotFoundHandler(
    { preHandler: app.rateLimit({ max: 60, timeWindow: '1 minute' }) },
    (_request, reply) => reply.code(404).send({ error: 'not found' }),
  );
  app.setErrorHandler((error: { statusCode?: number }, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) onError(error);
    return reply.code(status).send({ error: status >= 500 ? 'internal error' : 'bad request' });
  });
  app.get('/health', { config: { rateLimit: false }, schema: HEALTH_SCHEMA }, async (_request, reply) => {
    const state = await health();
    return reply
      .code(state.status === 'ok' ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(state);
  });
  return app;
}
