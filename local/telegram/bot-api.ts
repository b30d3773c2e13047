import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { readParams } from './body.ts';
import { ApiError, SimError } from './errors.ts';
import { type Faults, faultError, type LiveFault } from './faults.ts';
import type { CallLog } from './log.ts';
import type { Context } from './methods/context.ts';
import { methods, spelling } from './methods/index.ts';
import type { Params } from './types.ts';

export interface BotApiOptions {
  context: Context;
  token: string;
  faults: Faults;
  log: CallLog;
  now: () => Date;
  onError(error: unknown): void;
}

interface Outcome {
  status: number;
  body: string;
  description?: string;
}

/** The bot's side: `/bot<token>/<method>` and `/file/bot<token>/<path>`. */
export class BotApi {
  readonly #options: BotApiOptions;
  readonly #token: Buffer;
  latencyMs = 0;

  constructor(options: BotApiOptions) {
    this.#options = options;
    this.#token = Buffer.from(options.token);
  }

  /** True when the address was one of the bot's. */
  async handle(req: IncomingMessage, res: ServerResponse, path: string, query: string): Promise<boolean> {
    if (path.startsWith('/file/bot')) {
      this.#file(res, path.slice(9));
      return true;
    }
    if (!path.startsWith('/bot')) return false;
    const slash = path.indexOf('/', 4);
    if (slash < 0) return false;
    if (!this.#knows(path.slice(4, slash))) {
      write(res, failure(new ApiError(401, 'Unauthorized')));
      return true;
    }
    await this.#request(req, res, path.slice(slash + 1).toLowerCase(), query);
    return true;
  }

  #knows(token: string): boolean {
    const given = Buffer.from(decodeURIComponent(token));
    return given.length === this.#token.length && timingSafeEqual(given, this.#token);
  }

  async #request(req: IncomingMessage, res: ServerResponse, method: string, query: string): Promise<void> {
    const started = performance.now();
    const at = this.#options.now().getTime();
    let params: Params = {};
    let outcome: Outcome;
    let fault: LiveFault | undefined;
    try {
      params = await readParams(req, query);
      if (this.latencyMs > 0) await sleep(this.latencyMs);
      fault = this.#options.faults.strike(method, params);
      const skipped = fault?.mode === 'hang' || fault?.mode === 'drop-before';
      outcome = skipped ? { status: 0, body: '' } : await this.#outcome(method, params, res, fault);
    } catch (error) {
      outcome = this.#refusal(error);
    }
    const status = fault && fault.mode !== 'error' ? 0 : outcome.status;
    this.#record(method, params, { ...outcome, status }, at, performance.now() - started);
    if (fault?.mode === 'hang') return;
    if (fault?.mode.startsWith('drop')) res.destroy();
    else write(res, outcome);
  }

  async #outcome(method: string, params: Params, res: ServerResponse, fault?: LiveFault): Promise<Outcome> {
    if (fault?.mode === 'error') return failure(faultError(fault));
    const run = methods.get(method);
    if (!run) return failure(new ApiError(404, 'Not Found: method not found'));
    const gone = method === 'getupdates' ? hungUp(res) : NEVER;
    const result = await run(this.#options.context, params, gone);
    return { status: 200, body: `{"ok":true,"result":${JSON.stringify(result)}}` };
  }

  #refusal(error: unknown): Outcome {
    if (error instanceof ApiError) return failure(error);
    if (error instanceof SimError) return failure(new ApiError(400, `Bad Request: ${error.message}`));
    this.#options.onError(error);
    return failure(new ApiError(500, 'Internal Server Error'));
  }

  #record(method: string, params: Params, outcome: Outcome, at: number, ms: number): void {
    const { log, context } = this.#options;
    const chatId = params.chat_id === undefined ? undefined : Number(params.chat_id);
    const call = log.add({
      at,
      method: spelling.get(method) ?? method,
      params: method === 'setwebhook' ? { url: '[hidden]' } : params,
      status: outcome.status,
      ms: Math.round(ms * 10) / 10,
      ...(chatId === undefined ? {} : { chatId }),
      ...(outcome.description === undefined ? {} : { description: outcome.description }),
    });
    if (context.store.watched) context.store.emit({ type: 'call', call });
  }

  /** A method call that came in the answer of the webhook. */
  async call(method: string, params: Params): Promise<unknown> {
    const name = method.toLowerCase();
    const run = methods.get(name);
    const at = this.#options.now().getTime();
    try {
      const result = await run?.(this.#options.context, params, NEVER);
      this.#record(name, params, { status: run ? 200 : 404, body: '' }, at, 0);
      return result;
    } catch (error) {
      this.#record(name, params, this.#refusal(error), at, 0);
      return undefined;
    }
  }

  #file(res: ServerResponse, rest: string): void {
    const slash = rest.indexOf('/');
    const stored = this.#options.context.store.files.byPath(decodeURIComponent(rest.slice(slash + 1)));
    if (slash < 0 || !this.#knows(rest.slice(0, slash)))
      write(res, failure(new ApiError(401, 'Unauthorized')));
    else if (!stored) write(res, failure(new ApiError(404, 'Not Found')));
    else {
      res.writeHead(200, { 'content-type': stored.mime, 'content-length': stored.bytes.length });
      res.end(stored.bytes);
    }
  }
}

const NEVER = new AbortController().signal;

function hungUp(res: ServerResponse): AbortSignal {
  const controller = new AbortController();
  res.once('close', () => controller.abort());
  return controller.signal;
}

function failure(error: ApiError): Outcome {
  const { code, message, parameters } = error;
  const envelope = {
    ok: false,
    error_code: code,
    description: message,
    ...(parameters ? { parameters } : {}),
  };
  return { status: code, body: JSON.stringify(envelope), description: message };
}

function write(res: ServerResponse, { status, body }: Outcome): void {
  if (res.destroyed) return;
  res.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  res.end(body);
}
