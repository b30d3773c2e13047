import type { IncomingMessage, ServerResponse } from 'node:http';
import { readParams, Upload } from './body.ts';
import { ApiError, SimError } from './errors.ts';
import type { Fault } from './faults.ts';
import type { LimiterOptions } from './limiter.ts';
import type { Kind } from './methods/media.ts';
import { bool, float, int, isRecord, json, str } from './params.ts';
import type { Sim } from './sim.ts';
import type { Store } from './store.ts';
import type { Stream } from './stream.ts';
import type { InboxItem, Params, Person, TgContact, WorldPanels } from './types.ts';

export interface SimRoutesOptions {
  sim: Sim;
  store: Store;
  stream: Stream;
  world: WorldPanels | undefined;
}

type PersonAction = (sim: Sim, id: number, params: Params) => unknown;

function contactOf(params: Params): TgContact | undefined {
  const phone = str(params, 'phone_number');
  if (phone === undefined || phone === '') return undefined;
  const contact: TgContact = { phone_number: phone, first_name: str(params, 'first_name') ?? phone };
  const userId = int(params, 'user_id');
  if (userId !== undefined) contact.user_id = userId;
  return contact;
}

function fileAction(kind: Kind): PersonAction {
  return (sim, id, params) => {
    const upload = params.file;
    const base64 = str(params, 'base64');
    const bytes = upload instanceof Upload ? upload.bytes : Buffer.from(base64 ?? '', 'base64');
    const name = upload instanceof Upload ? upload.name : (str(params, 'name') ?? 'file');
    const mime = upload instanceof Upload ? upload.mime : (str(params, 'mime') ?? '');
    const caption = str(params, 'caption') ?? '';
    return sim.file(id, kind, { name, mime, bytes, caption, emoji: str(params, 'emoji') ?? '🙂' });
  };
}

function tapAction(sim: Sim, id: number, params: Params): unknown {
  const target: { label?: string; data?: string; messageId?: number } = {};
  const label = str(params, 'label');
  const data = str(params, 'data');
  const messageId = int(params, 'message_id');
  if (label !== undefined) target.label = label;
  if (data !== undefined) target.data = data;
  if (messageId !== undefined) target.messageId = messageId;
  return sim.tap(id, target, { wait: int(params, 'wait') ?? 0 });
}

/** `POST /sim/people/<id>/<action>` with a JSON body. */
const ACTIONS: Record<string, PersonAction> = {
  text: (sim, id, params) => {
    const replyTo = int(params, 'reply_to');
    return sim.text(id, str(params, 'text') ?? '', replyTo === undefined ? {} : { replyTo });
  },
  command: (sim, id, params) => sim.command(id, str(params, 'command') ?? '', str(params, 'args') ?? ''),
  start: (sim, id, params) => sim.start(id, str(params, 'payload') ?? ''),
  tap: tapAction,
  press: (sim, id, params) => sim.press(id, str(params, 'label') ?? ''),
  contact: (sim, id, params) => sim.contact(id, contactOf(params), { forwarded: bool(params, 'forwarded') }),
  location: (sim, id, params) =>
    sim.location(id, float(params, 'latitude') ?? 0, float(params, 'longitude') ?? 0),
  photo: fileAction('photo'),
  document: fileAction('document'),
  voice: fileAction('voice'),
  sticker: fileAction('sticker'),
  edit: (sim, id, params) => sim.edit(id, int(params, 'message_id') ?? 0, str(params, 'text') ?? ''),
  block: (sim, id, params) => {
    sim.block(id, params.blocked === undefined || bool(params, 'blocked'));
    return sim.person(id);
  },
  deactivate: (sim, id, params) => {
    sim.deactivate(id, params.deactivated === undefined || bool(params, 'deactivated'));
    return sim.person(id);
  },
  read: (sim, id) => {
    sim.read(id);
    return true;
  },
  'delete-chat': (sim, id) => {
    sim.deleteChat(id);
    return true;
  },
};

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
    else if (parts[0] === 'files') this.#file(res, parts[1] ?? '', query);
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
      send(res, error.code, { error: error.message });
    }
  }

  #route(verb: string, parts: string[], params: Params): unknown {
    const [what, id, action] = parts;
    if (what === 'people' && id !== undefined) return this.#person(verb, Number(id), action, params);
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

  #file(res: ServerResponse, id: string, query: string): void {
    const stored = this.#options.store.files.find(id);
    if (!stored) {
      send(res, 404, { error: 'no such file' });
      return;
    }
    // Only pictures and PDFs are shown by the browser itself: a sent HTML or SVG file must not run as a page of this server.
    const showable = /^(image\/(png|jpeg|gif|webp)|application\/pdf|audio\/ogg)$/.test(stored.mime);
    const shown = showable && !query.includes('download');
    res.writeHead(200, {
      'content-type': showable ? stored.mime : 'application/octet-stream',
      'content-length': stored.bytes.length,
      'content-disposition': `${shown ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeURIComponent(stored.name)}`,
      'x-content-type-options': 'nosniff',
    });
    res.end(stored.bytes);
  }
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
