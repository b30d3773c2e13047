import type { FastifyInstance } from 'fastify';
import type { Authority, KeyKind } from '../authority/api.ts';
import { signXml } from '../authority/sign-xml.ts';
import { StepFailed } from './failed.ts';

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

/** The program's pages, and the authority whose keys they trust. */
interface Web {
  readonly app: FastifyInstance;
  readonly publicUrl: string;
  readonly authority: Authority;
}

/** A browser that keeps its cookies. Throws StepFailed when the page says no. */
function browser({ app, publicUrl }: Web) {
  const cookies = new Map<string, string>();
  const { host } = new URL(publicUrl);
  return async (method: 'GET' | 'POST', path: string, body?: object) => {
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
    const answer = await app.inject({
      method,
      url: `/sign/api/${path}`,
      headers: { origin: publicUrl, host, cookie },
      ...(body ? { payload: body } : {}),
    });
    if (answer.statusCode !== 200) throw new StepFailed(`the page answers ${answer.statusCode} to ${path}`);
    for (const { name, value } of answer.cookies) cookies.set(name, value);
    return answer;
  };
}

/** Opens a one-time link to files and takes all of them. */
export async function downloadOnPage(
  web: Web,
  link: string,
): Promise<{ readonly name: string; readonly bytes: Buffer }[]> {
  const call = browser(web);
  const { view } = (await call('POST', 'open', { token: new URL(link).hash.slice(1) })).json();
  const { id, files } = view as { id: string; files: readonly { readonly name: string }[] };
  return Promise.all(
    files.map(async ({ name }) => ({ name, bytes: (await call('GET', `${id}/files/${name}`)).rawPayload })),
  );
}

/**
 * A browser with NCALayer and a key, without a window: opens a one-time link, takes the exact text, signs it and sends
 * it back, all over HTTP as the page does. Answers how the link stands then, and the signed text.
 */
export async function signOnPage(
  web: Web,
  link: string,
  owner: KeyOwner,
  kind: KeyKind,
): Promise<{ readonly view: Answer; readonly signed: string }> {
  const call = browser(web);
  const opened = (await call('POST', 'open', { token: new URL(link).hash.slice(1) })).json();
  const { id } = opened.view as { id: string };
  const { xml } = (await call('GET', `${id}/content`)).json() as { xml: string };
  const signed = signXml(xml, await web.authority.keyFor({ ...owner, kind }));
  const { view } = (await call('POST', `${id}/xml`, { xml: signed })).json() as { view: Answer };
  return { view, signed };
}
