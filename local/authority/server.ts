import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AnswerFault, Authority, OcspFault, StampFault } from './api.ts';

/** What the services of the authority do wrong; may be changed at any time. */
export interface Faults {
  ocsp?: OcspFault | 'down' | 'hang' | 'garbage' | undefined;
  crl?: AnswerFault | 'down' | 'hang' | 'garbage' | undefined;
  tsp?: StampFault | 'down' | 'hang' | 'garbage' | undefined;
}

/** Answers `POST /authority/ocsp`, `GET /authority/<name>.crl`, `POST /authority/tsp`; false for any other address. */
export async function serveAuthority(
  _authority: Authority,
  _req: IncomingMessage,
  _res: ServerResponse,
  _faults?: Faults,
): Promise<boolean> {
  throw new Error('not built yet');
}

/** The same services as a `fetch`, without a socket: for whoever asks inside one process. */
export function authorityFetch(_authority: Authority, _faults?: Faults): typeof fetch {
  throw new Error('not built yet');
}
