import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ForeignRequest } from './sign-errors.ts';

/** Nothing but our own files, and the program that holds the person's keys on this very computer (`sockets`). */
export function contentPolicy(sockets: readonly string[], formAction = "'none'"): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    ['connect-src', "'self'", ...sockets.map((url) => new URL(url).origin)].join(' '),
    `form-action ${formAction}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Every answer of this plugin carries the policy and stays out of caches, unless it says otherwise. */
export function guardAnswers(app: FastifyInstance, policy: string): void {
  app.addHook('onSend', async (_request, reply) => {
    reply.header('content-security-policy', policy).header('referrer-policy', 'no-referrer');
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
}

/**
 * A request that changes something must come from our own page. Browsers say where it comes from in Sec-Fetch-Site, older
 * ones in Origin; whoever says neither is no browser of a visitor.
 */
export function mustBeOurs(request: FastifyRequest, publicUrl: string): void {
  const { origin = '', host } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const isOurs =
    site === undefined
      ? origin === new URL(publicUrl).origin || (URL.canParse(origin) && new URL(origin).host === host)
      : site === 'same-origin';
  if (!isOurs) throw new ForeignRequest();
}
