import { texts } from '../../locales/index.ts';
import type { Language } from '../act.ts';
import type { Db } from '../db/db.ts';
import type { Log, SmsGateway } from '../ports.ts';
import { Refusal } from '../refusal.ts';
import type { CodeSent } from './api.ts';
import { CODE_RULES, type IssuedCode, UNSENT } from './codes.ts';

export interface SmsDeps {
  readonly db: Db;
  readonly log: Log;
  readonly ports: { readonly sms: SmsGateway };
}

/**
 * Sends a code whose row is committed: no transaction and no connection is held meanwhile. If the gateway does not take
 * it, the code is made void and does not count as one of the hour. Refusal: code.notSent.
 */
export async function sendCode(
  { db, log, ports }: SmsDeps,
  text: 'sms.loginCode' | 'sms.signCode',
  language: Language | null,
  issued: IssuedCode,
): Promise<CodeSent> {
  const minutes = CODE_RULES.livesMs / 60_000;
  try {
    await ports.sms.send(issued.phone, texts(language).plain(text, { code: issued.digits, minutes }));
    return issued.sent;
  } catch (error) {
    await db.rows(UNSENT, [issued.id]);
    log.error({ codeId: issued.id, error: nameOf(error) }, 'the SMS gateway did not take a one-time code');
    throw new Refusal('code.notSent');
  }
}

/** What failed, without what a gateway may quote: its message can hold the phone. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}
