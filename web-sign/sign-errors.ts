import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Refusal } from '../core/index.ts';
import type { TextKey } from '../locales/index.ts';
import { Busy } from './sign-gate.ts';
import type { WireRefusal } from './sign-wire.ts';
import { refusalOnWire, textInBoth } from './sign-words.ts';
import { SignatureRefused } from './signature/reasons.ts';

/** A request that did not come from our own page. */
export class ForeignRequest extends Error {
  constructor() {
    super('the request comes from another site');
    this.name = 'ForeignRequest';
  }
}

const STATUS: Readonly<Record<string, number>> = {
  'link.unknown': 404,
  'file.unknown': 404,
  'link.expired': 410,
  'statement.expired': 410,
  'signature.otherPerson': 403,
  'sign.method': 403,
};

export interface Answer {
  readonly status: number;
  readonly body: WireRefusal;
}

/** What went wrong, for a client; undefined for what is our own fault and nobody's business. */
export function answerOf(error: unknown): Answer | undefined {
  if (error instanceof Refusal)
    return { status: STATUS[error.code] ?? 409, body: refusalOnWire(error.code, error.params) };
  if (error instanceof SignatureRefused)
    return { status: 422, body: refusalOnWire(`signature.${error.reason}`, { reason: error.reason }) };
  if (error instanceof Busy) return fault(503, 'busy');
  if (error instanceof ForeignRequest) return fault(403, 'foreign');
  const status = statusOf(error);
  if (status === 413) return { status, body: refusalOnWire('signature.too-large', { reason: 'too-large' }) };
  if (status === 429) return fault(status, 'tooOften');
  return status >= 400 && status < 500 ? fault(status, 'malformed') : undefined;
}

function fault(status: number, name: 'busy' | 'foreign' | 'tooOften' | 'malformed'): Answer {
  const key: TextKey = `signPage.fault.${name}`;
  return { status, body: { code: `request.${name}`, params: {}, message: textInBoth(key) } };
}

function statusOf(error: unknown): number {
  return typeof error === 'object' && error !== null && 'statusCode' in error
    ? Number(error.statusCode)
    : 500;
}

/**
 * In this plugin errors are told as `told` makes of them, in the words of WireRefusal unless it is given; what is our own
 * fault goes up to the server's handler.
 */
export function tellErrors(
  app: FastifyInstance,
  told: (answer: Answer, request: FastifyRequest) => { status: number; body: unknown } = (answer) => answer,
): void {
  app.setErrorHandler((error, request, reply) => {
    const answer = answerOf(error);
    if (answer === undefined) throw error;
    if (answer.status === 503) void reply.header('retry-after', '5');
    const { status, body } = told(answer, request);
    return reply.code(status).send(body);
  });
}
