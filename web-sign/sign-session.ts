import { createHash } from 'node:crypto';
import type { CookieSerializeOptions } from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type LinkId, Refusal } from '../core/index.ts';

const PREFIX = 'kezek-';
/** What was done can still be looked at for a while. */
const KEEP_SECONDS = 3_600;

/**
 * The secret of the browser that opened a link, in a cookie named by the link. Before it stands a fingerprint of the
 * link's token, so that the same link opened again in this browser finds its secret.
 */
export function keepSession(
  reply: FastifyReply,
  id: LinkId,
  token: string,
  session: string,
  { secure, seconds }: { secure: boolean; seconds: number },
): void {
  const options: CookieSerializeOptions = {
    path: '/sign/api',
    httpOnly: true,
    sameSite: 'strict',
    secure,
    maxAge: Math.max(0, Math.ceil(seconds)) + KEEP_SECONDS,
  };
  reply.setCookie(`${PREFIX}${id}`, `${fingerprint(token)}.${session}`, options);
}

/** The secret that this browser got when it opened the link of this token before. */
export function knownSession(request: FastifyRequest, token: string): string | undefined {
  const start = `${fingerprint(token)}.`;
  const found = Object.entries(request.cookies).find(
    ([name, value]) => name.startsWith(PREFIX) && value?.startsWith(start),
  );
  return found?.[1]?.slice(start.length);
}

/** Who asks about the link. Refusal: link.unknown for a browser that did not open it. */
export function sessionOf(request: FastifyRequest, id: LinkId): { readonly session: string } {
  const value = request.cookies[`${PREFIX}${id}`];
  const session = value?.slice(value.indexOf('.') + 1) ?? '';
  if (session === '') throw new Refusal('link.unknown');
  return { session };
}

function fingerprint(token: string): string {
  return createHash('sha256').update('kezek-link:').update(token).digest('base64url').slice(0, 16);
}
