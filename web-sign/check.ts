import type { FastifyInstance } from 'fastify';
import { type Core, dateTimeInWords, type Language } from '../core/index.ts';
import { escapeHtml, type Texts, texts } from '../locales/index.ts';

const ID = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$';
const PER_MINUTE = 30;

/** What the page needs of core. */
export type CheckCore = { readonly documents: Pick<Core['documents'], 'check'> };

/**
 * `GET /check/<id>`: where the QR code of a paper leads. Says whether the paper is ours and still in force, and nothing
 * about any person. `?lang=ru` for Russian; Kazakh otherwise.
 */
export function mountCheck(app: FastifyInstance, core: CheckCore): void {
  const schema = {
    params: { type: 'object', required: ['id'], properties: { id: { type: 'string', pattern: ID } } },
    querystring: { type: 'object', properties: { lang: { type: 'string', enum: ['kk', 'ru'] } } },
  };
  app.get<{ Params: { id: string }; Querystring: { lang?: Language } }>(
    '/check/:id',
    { schema, config: { rateLimit: { max: PER_MINUTE, timeWindow: '1 minute' } } },
    async (request, reply) => {
      const language = request.query.lang ?? 'kk';
      const found = await core.documents.check(request.params.id);
      return reply
        .code(found === undefined ? 404 : 200)
        .type('text/html; charset=utf-8')
        .header('cache-control', 'no-store')
        .send(page(texts(language), found));
    },
  );
}

function page(t: Texts, found: Awaited<ReturnType<CheckCore['documents']['check']>>): string {
  const verdict = found === undefined ? 'unknown' : found.inForce ? 'inForce' : 'ended';
  const rows =
    found === undefined
      ? ''
      : [
          [t.plain('check.kind'), t.plain(`check.${found.kind}`)],
          [t.plain('check.number'), found.number],
          [t.plain('check.created'), dateTimeInWords(found.createdAt, t.language)],
        ]
          .map(([name = '', value = '']) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`)
          .join('');
  const other = t.language === 'kk' ? 'ru' : 'kk';
  const title = escapeHtml(t.plain('check.title'));
  return `<!doctype html><html lang="${t.language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>${STYLE}</style>
<main class="${verdict}"><h1>${title}</h1><p class="verdict">${escapeHtml(t.plain(`check.${verdict}`))}</p><dl>${rows}</dl>
<p><a href="?lang=${other}" hreflang="${other}">${escapeHtml(t.plain('check.otherLanguage'))}</a></p></main></html>`;
}

const STYLE = `:root{color-scheme:light dark}body{font:18px/1.5 system-ui,sans-serif;margin:0;padding:1.5rem;max-width:36rem}
h1{font-size:1.25rem}.verdict{font-size:1.35rem;font-weight:600;padding:.75rem 1rem;border-left:.4rem solid #8a6d00}
.inForce .verdict{border-color:#1b7f3b}.unknown .verdict{border-color:#b3261e}dt{opacity:.75}dd{margin:0 0 .75rem;font-weight:600}`;
