import { GrammyError, HttpError } from 'grammy';
import { describe, expect, it } from 'vitest';
import { ofSmtp } from './email.ts';
import { ChannelError, classify } from './failure.ts';

const api = (error_code: number, description: string, retry_after?: number) => {
  const parameters = retry_after === undefined ? {} : { retry_after };
  return new GrammyError('refused', { ok: false, error_code, description, parameters }, 'sendMessage', {});
};
const network = (code: string) => new HttpError('failed', Object.assign(new Error('x'), { code }));

describe('a failure of Telegram', () => {
  it.each([
    [api(429, 'Too Many Requests: retry after 7', 7), { kind: 'WAIT', ms: 7000 }],
    [api(403, 'Forbidden: bot was blocked by the user'), { kind: 'UNREACHABLE' }],
    [api(403, 'Forbidden: user is deactivated'), { kind: 'UNREACHABLE' }],
    [api(400, 'Bad Request: chat not found'), { kind: 'UNREACHABLE' }],
    [api(400, "Bad Request: can't parse entities: unsupported start tag"), { kind: 'BUG' }],
    [api(500, 'Internal Server Error'), { kind: 'RETRY' }],
    [api(502, 'Bad Gateway'), { kind: 'AMBIGUOUS' }],
    [api(401, 'Unauthorized'), { kind: 'RETRY' }],
    [network('ECONNREFUSED'), { kind: 'RETRY' }],
    [network('ENOTFOUND'), { kind: 'RETRY' }],
    [network('ECONNRESET'), { kind: 'AMBIGUOUS' }],
    [new HttpError('timed out', new Error('Request timed out')), { kind: 'AMBIGUOUS' }],
    [new TypeError('undefined is not a function'), { kind: 'BUG', error: 'TypeError' }],
    [new ChannelError({ kind: 'UNREACHABLE', error: 'sms' }), { kind: 'UNREACHABLE', error: 'sms' }],
  ])('%s', (error, expected) => {
    expect(classify(error)).toMatchObject(expected);
  });
});

describe('a failure of a mail server', () => {
  it.each([
    [{ responseCode: 550, code: 'EENVELOPE' }, 'UNREACHABLE'],
    [{ responseCode: 451, code: 'EENVELOPE' }, 'RETRY'],
    [{ responseCode: 535, code: 'EAUTH' }, 'RETRY'],
    [{ responseCode: 552, code: 'EMESSAGE' }, 'BUG'],
    [{ code: 'ECONNECTION', command: 'CONN' }, 'RETRY'],
    [{ code: 'ETIMEDOUT', command: 'CONN' }, 'RETRY'],
    [{ code: 'ETIMEDOUT', command: 'DATA' }, 'AMBIGUOUS'],
  ])('%o', (error, kind) => {
    expect(ofSmtp(error)).toMatchObject({ kind });
  });

  it('keeps nothing of the words of the server', () => {
    const told = ofSmtp({
      responseCode: 550,
      code: 'EENVELOPE',
      response: '550 <parent@example.invalid> unknown',
    });
    expect(JSON.stringify(told)).not.toContain('parent');
  });
});
