import type { FastifyInstance } from 'fastify';
import { fixedClock } from '../../core/index.ts';
import { createWebServer } from '../server.ts';
import { mountSigning } from '../sign-routes.ts';
import type { SignSettings } from '../sign-settings.ts';
import { testSignPages } from './sign-pages.ts';
import { testVerifier } from './verifier.ts';

export const PUBLIC_URL = 'https://kezek.example';
export const BOT_URL = 'https://t.me/kezek_test_bot';

/** A web server with the signing pages over the doubles of core and of the verifier. It does not listen yet. */
export async function signStage(
  settings: Partial<SignSettings> = {},
  now: string | Date = '2026-11-23T05:00:00Z',
) {
  const clock = fixedClock(now);
  const pages = testSignPages(clock);
  const verifier = testVerifier();
  const logged: string[] = [];
  const log = (fields: unknown, message?: string) => void logged.push(`${message} ${JSON.stringify(fields)}`);
  const app = await createWebServer({
    health: async () => ({ status: 'ok' }),
    onError: (error) => void logged.push(`server error: ${error}`),
  });
  mountSigning(app, {
    core: { signPages: pages },
    verifier,
    clock,
    log: { info: log, warn: log, error: log },
    settings: {
      publicUrl: PUBLIC_URL,
      organisation: {
        nameKk: 'Білім бөлімі',
        nameRu: 'Отдел образования',
        nameEn: 'Education',
        bin: '123456789021',
      },
      botUrl: BOT_URL,
      ...settings,
    },
  });
  return { app, clock, pages, verifier, logged };
}

export type SignStage = Awaited<ReturnType<typeof signStage>>;

/** A browser: keeps its cookies, says where it comes from. */
export function browser(app: FastifyInstance) {
  const cookies = new Map<string, string>();
  const call = async (method: 'GET' | 'POST', url: string, payload?: object) => {
    const answer = await app.inject({
      method,
      url,
      ...(payload ? { payload } : {}),
      cookies: Object.fromEntries(cookies),
      headers: { 'sec-fetch-site': 'same-origin', origin: PUBLIC_URL },
    });
    for (const { name, value } of answer.cookies) cookies.set(name, value);
    return answer;
  };
  return {
    cookies,
    get: (url: string) => call('GET', url),
    post: (url: string, payload: object) => call('POST', url, payload),
    open: (token: string) => call('POST', '/sign/api/open', { token }),
  };
}
