import type { FastifyInstance } from 'fastify';
import type { Authority, KeyKind } from '../authority/api.ts';
import { signXml } from '../authority/sign-xml.ts';
import { StepFailed } from './player.ts';

/** Whose key signs: a person as the state's base has them. */
export interface KeyOwner {
  readonly iin: string;
  readonly surname: string;
  readonly name: string;
  readonly patronymic?: string | undefined;
}

interface Answer {
  readonly state: string;
  readonly outcome: Readonly<Record<string, unknown>> | null;
}

/**
 * A browser with NCALayer and a key, without a window: opens a one-time link, takes the exact text, signs it and sends
 * it back, all over HTTP as the page does. Answers how the link stands then, and the signed text.
 */
export async function signOnPage(
  web: { readonly app: FastifyInstance; readonly publicUrl: string; readonly authority: Authority },
  link: string,
  owner: KeyOwner,
  kind: KeyKind,
): Promise<{ readonly view: Answer; readonly signed: string }> {
  const cookies = new Map<string, string>();
  const { host } = new URL(web.publicUrl);
  const call = async (method: 'GET' | 'POST', path: string, body?: object) => {
    const answer = await web.app.inject({
      method,
      url: `/sign/api/${path}`,
      headers: { origin: web.publicUrl, host, cookie: [...cookies].map((pair) => pair.join('=')).join('; ') },
      ...(body ? { payload: body } : {}),
    });
    if (answer.statusCode !== 200) throw new StepFailed(`the page answers ${answer.statusCode} to ${path}`);
    for (const { name, value } of answer.cookies) cookies.set(name, value);
    return answer.json();
  };
  const opened = await call('POST', 'open', { token: new URL(link).hash.slice(1) });
  const { id } = opened.view as { id: string };
  const { xml } = (await call('GET', `${id}/content`)) as { xml: string };
  const signed = signXml(xml, await web.authority.keyFor({ ...owner, kind }));
  const { view } = (await call('POST', `${id}/xml`, { xml: signed })) as { view: Answer };
  return { view, signed };
}
