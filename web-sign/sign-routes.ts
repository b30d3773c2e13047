import cookie from '@fastify/cookie';
import type { FastifyInstance } from 'fastify';
import { mountEgov } from './egov-routes.ts';
import { tellErrors } from './sign-errors.ts';
import { mountEvents } from './sign-events.ts';
import { createGate, type Gate } from './sign-gate.ts';
import { contentPolicy, guardAnswers, mustBeOurs } from './sign-guard.ts';
import { mountPage } from './sign-page.ts';
import { phoneOffer } from './sign-phone.ts';
import { submit } from './sign-proof.ts';
import { ID_PARAMS, linkOf, type OfLink, perMinute } from './sign-request.ts';
import { keepSession, knownSession, sessionOf } from './sign-session.ts';
import { NCALAYER_URL, type SigningDeps } from './sign-settings.ts';
import { viewOnWire } from './sign-words.ts';

/*
 * Limits per minute are per address, and a mobile network has one for thousands of parents: they hold back a flood, not a
 * rush. What guards the links is the length of their secrets.
 */
const XML_LIMIT = 512 * 1024;
const SMALL = 4 * 1024;
/** Most of it is waiting for the authority: one that hangs must not leave a town with four places for five seconds each. */
const VERIFIED_AT_ONCE = 64;
const WAITING = 256;

const FILE_PARAMS = {
  type: 'object',
  required: ['id', 'name'],
  properties: {
    ...ID_PARAMS.properties,
    name: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$' },
  },
};

/**
 * Mounts the page of signing, its interface under `/sign/api`, and what the government's phone apps ask under `/egov`
 * (EDS.md §5.1). Before the server listens. Needs `@fastify/rate-limit` registered on `app`.
 */
export function mountSigning(app: FastifyInstance, deps: SigningDeps): void {
  const gate = createGate(VERIFIED_AT_ONCE, WAITING);
  void app.register(async (page) => {
    await page.register(cookie);
    guardAnswers(page, contentPolicy([deps.settings.ncalayerUrl ?? NCALAYER_URL]));
    tellErrors(page);
    page.addHook('onRequest', async (request) => {
      if (request.method !== 'GET' && request.method !== 'HEAD') mustBeOurs(request, deps.settings.publicUrl);
    });
    await mountPage(page, deps.settings);
    mountLink(page, deps, gate);
    mountPapers(page, deps);
    mountEvents(page, deps);
  });
  void app.register(async (phones) => mountEgov(phones, deps, gate));
}

function mountLink(app: FastifyInstance, deps: SigningDeps, gate: Gate): void {
  const { signPages } = deps.core;
  const now = () => deps.clock.now();

  app.post<{ Body: { token: string } }>(
    '/sign/api/open',
    {
      bodyLimit: SMALL,
      config: perMinute(120),
      schema: {
        body: {
          type: 'object',
          required: ['token'],
          properties: { token: { type: 'string', minLength: 1, maxLength: 200 } },
        },
      },
    },
    async (request, reply) => {
      const { token } = request.body;
      const { session, view } = await signPages.open(token, knownSession(request, token));
      if (session !== null)
        keepSession(reply, view.id, token, session, {
          secure: deps.settings.publicUrl.startsWith('https:'),
          seconds: (view.expiresAt.getTime() - now().getTime()) / 1_000,
        });
      return { view: viewOnWire(view, now()) };
    },
  );

  app.get<OfLink>(
    '/sign/api/:id',
    { schema: { params: ID_PARAMS }, config: perMinute(600) },
    async (request) => {
      const id = linkOf(request);
      return { view: viewOnWire(await signPages.view(id, sessionOf(request, id)), now()) };
    },
  );

  app.post<OfLink & { Body: { xml: string } }>(
    '/sign/api/:id/xml',
    {
      bodyLimit: XML_LIMIT,
      config: perMinute(60),
      schema: {
        params: ID_PARAMS,
        body: { type: 'object', required: ['xml'], properties: { xml: { type: 'string', minLength: 1 } } },
      },
    },
    async (request) => {
      const id = linkOf(request);
      const bearer = sessionOf(request, id);
      const wanted = () => signPages.signable(id, bearer, 'XML');
      const view = await submit(deps, gate, id, bearer, wanted, () => ({
        format: 'XML',
        xml: request.body.xml,
      }));
      return { view: viewOnWire(view, now()) };
    },
  );

  app.post<OfLink & { Body: { as: 'XML' | 'PDF' } }>(
    '/sign/api/:id/phone',
    {
      bodyLimit: SMALL,
      config: perMinute(60),
      schema: {
        params: ID_PARAMS,
        body: {
          type: 'object',
          required: ['as'],
          properties: { as: { type: 'string', enum: ['XML', 'PDF'] } },
        },
      },
    },
    async (request) => {
      const id = linkOf(request);
      const offer = await signPages.startPhone(id, sessionOf(request, id), request.body.as);
      return phoneOffer(deps.settings, offer);
    },
  );
}

/** What the person may read: the exact text, the paper, and the files of an owner. */
function mountPapers(app: FastifyInstance, { core: { signPages } }: SigningDeps): void {
  const options = { schema: { params: ID_PARAMS }, config: perMinute(120) };

  app.get<OfLink>('/sign/api/:id/content', options, async (request) => {
    const id = linkOf(request);
    const { content } = await signPages.signable(id, sessionOf(request, id), 'XML');
    return { xml: Buffer.from(content).toString('utf8') };
  });

  app.get<OfLink>('/sign/api/:id/statement.pdf', options, async (request, reply) => {
    const id = linkOf(request);
    const { content } = await signPages.signable(id, sessionOf(request, id), 'PDF');
    return reply
      .type('application/pdf')
      .header('content-disposition', 'inline; filename="statement.pdf"')
      .send(Buffer.from(content));
  });

  app.get<OfLink & { Params: { name: string } }>(
    '/sign/api/:id/files/:name',
    { schema: { params: FILE_PARAMS }, config: perMinute(60) },
    async (request, reply) => {
      const id = linkOf(request);
      const { name } = request.params;
      const { type, content } = await signPages.file(id, sessionOf(request, id).session, name);
      return reply
        .type(type)
        .header('content-disposition', `attachment; filename="${name}"`)
        .send(Buffer.from(content));
    },
  );
}
