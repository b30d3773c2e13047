import { setTimeout as wait } from 'node:timers/promises';
import type { SmsGateway } from './core.ts';
import { ChannelError, type Failure, ofConnection } from './failure.ts';

export interface MobizonOptions {
  /** `https://api.mobizon.kz`, or another server with its protocol. */
  readonly url: string;
  /** Goes in the body and never in the address, so that no log of a proxy has it. */
  readonly token: string;
  /** The registered name that people see. */
  readonly sender: string;
  readonly timeoutMs?: number;
}

/** Minutes in which the operator goes on trying when a phone is off: the longest that Mobizon takes. */
const VALIDITY = 1440;

/**
 * The gateway of mobizon.kz: `POST /service/message/sendSmsMessage`, form fields, answer `{code, data, message}`
 * (https://mobizon.kz/help/api-docs/message and its table of codes).
 */
export function createMobizon({ url, token, sender, timeoutMs = 15_000 }: MobizonOptions): SmsGateway {
  const address = `${url.replace(/\/+$/, '')}/service/message/sendSmsMessage?output=json&api=v1`;
  return {
    send: async (phone, text) => {
      const recipient = phone.replace(/^\+/, '');
      const body = new URLSearchParams({
        apiKey: token,
        recipient,
        text,
        from: sender,
        'params[validity]': String(VALIDITY),
      });
      const response = await post(address, body, timeoutMs);
      if (!response.ok) throw new ChannelError(ofStatus(response));
      const answer = await readAnswer(response);
      if (answer.code === 0 && answer.messageId !== undefined) return answer.messageId;
      throw new ChannelError(ofCode(answer));
    },
  };
}

async function post(address: string, body: URLSearchParams, timeoutMs: number): Promise<Response> {
  try {
    return await fetch(address, {
      method: 'POST',
      body,
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'error',
    });
  } catch (error) {
    throw new ChannelError(ofConnection(error, 'sms'));
  }
}

interface Answer {
  readonly code: number;
  readonly messageId: string | undefined;
  /** Names of the fields that were refused; their values are personal. */
  readonly refused: readonly string[];
}

async function readAnswer(response: Response): Promise<Answer> {
  try {
    const { code, data } = (await response.json()) as { code?: unknown; data?: unknown };
    const fields = typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {};
    const id = fields.messageId;
    const messageId = typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
    return { code: Number(code ?? Number.NaN), messageId, refused: Object.keys(fields) };
  } catch {
    throw new ChannelError({ kind: 'AMBIGUOUS', error: 'sms answer unreadable' });
  }
}

function ofStatus({ status, headers }: Response): Failure {
  const error = `sms http ${status}`;
  if (status === 429)
    return { kind: 'WAIT', ms: Math.max(1, Number(headers.get('retry-after')) || 5) * 1000, error };
  if (status === 502 || status === 504) return { kind: 'AMBIGUOUS', error };
  return { kind: status >= 500 || status === 401 || status === 403 ? 'RETRY' : 'BUG', error };
}

/** 1, 12: a field is wrong · 30: too often · 8, 9, 13, 14: key or account · 3, 10, 15, 999: the service itself. */
function ofCode({ code, refused }: Answer): Failure {
  const error = `sms code ${code}`;
  if (code === 30) return { kind: 'WAIT', ms: 5000, error };
  if (code === 1 || code === 12)
    return { kind: refused.includes('recipient') ? 'UNREACHABLE' : 'BUG', error };
  if ([4, 5, 6, 11].includes(code)) return { kind: 'BUG', error };
  if (code === 0 || Number.isNaN(code)) return { kind: 'AMBIGUOUS', error };
  return { kind: 'RETRY', error };
}

/** For one-time codes, which a person waits for: one more try when it was surely not handed over. */
export function withOneRetry(gateway: SmsGateway, afterMs = 700): SmsGateway {
  return {
    send: async (phone, text) => {
      try {
        return await gateway.send(phone, text);
      } catch (error) {
        if (!(error instanceof ChannelError) || error.failure.kind !== 'RETRY') throw error;
        await wait(afterMs);
        return gateway.send(phone, text);
      }
    },
  };
}
