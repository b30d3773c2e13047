import { readFileSync } from 'node:fs';
import serveStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { escapeHtml, type TextKey, texts } from '../locales/index.ts';
import kk from '../locales/kk.json' with { type: 'json' };
import ru from '../locales/ru.json' with { type: 'json' };
import { perMinute } from './sign-request.ts';
import { NCALAYER_URL, type SignSettings } from './sign-settings.ts';
import type { PageTexts, WireSetup } from './sign-wire.ts';

const FOLDER = new URL('./page/', import.meta.url);

/** The page itself: one document, its scripts, styles and pictures, and what it must know before a link is opened. */
export async function mountPage(app: FastifyInstance, settings: SignSettings): Promise<void> {
  const html = readFileSync(new URL('sign.html', FOLDER), 'utf8').replace(
    /\{\{(kk|ru)\.([\w.]+)\}\}/g,
    (_hole, language: 'kk' | 'ru', key: string) =>
      escapeHtml(texts(language).plain(`signPage.${key}` as TextKey)),
  );
  const setup: WireSetup = {
    texts: { kk: flat(kk.signPage), ru: flat(ru.signPage) },
    ncalayerUrl: settings.ncalayerUrl ?? NCALAYER_URL,
    ncalayerWindow: settings.ncalayerWindow ?? null,
    botUrl: settings.botUrl ?? null,
  };
  app.get('/sign', { config: perMinute(600) }, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(html),
  );
  app.get('/sign/setup.json', { config: perMinute(600) }, async (_request, reply) =>
    reply.header('cache-control', 'no-cache').send(setup),
  );
  await serveAssets(app, '/sign/assets/');
}

/** A whole town may come through one address of its mobile network, with a dozen files each. */
const FILES = perMinute(6_000);
const FILE_PARAMS = {
  type: 'object',
  required: ['file'],
  properties: { file: { type: 'string', pattern: '^[a-z-]+\\.(?:js|css|svg)$' } },
};

/** Scripts, styles and pictures of `page/` under a prefix of their own; nothing else that lies in that folder. */
export async function serveAssets(app: FastifyInstance, prefix: string): Promise<void> {
  await app.register(serveStatic, { root: FOLDER, serve: false, cacheControl: false });
  app.get<{ Params: { file: string } }>(
    `${prefix}:file`,
    { schema: { params: FILE_PARAMS }, config: FILES },
    async (request, reply) => reply.header('cache-control', 'no-cache').sendFile(request.params.file),
  );
}

/** Keys joined by dots, as the page asks for them. */
function flat(block: object): PageTexts {
  const entries = (node: object, prefix: string): [string, string][] =>
    Object.entries(node).flatMap(([key, value]: [string, unknown]) =>
      typeof value === 'object' && value !== null
        ? entries(value, `${prefix}${key}.`)
        : [[`${prefix}${key}`, String(value)] satisfies [string, string]],
    );
  return Object.fromEntries(entries(block, '')) as PageTexts;
}
