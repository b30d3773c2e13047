import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { describeFault, type LinkId } from '../core/index.ts';
import { ID_PARAMS, linkOf, type OfLink, perMinute } from './sign-request.ts';
import { sessionOf } from './sign-session.ts';
import type { SigningDeps } from './sign-settings.ts';
import { isSettled, viewOnWire } from './sign-words.ts';

const PER_LINK = 4;
const ALL = 2_000;
const HEARTBEAT_MS = 15_000;

interface Streams {
  /** False when there are too many already, or the server stops. */
  enter(id: LinkId, end: () => void): boolean;
  leave(id: LinkId, end: () => void): void;
  endAll(): void;
}

/**
 * `GET /sign/api/<id>/events`: the link's view whenever it changes, as server-sent events `view`. Ends by itself when
 * nothing more can change; at most four streams per link; all end when the server stops.
 */
export function mountEvents(app: FastifyInstance, deps: SigningDeps, heartbeatMs = HEARTBEAT_MS): void {
  const streams = createStreams();
  app.addHook('preClose', async () => streams.endAll());
  app.get<OfLink>(
    '/sign/api/:id/events',
    { schema: { params: ID_PARAMS }, config: perMinute(600) },
    async (request, reply) => {
      const id = linkOf(request);
      const bearer = sessionOf(request, id);
      await deps.core.signPages.view(id, bearer);
      const out = reply.raw;
      // Whoever has left meanwhile gives no place back: their `close` was before.
      if (out.destroyed) return void reply.hijack();
      const end = () => void out.end();
      if (!streams.enter(id, end)) throw Object.assign(new Error('too many streams'), { statusCode: 429 });
      reply.hijack();
      out.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        // An ended stream must not keep a stopping server waiting for the next request on it.
        connection: 'close',
        'x-accel-buffering': 'no',
        'x-content-type-options': 'nosniff',
      });
      const stop = tellViews(deps, id, bearer, out, heartbeatMs);
      out.once('close', () => {
        stop();
        streams.leave(id, end);
      });
    },
  );
}

/** Writes the view now, after every change and, as a wake-up may get lost, at every heartbeat if it differs. */
function tellViews(
  deps: SigningDeps,
  id: LinkId,
  bearer: { readonly session: string },
  out: ServerResponse,
  heartbeatMs: number,
): () => void {
  const { signPages } = deps.core;
  let told = '';
  let asked = false;
  let busy = false;
  const tell = async () => {
    asked = true;
    if (busy) return;
    busy = true;
    while (asked && !out.writableEnded) {
      asked = false;
      const view = await signPages.view(id, bearer);
      const { now, ...lasting } = viewOnWire(view, deps.clock.now());
      const text = JSON.stringify(lasting);
      if (text !== told) out.write(`event: view\ndata: ${JSON.stringify({ ...lasting, now })}\n\n`);
      told = text;
      if (isSettled(view)) out.end();
    }
    busy = false;
  };
  const tellOrEnd = () =>
    void tell().catch((error: unknown) => {
      deps.log.warn({ link: id, ...describeFault(error) }, 'a page is no longer told what happens');
      out.end();
    });
  const unwatch = signPages.watch(id, tellOrEnd);
  const heartbeat = setInterval(() => {
    if (!out.writableEnded) out.write(': \n\n');
    tellOrEnd();
  }, heartbeatMs);
  tellOrEnd();
  return () => {
    clearInterval(heartbeat);
    unwatch();
  };
}

function createStreams(): Streams {
  const open = new Map<LinkId, Set<() => void>>();
  let all = 0;
  let stopped = false;
  return {
    enter: (id, end) => {
      const ends = open.get(id) ?? new Set();
      if (stopped || ends.size >= PER_LINK || all >= ALL) return false;
      open.set(id, ends.add(end));
      all += 1;
      return true;
    },
    leave: (id, end) => {
      const ends = open.get(id);
      if (!ends?.delete(end)) return;
      all -= 1;
      if (ends.size === 0) open.delete(id);
    },
    endAll: () => {
      stopped = true;
      for (const ends of open.values()) for (const end of ends) end();
    },
  };
}
