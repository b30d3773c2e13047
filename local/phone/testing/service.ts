import { createServer } from 'node:http';

/** One call of the phone as a service sees it. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly language: string | undefined;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

export interface Script {
  /** What API №1 answers; undefined: 404. `document.uri` is filled in when it is missing. */
  first: Record<string, unknown> | undefined;
  /** What API №2 answers to GET. */
  second: Record<string, unknown>;
  /** What it answers to PUT. */
  reply: { status: number; body: unknown };
}

export interface Service {
  readonly url: string;
  /** The address of API №1. */
  readonly link: string;
  readonly calls: Call[];
  script: Script;
  close(): Promise<void>;
}

export const PDF = new TextEncoder().encode('%PDF-1.4\n% құжат\n%%EOF\n');
export const XML = '<login><url>http://localhost</url></login>';

export const pdfDocument = {
  signMethod: 'CMS_SIGN_ONLY',
  version: 1,
  documentsToSign: [
    {
      id: 1,
      nameRu: 'Заявление о выборе',
      nameKz: 'Таңдау туралы өтініш',
      nameEn: 'Statement',
      meta: [{ name: 'Өтініш нөмірі', value: 'TSL-2026-000123' }],
      document: { file: { mime: '@file/pdf', data: Buffer.from(PDF).toString('base64') } },
    },
  ],
};

export const xmlDocument = {
  signMethod: 'XML',
  documentsToSign: [{ id: 1, nameRu: 'Вход', nameKz: 'Кіру', nameEn: 'Login', meta: [], documentXml: XML }],
};

export const usualScript = (): Script => ({
  first: {
    description: 'Балабақша кезегі: таңдауға қол қою',
    expiry_date: '2026-11-23T11:00:00.00+0500',
    organisation: {
      nameRu: 'Отдел образования',
      nameKz: 'Білім бөлімі',
      nameEn: 'Education',
      bin: '123456789021',
    },
    document: { auth_type: 'Token', auth_token: 'secret' },
  },
  second: pdfDocument,
  reply: { status: 200, body: { success: true, backUrl: 'http://localhost:1/chat' } },
});

/** A service that answers as it is told and remembers what it was asked. */
export async function startService(): Promise<Service> {
  const calls: Call[] = [];
  const server = createServer(async (req, res) => {
    const parts: Buffer[] = [];
    for await (const part of req) parts.push(part);
    const text = Buffer.concat(parts).toString('utf8');
    const { method = '', url: path = '', headers } = req;
    const { authorization, 'accept-language': language } = headers;
    calls.push({ method, path, language, authorization, body: text === '' ? undefined : JSON.parse(text) });
    const [status, body] = answer(service, method, path);
    res.writeHead(status, {
      'content-type': 'application/json',
      ...(status === 302 ? { location: '/away' } : {}),
    });
    res.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  const service: Service = {
    url,
    link: `${url}/egov/token?mgovSign`,
    calls,
    script: usualScript(),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return service;
}

function answer({ script, url }: Service, method: string, path: string): [number, unknown] {
  if (path === '/moved') return [302, {}];
  if (path === '/egov/document/1')
    return method === 'PUT' ? [script.reply.status, script.reply.body] : [200, script.second];
  if (!script.first || !path.startsWith('/egov/token')) return [404, { message: 'Сілтеме табылмады.' }];
  const document = { uri: `${url}/egov/document/1`, ...(script.first.document as object) };
  return [200, { ...script.first, document }];
}
