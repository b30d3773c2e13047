/** Why NCALayer gave no signature. Each has its own sentence on the page: `signPage.problem.<word>`. */
export type NcaProblem =
  /** Another request is in flight. */
  | 'busy'
  /** The socket could not be opened: not installed, not running, or the browser did not allow it. */
  | 'unreachable'
  /** Nothing answered in time while connecting. */
  | 'slow'
  /** Whoever answers on the port does not greet as NCALayer does. */
  | 'foreign'
  /** The socket closed in the middle. */
  | 'closed'
  /** No answer in time after the request. */
  | 'timeout'
  /** The person pressed «Cancel» in NCALayer. */
  | 'cancelled'
  /** The page gave up waiting. */
  | 'stopped'
  /** NCALayer says it failed; `detail` is its own message. */
  | 'failed'
  /** An answer that is not one signed document. */
  | 'unreadable'
  /** Neither module can sign XML. */
  | 'noModule';

export class NcaError extends Error {
  constructor(problem: NcaProblem, detail?: string | null);
  readonly problem: NcaProblem;
  /** NCALayer's own words, in whatever language. */
  readonly detail: string | null;
}

export interface NcaSettings {
  /** `wss://127.0.0.1:13579` */
  readonly url: string;
  /** Until the greeting. 10 s unless told. */
  readonly connectMs?: number;
  /** From the request to its answer: a person looks for a key and types a password. Three minutes unless told. */
  readonly signMs?: number;
}

export interface NcaRequest {
  readonly xml: string;
  /** SIGN: a signing key of an individual; LOGIN: any key of an individual. */
  readonly use: 'SIGN' | 'LOGIN';
  /** The language of NCALayer's window. */
  readonly locale: 'kk' | 'ru';
  /** Longer where the person first has to answer the browser. */
  readonly connectMs?: number;
  /** The window of NCALayer is open from here on. */
  readonly onAsked?: () => void;
}

export interface NcaLayer {
  readonly busy: boolean;
  /** The signed XML. One request at a time, each over a socket of its own. @throws NcaError */
  sign(request: NcaRequest): Promise<string>;
  /** Gives up waiting: a pending `sign` throws NcaError('stopped'). */
  stop(): void;
}

export function createNcaLayer(settings: NcaSettings): NcaLayer;

/** What an answer's `result` holds, in whatever shape a version gives it (EDS.md §1.2); without armour and empty ones. */
export function signaturesOf(result: unknown): readonly string[];
