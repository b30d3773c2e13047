import { NoAnswer } from './no-answer.ts';

export interface Exchange {
  readonly fetch: typeof fetch;
  readonly url: string;
  /** The request to post; left out, the address is read. */
  readonly body?: { readonly type: string; readonly bytes: Uint8Array };
  readonly timeoutMs: number;
  /** For how long nothing may come; as long as the whole unless told. */
  readonly stallMs?: number;
  readonly maxBytes: number;
}

async function readBounded(response: Response, maxBytes: number, onChunk: () => void): Promise<Uint8Array> {
  if (Number(response.headers.get('content-length') ?? 0) > maxBytes) throw new NoAnswer('too long');
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    const bytes: Uint8Array = chunk;
    onChunk();
    length += bytes.length;
    if (length > maxBytes) throw new NoAnswer('too long');
    chunks.push(bytes);
  }
  return Uint8Array.from(Buffer.concat(chunks, length));
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'failed';
  const { cause } = error;
  const inner = cause instanceof Error ? ` (${cause.message})` : '';
  return `${error.message}${inner}`;
}

/**
 * One HTTP exchange, body included, within the time: http or https, status 200, no redirects (the address is the one that
 * the authority signed), no more bytes than allowed. Throws NoAnswer.
 */
export async function exchange({
  fetch,
  url,
  body,
  timeoutMs,
  stallMs = timeoutMs,
  maxBytes,
}: Exchange): Promise<Uint8Array> {
  const protocol = URL.parse(url)?.protocol;
  if (protocol !== 'http:' && protocol !== 'https:') throw new NoAnswer('not a web address');
  const giveUp = new AbortController();
  const abort = () => giveUp.abort(new NoAnswer('no answer in time'));
  const timer = setTimeout(abort, timeoutMs);
  const stalled = setTimeout(abort, stallMs);
  const request: RequestInit = { redirect: 'error', signal: giveUp.signal };
  if (body) {
    request.method = 'POST';
    request.headers = { 'content-type': body.type };
    request.body = Uint8Array.from(body.bytes);
  }
  try {
    const response = await fetch(url, request);
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new NoAnswer(`status ${response.status}`);
    }
    return await readBounded(response, maxBytes, () => void stalled.refresh());
  } catch (error) {
    throw new NoAnswer(causeOf(error));
  } finally {
    clearTimeout(timer);
    clearTimeout(stalled);
  }
}
