import type { IncomingMessage, ServerResponse } from 'node:http';
import { readParams } from './body.ts';
import { download, fileFacts } from './downloads.ts';
import { ApiError, SimError } from './errors.ts';
import type { Fault } from './faults.ts';
import type { LimiterOptions } from './limiter.ts';
import { int, isRecord, json, str } from './params.ts';
import type { Sim } from './sim.ts';
import { ACTIONS } from './sim-actions.ts';
import type { Store } from './store.ts';
import type { Stream } from './stream.ts';
import type { InboxItem, Params, Person, WorldPanels } from './types.ts';

export interface SimRoutesOptions {
  sim: Sim;
  store: Store;
  stream: Stream;
  world: WorldPanels | undefined;
}

const digits = (text: string | undefined) => text?.replaceAll(/\D/g, '').replace(/^8(?=7\d{9}$)/, '7') ?? '';

/** The SMS and letters that reach this person. */
function reaches(item: InboxItem, person: Person): boolean {
  if (item.kind === 'mail') return person.email !== undefined && item.to === person.email;
  return person.phone !== undefined && digits(item.to) === digits(person.phone);
}

/** The JSON interface of the person side and of the page. Every answer is JSON; an error is `{error}` with its status. */
export class SimRoutes {
  readonly #options: SimRoutesOptions;

  constructor(options: SimRoutesOptions) {
    this.#options = options;
  }

  async handle(req: IncomingMessage, res: ServerResponse, path: string, query: string): Promise<boolean> {
    if (!path.startsWith('/sim/')) return false;
    const parts = path.slice(5).split('/').map(decodeURIComponent);
    if (parts[0] === 'events') this.#options.stream.open(res);
    else if (parts[0] === 'files' && parts[2] === undefined)
      download(res, this.#options.store.files.find(parts[1] ?? ''), query.includes('download'));
    else await this.#json(req, res, parts, query);
    return true;
  }

  async #json(req: IncomingMessage, res: ServerResponse, parts: string[], query: string): Promise<void> {
    try {
      sameOrigin(req);
      const params = await readParams(req, query);
      const result = await this.#route(req.method ?? 'GET', parts, params);
      if (typeof result === 'string') text(res, result);
      else send(res, 200, result ?? null);
    } catch (error) {
      if (!(error instanceof SimError) && !(error instanceof ApiError)) throw error;
      const reason = error instanceof SimError ? error.reason : undefined;
      send(res, error.code, { error: error.message, ...(reason ? { reason } : {}) });
    }
  }

  #route(verb: string, parts: string[], params: Params): unknown {
    const [what, id, action] = parts;
    if (what === 'people' && id !== undefined) return this.#person(verb, Number(id), action, params);
    if (what === 'files' && action === 'facts') return fileFacts(this.#options.store.files.find(id ?? ''));
    const route = this.#routes[`${verb} ${what}`];
    if (!route) throw new SimError(`no such address: ${verb} /sim/${parts.join('/')}`, 404);
    return route(params);
  }

  #person(verb: string, id: number, action: string | undefined, params: Params): unknown {
    const { sim } = this.#options;
    if (verb === 'POST') {
      const run = ACTIONS[action ?? ''];
      if (!run) throw new SimError(`a person cannot "${action}"`, 404);
      return run(sim, id, params);
    }
    if (action === 'transcript') {
      return str(params, 'format') === 'text' ? sim.transcript(id) : sim.messages(id);
    }
    if (action === 'notes') return sim.notes(id);
    if (action === 'inbox') return this.#inbox(sim.person(id));
    if (action === 'commands') return sim.commands(id);
    return this.#view(sim.person(id));
  }

  /** A chat as the page shows it. */
  #view(person: Person): Record<string, unknown> {
    const { sim, store } = this.#options;
    const { settings } = store;
    const chat = store.chatOf(person);
    return {
      person,
      messages: sim.messages(person.id),
      keyboard: chat.keyboard && !chat.keyboard.hidden ? chat.keyboard.markup : null,
      forceReply: chat.forceReply?.markup ?? null,
      pinned: chat.pinned.map((id) => chat.messages.get(id)).filter((message) => message !== undefined),
      commands: sim.commands(person.id),
      menu: settings.getMenu(person.id),
      botName: settings.textFor('name', person.language_code) || store.bot.first_name,
      description: settings.textFor('description', person.language_code),
      about: settings.textFor('short_description', person.language_code),
    };
  }

  async #inbox(person?: Person): Promise<InboxItem[]> {
    const items = (await this.#options.world?.inbox?.()) ?? [];
    return person ? items.filter((item) => reaches(item, person)) : items;
  }

  #world(): Record<string, unknown> {
    const { world } = this.#options;
    return {
      links: Object.values(world?.links ?? {}),
      clock: world?.clock ? { now: world.clock.now(), actions: world.clock.actions } : null,
      inbox: world?.inbox !== undefined,
      places: world?.places ?? [],
    };
  }

  #people(): unknown[] {
    const { sim } = this.#options;
    return sim.people().map((person) => ({
      ...person,
      last: sim.messages(person.id).at(-1) ?? null,
      unread: sim.unread(person.id),
    }));
  }

  readonly #routes: Record<string, (params: Params) => unknown> = {
    'GET state': () => ({ bot: this.#options.store.bot, people: this.#people() }),
    'GET people': () => this.#people(),
    'POST people': (params) => this.#options.sim.addPerson(personInput(params)),
    'GET world': () => this.#world(),
    'GET inbox': () => this.#inbox(),
    'GET calls': (params) => {
      const chatId = int(params, 'chat_id');
      const method = str(params, 'method');
      return this.#options.sim.calls({
        ...(method === undefined ? {} : { method }),
        ...(chatId === undefined ? {} : { chatId }),
      });
    },
    'DELETE calls': () => this.#options.sim.clearCalls(),
    'GET faults': () => this.#options.sim.faults(),
    'POST faults': (params) => this.#options.sim.fault(faultOf(params)),
    'DELETE faults': () => this.#options.sim.clearFaults(),
    'GET limiter': () => this.#options.sim.limits(),
    'POST limiter': (params) => this.#options.sim.limiter(params as LimiterOptions),
    'DELETE limiter': () => this.#options.sim.limiter(false),
    'POST latency': (params) => this.#options.sim.latency(int(params, 'ms') ?? 0),
    'GET webhook': () => {
      // The address may hold a secret: the page has no need of it.
      const { url, ...info } = this.#options.sim.webhook();
      return { ...info, active: url !== '' };
    },
    'POST reset': () => this.#options.sim.reset(),
  };
}

/** Another site open in the same browser must not play people here. */
function sameOrigin(req: IncomingMessage): void {
  const { origin, host } = req.headers;
  if (origin === undefined) return;
  if (!URL.canParse(origin) || new URL(origin).host !== host) throw new SimError('wrong origin', 403);
}

function personInput(params: Params): Parameters<Sim['addPerson']>[0] {
  const first = str(params, 'first_name') ?? '';
  if (first === '') throw new SimError('first_name is needed');
  const role = json(params, 'role');
  const { first_name: _, ...rest } = params;
  const words = isRecord(role)
    ? { kk: String(role.kk ?? ''), ru: String(role.ru ?? '') }
    : str(params, 'role');
  return { ...rest, first_name: first, ...(words === undefined ? {} : { role: words }) };
}

function faultOf(params: Params): Fault {
  const method = str(params, 'method') ?? '';
  if (method === '') throw new SimError('method is needed');
  return { ...params, method };
}

function send(res: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value);
  res.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  res.end(body);
}

function text(res: ServerResponse, value: string): void {
  res.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
  res.end(value);
}
