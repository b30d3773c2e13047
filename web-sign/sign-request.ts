import type { FastifyRequest } from 'fastify';
import { type LinkId, parseId, Refusal } from '../core/index.ts';

export const ID_PARAMS = {
  type: 'object',
  required: ['id'],
  properties: {
    id: { type: 'string', pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' },
  },
};

/** A request about one link. */
export interface OfLink {
  readonly Params: { readonly id: string };
}

/** An id that does not even look like one never was a link's. Refusal: link.unknown. */
export function linkOf(request: FastifyRequest<OfLink>): LinkId {
  const id = parseId<LinkId>(request.params.id);
  if (id === undefined) throw new Refusal('link.unknown');
  return id;
}

/** How often one visitor may ask. */
export function perMinute(max: number) {
  return { rateLimit: { max, timeWindow: '1 minute' } };
}
