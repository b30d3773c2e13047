import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The barest Bot API there can be: it answers every call at once and tells who was written to. */
export interface Stub {
  readonly apiRoot: string;
  /** Called for every call that has a chat or answers a tap; `chat` is the chat's or the tap's id as text. */
  onCall: (method: string, chat: string, text: string) => void;
  close(): Promise<void>;
}

const ME = JSON.stringify({
  ok: true,
  result: {
    id: 7000000001,
    is_bot: true,
    first_name: 'Bench',
    username: 'bench_bot',
    can_join_groups: false,
  },
});
const TRUE = '{"ok":true,"result":true}';

export async function startStub(): Promise<Stub> {
  const stub: { onCall: Stub['onCall'] } = { onCall: () => undefined };
  let messageId = 1_000;
  const server = createServer((req, res) => {
    const method = req.url?.slice(req.url.lastIndexOf('/') + 1) ?? '';
    let body = '';
    req.setEncoding('utf8');
    req.on('data', (part: string) => {
      body += part;
    });
    req.on('end', () => {
      const call = body === '' ? {} : JSON.parse(body);
      const chat = String(call.chat_id ?? call.callback_query_id ?? '');
      res.writeHead(200, { 'content-type': 'application/json' });
      if (method === 'getMe') res.end(ME);
      else if (method === 'sendMessage' || method === 'editMessageText') {
        const id = call.message_id ?? messageId++;
        const result = {
          message_id: id,
          date: 1_790_000_000,
          chat: { id: Number(chat), type: 'private' },
          text: '',
        };
        res.end(JSON.stringify({ ok: true, result }));
      } else res.end(TRUE);
      if (chat !== '') stub.onCall(method, chat, call.text ?? '');
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(stub, {
    apiRoot: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
