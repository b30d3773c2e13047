import { ApiError } from './errors.ts';
import { int } from './params.ts';
import type { Params } from './types.ts';

/** A failure ordered in advance. It strikes calls that fit, `times` times, then is gone. */
export interface Fault {
  /** Bot API method, or '*' for any but getUpdates. */
  method: string;
  /** Only calls whose arguments, as JSON, contain this. */
  contains?: string;
  chatId?: number;
  /** Error code of mode 'error'. Default 500. */
  code?: number;
  description?: string;
  /** Seconds, for code 429. */
  retry_after?: number;
  /** Default 1. */
  times?: number;
  /**
   * 'error' answers the error, nothing is done; 'hang' never answers, nothing is done; 'drop-before' cuts the connection,
   * nothing is done; 'drop-after' does what was asked and cuts the connection: the caller cannot know. Default 'error'.
   */
  mode?: 'error' | 'hang' | 'drop-after' | 'drop-before';
}

export interface LiveFault extends Required<Pick<Fault, 'method' | 'times' | 'mode'>>, Fault {
  id: number;
  /** How often it has struck. */
  struck: number;
  times: number;
  mode: NonNullable<Fault['mode']>;
}

const DESCRIPTIONS: Record<number, string> = {
  400: 'Bad Request: scripted fault',
  403: 'Forbidden: bot was blocked by the user',
  429: 'Too Many Requests: retry after',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
};

export class Faults {
  #list: LiveFault[] = [];
  #id = 0;

  add(fault: Fault): LiveFault {
    const live = { times: 1, mode: 'error' as const, ...fault, id: ++this.#id, struck: 0 };
    this.#list.push(live);
    return live;
  }

  list(): LiveFault[] {
    return [...this.#list];
  }

  clear(): void {
    this.#list = [];
  }

  /** The fault that strikes this call, counted; undefined for nearly every call. */
  strike(method: string, params: Params): LiveFault | undefined {
    if (this.#list.length === 0) return undefined;
    const fault = this.#list.find((candidate) => fits(candidate, method, params));
    if (!fault) return undefined;
    fault.struck++;
    if (fault.struck >= fault.times) this.#list = this.#list.filter((other) => other !== fault);
    return fault;
  }
}

function fits(fault: Fault, method: string, params: Params): boolean {
  const wanted = fault.method.toLowerCase();
  if (wanted === '*' ? method === 'getupdates' : wanted !== method) return false;
  if (fault.chatId !== undefined && int(params, 'chat_id') !== fault.chatId) return false;
  return fault.contains === undefined || JSON.stringify(params).includes(fault.contains);
}

/** The answer of a fault of mode 'error'. */
export function faultError(fault: Fault): ApiError {
  const code = fault.code ?? 500;
  const retry = code === 429 ? (fault.retry_after ?? 1) : fault.retry_after;
  const usual = code === 429 ? `Too Many Requests: retry after ${retry}` : DESCRIPTIONS[code];
  return new ApiError(code, fault.description ?? usual ?? 'Internal Server Error', retry);
}
