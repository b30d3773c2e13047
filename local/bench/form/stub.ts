import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Papers } from './papers.ts';

/** A message of the bot as a chat shows it now. */
export interface Shown {
  readonly chat: number;
  readonly messageId: number;
  /** Without its tags. */
  readonly text: string;
  /** What a tap on it says, by what stands on the button. */
  readonly buttons: ReadonlyMap<string, string>;
}

/** The barest Bot API there can be, which hands out files too, and beside it the gateway that SMS go to. */
export interface FormStub {
  readonly apiRoot: string;
  readonly smsUrl: string;
  /** Called for every message that is sent or changed. */
  onShown: (shown: Shown) => void;
  /** The code of the last SMS to this number. */
  code(phone: string): string | undefined;
  close(): Promise<void>;
}

interface Call {
  readonly chat_id?: number | string;
  readonly message_id?: number;
  readonly text?: string;
  readonly file_id?: string;
  readonly reply_markup?: {
    readonly inline_keyboard?: readonly (readonly { text: string; callback_data?: string }[])[];
  };
}

const ME = { id: 7000000001, is_bot: true, first_name: 'Bench', username: 'bench_bot' };
const SENDS = new Set(['sendMessage', 'sendDocument', 'sendPhoto', 'editMessageText']);

/** The name of a file by which the stub finds it: `parent-paper`. */
export function fileId(parent: number, n: number): string {
  return `${parent}-${n}`;
}

export async function startFormStub(papers: Papers): Promise<FormStub> {
  const stub: { onShown: FormStub['onShown'] } = { onShown: () => undefined };
  const codes = new Map<string, string>();
  let messageId = 1_000;
  const answer = (method: string, call: Call): unknown => {
    if (method === 'getMe') return ME;
    if (method === 'getFile')
      return { file_id: call.file_id, file_unique_id: call.file_id, file_path: call.file_id };
    if (!SENDS.has(method)) return true;
    const shown = shownBy(call, call.message_id ?? messageId++);
    // After the bot has its answer, as a phone shows it.
    setImmediate(() => stub.onShown(shown));
    return {
      message_id: shown.messageId,
      date: 1_790_000_000,
      chat: { id: shown.chat, type: 'private' },
      text: '',
    };
  };
  const server = createServer(async (req, res) => {
    const url = req.url ?? '';
    if (url.startsWith('/file/')) return sendFile(papers, url, res);
    const body = await whole(req);
    res.setHeader('content-type', 'application/json');
    if (url.startsWith('/service/')) {
      const sms = new URLSearchParams(body);
      codes.set(`+${sms.get('recipient')}`, /\d{6}/.exec(sms.get('text') ?? '')?.[0] ?? '');
      return res.end('{"code":0,"data":{"messageId":"1"}}');
    }
    const result = answer(url.slice(url.lastIndexOf('/') + 1), callOf(req, body));
    res.end(JSON.stringify({ ok: true, result }));
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(stub, {
    apiRoot: root,
    smsUrl: root,
    code: (phone: string) => codes.get(phone),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

function shownBy({ chat_id, text = '', reply_markup }: Call, messageId: number): Shown {
  const buttons = (reply_markup?.inline_keyboard ?? []).flat();
  return {
    chat: Number(chat_id),
    messageId,
    text: text.replaceAll(/<[^>]+>/g, ''),
    buttons: new Map(buttons.map((button) => [button.text, button.callback_data ?? ''])),
  };
}

/** A call with a file is a form of several parts, of which only the chat is of interest. */
function callOf(req: IncomingMessage, body: string): Call {
  if (body === '') return {};
  if (req.headers['content-type']?.startsWith('multipart/') !== true) return JSON.parse(body) as Call;
  return { chat_id: /name="chat_id"\r\n\r\n(\d+)/.exec(body)?.[1] ?? '' };
}

function sendFile(papers: Papers, url: string, res: ServerResponse): void {
  const [parent, n] = url.slice(url.lastIndexOf('/') + 1).split('-');
  const { bytes, pieces } = papers(Number(parent), Number(n));
  res.writeHead(200, { 'content-length': bytes });
  for (const piece of pieces) res.write(piece);
  res.end();
}

async function whole(req: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of req) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}
