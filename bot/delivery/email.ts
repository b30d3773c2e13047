import { createTransport } from 'nodemailer';
import { ChannelError, type Failure, ofConnection } from './failure.ts';

export interface Mail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** The way of e-mails. Resolves with the id the server gave; rejects with `ChannelError`. */
export interface MailChannel {
  send(to: string, mail: Mail): Promise<string>;
  close(): void;
}

export interface SmtpOptions {
  /** smtp(s)://user:password@host:port */
  readonly url: string;
  readonly from: string;
}

export function createSmtp({ url, from }: SmtpOptions): MailChannel {
  const timeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 };
  const transport = createTransport({ url, pool: true, maxConnections: 3, ...timeouts });
  return {
    send: async (to, mail) => {
      try {
        // Answers of a mailbox's owner who is away are no business of a machine.
        const sent = await transport.sendMail({
          from,
          to,
          ...mail,
          headers: { 'Auto-Submitted': 'auto-generated' },
        });
        return sent.messageId;
      } catch (error) {
        throw new ChannelError(ofSmtp(error));
      }
    },
    close: () => transport.close(),
  };
}

/** The words of a server may repeat the address, so only its numbers are kept. */
export function ofSmtp(error: unknown): Failure {
  const { responseCode, code, command } = (error ?? {}) as Record<string, unknown>;
  if (typeof responseCode === 'number' && responseCode >= 400) {
    const told = `smtp ${responseCode}`;
    if (responseCode < 500 || code === 'EAUTH') return { kind: 'RETRY', error: told };
    return { kind: code === 'EENVELOPE' || responseCode === 550 ? 'UNREACHABLE' : 'BUG', error: told };
  }
  if (code === 'EENVELOPE') return { kind: 'UNREACHABLE', error: 'smtp no recipient' };
  // Before the letter itself was handed over nothing can have arrived.
  const before = command !== 'DATA' && (code === 'ECONNECTION' || code === 'EAUTH' || command === 'CONN');
  return before ? { kind: 'RETRY', error: `smtp ${String(code)}` } : ofConnection(error, 'smtp');
}
