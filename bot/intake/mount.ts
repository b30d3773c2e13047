import type { FastifyInstance } from 'fastify';
import type { Intake } from './intake.ts';

export const WEBHOOK_PATH = '/telegram';

/** Lets Telegram bring its updates to the program's own HTTP server. */
export function mountWebhook(app: FastifyInstance, webhook: NonNullable<Intake['webhook']>): void {
  const options = {
    config: { rateLimit: false },
    helmet: false as const,
    schema: { body: { type: 'object' } },
  };
  app.post(WEBHOOK_PATH, options, async (request, reply) => {
    const secret = request.headers['x-telegram-bot-api-secret-token'];
    const { status, retryAfter } = await webhook(
      typeof secret === 'string' ? secret : undefined,
      request.body,
    );
    if (retryAfter !== undefined) reply.header('retry-after', retryAfter);
    return reply.code(status).send();
  });
}
