import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Core, Language } from '../core/index.ts';
import { texts } from '../locales/index.ts';
import { checkForm, checkPage } from './check-page.ts';
import { contentPolicy, guardAnswers } from './sign-guard.ts';
import { serveAssets } from './sign-page.ts';
import { ID_PARAMS, type OfLink, perMinute } from './sign-request.ts';

const LANG = { type: 'string', enum: ['kk', 'ru'] };
/** Whoever guesses numbers or ids is soon stopped. */
const CHECKS = perMinute(30);

/** What the page needs of core. */
export type CheckCore = { readonly documents: Pick<Core['documents'], 'check' | 'checkFile'> };

interface Wish {
  readonly lang?: Language;
  readonly number?: string;
  readonly sha256?: string;
}

/**
 * `GET /check/<id>`: where the QR code of a paper leads. Says whether the paper is ours and still in force, by what and
 * when the applicant signed, and nothing about any person; a visitor may compare a PDF without sending it anywhere.
 * `GET /check?number=…&sha256=…`: the same for who holds the file; without them, a form that makes them of a file.
 * `?lang=ru` for Russian; Kazakh otherwise.
 */
export function mountCheck(app: FastifyInstance, core: CheckCore): void {
  void app.register(async (pages) => {
    guardAnswers(pages, contentPolicy([], "'self'"));
    await serveAssets(pages, '/check/assets/');
    mountPages(pages, core);
  });
}

function mountPages(app: FastifyInstance, { documents }: CheckCore): void {
  app.get<OfLink & { Querystring: Wish }>(
    '/check/:id',
    {
      schema: { params: ID_PARAMS, querystring: { type: 'object', properties: { lang: LANG } } },
      config: CHECKS,
    },
    async (request, reply) => {
      const found = await documents.check(request.params.id);
      return page(reply, found !== undefined, checkPage(texts(request.query.lang ?? 'kk'), found));
    },
  );

  app.get<{ Querystring: Wish }>(
    '/check',
    {
      schema: {
        querystring: {
          type: 'object',
          properties: {
            lang: LANG,
            number: { type: 'string', pattern: '^[A-Za-z0-9-]{1,60}$' },
            sha256: { type: 'string', pattern: '^[0-9a-fA-F]{64}$' },
          },
          dependencies: { sha256: ['number'] },
        },
      },
      config: CHECKS,
    },
    async (request, reply) => {
      const { lang, number, sha256 } = request.query;
      const t = texts(lang ?? 'kk');
      if (number === undefined || sha256 === undefined) return page(reply, true, checkForm(t, number));
      const found = await documents.checkFile(number, sha256.toLowerCase());
      return page(
        reply,
        found !== undefined,
        found === undefined ? checkForm(t, number, true) : checkPage(t, found, { number, sha256 }),
      );
    },
  );
}

function page(reply: FastifyReply, isFound: boolean, html: string) {
  return reply
    .code(isFound ? 200 : 404)
    .type('text/html; charset=utf-8')
    .send(html);
}
