import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type LinkView, Refusal } from '../core/index.ts';
import type { TextLanguage } from '../locales/index.ts';
import { documentOnWire, phoneRequestOnWire, type SignedDocuments, signedBy } from './egov-documents.ts';
import { tellErrors } from './sign-errors.ts';
import type { Gate } from './sign-gate.ts';
import { guardAnswers } from './sign-guard.ts';
import { submit } from './sign-proof.ts';
import { ID_PARAMS, linkOf, type OfLink, perMinute } from './sign-request.ts';
import type { SigningDeps } from './sign-settings.ts';
import { refusalOnWire } from './sign-words.ts';

const UPLOAD_LIMIT = 2 * 1024 * 1024;
/** All phones may come through one address of the government's gateway. */
const PHONES = perMinute(600);

/** The app shows the sentence of a 403 alone. */
const REFUSED = [404, 409, 410, 422];

const TOKEN_PARAMS = {
  type: 'object',
  required: ['token'],
  properties: { token: { type: 'string', minLength: 1, maxLength: 200 } },
};
const SIGNED = {
  type: 'object',
  required: ['documentsToSign'],
  properties: {
    documentsToSign: {
      type: 'array',
      minItems: 1,
      maxItems: 1,
      items: {
        type: 'object',
        properties: {
          documentXml: { type: 'string' },
          document: {
            type: 'object',
            properties: { file: { type: 'object', properties: { data: { type: 'string' } } } },
          },
        },
      },
    },
  },
};

/**
 * What eGov Mobile and eGov Business ask (EDS.md §5.1): API №1 by the token in the QR code, API №2 by the bearer token it
 * answers, and the PUT of what was signed. Whatever is refused is answered 403 with the sentence that the app shows.
 */
export function mountEgov(app: FastifyInstance, deps: SigningDeps, gate: Gate): void {
  const { signPages } = deps.core;
  guardAnswers(app, "default-src 'none'; frame-ancestors 'none'");
  tellErrors(app, ({ body, status }, request) => ({
    status: REFUSED.includes(status) ? 403 : status,
    body: { message: body.message[languageOf(request)] },
  }));

  app.get<{ Params: { token: string } }>(
    '/egov/:token',
    { schema: { params: TOKEN_PARAMS }, config: PHONES },
    async (request) =>
      phoneRequestOnWire(
        deps.settings,
        await signPages.phoneRequest(request.params.token),
        languageOf(request),
      ),
  );

  app.get<OfLink>(
    '/egov/document/:id',
    { schema: { params: ID_PARAMS }, config: PHONES },
    async (request) => {
      const id = linkOf(request);
      const bearer = phoneOf(request);
      const signable = await signPages.phoneSignable(id, bearer);
      const { about } = await signPages.view(id, bearer);
      return documentOnWire(signable, about, languageOf(request));
    },
  );

  app.put<OfLink & { Body: SignedDocuments }>(
    '/egov/document/:id',
    { bodyLimit: UPLOAD_LIMIT, schema: { params: ID_PARAMS, body: SIGNED }, config: PHONES },
    async (request, reply) => {
      const id = linkOf(request);
      const bearer = phoneOf(request);
      const wanted = () => signPages.phoneSignable(id, bearer);
      const view = await submit(deps, gate, id, bearer, wanted, ({ format }) =>
        signedBy(request.body, format),
      );
      if (view.refusal === null) return { success: true, ...backOf(deps.settings.botUrl, view) };
      const { code, params } = view.refusal;
      return reply.code(403).send({ message: refusalOnWire(code, params).message[languageOf(request)] });
    },
  );
}

/**
 * The chat is where the person came from, and where the result is told. A login takes along what the chat still waits
 * for, to the owner of the phone alone and in answer to the signature itself: whoever had them scan the code of another
 * page learns nothing, there or in the part of a phone, and the chat that opens on this phone is not the one that asked.
 */
function backOf(botUrl: string | undefined, { outcome }: LinkView): { backUrl?: string } {
  if (botUrl === undefined) return {};
  const back = new URL(botUrl);
  if (outcome?.kind === 'LOGIN' && outcome.confirm !== null)
    back.searchParams.set('start', outcome.confirm.start);
  return { backUrl: outcome?.kind === 'LOGIN' ? back.href : botUrl };
}

function phoneOf(request: FastifyRequest): { readonly phone: string } {
  const [, phone] = /^Bearer +([\w.~+/-]{1,200}=*)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (phone === undefined) throw new Refusal('link.unknown');
  return { phone };
}

/** The first language of the app's wish that we speak; Kazakh otherwise. */
function languageOf(request: FastifyRequest): TextLanguage {
  const [wish] = /\b(?:kk|ru)\b/i.exec(request.headers['accept-language'] ?? '') ?? [];
  return wish?.toLowerCase() === 'ru' ? 'ru' : 'kk';
}
