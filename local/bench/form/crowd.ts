import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Parent } from './families.ts';
import type { Papers } from './papers.ts';
import { type Deed, paperContent, type Step, script } from './script.ts';
import type { FormStub, Shown } from './stub.ts';

/** How a person takes the time between an answer and what is done next, in milliseconds, evenly spread. */
export interface Pace {
  /** The first parent begins at once, the last one so much later. */
  readonly arriving: number;
  readonly thinking: readonly [number, number];
  readonly lookingForPaper: readonly [number, number];
}

export const NO_PAUSE: Pace = { arriving: 0, thinking: [0, 0], lookingForPaper: [0, 0] };

export interface Crowd {
  readonly url: string;
  readonly secret: string;
  readonly stub: FormStub;
  readonly papers: Papers;
  readonly parents: readonly Parent[];
  readonly pace: Pace;
  /** False for the baseline, which answers everything alike: whatever it says is taken for the answer. */
  readonly understands: boolean;
}

export interface Answered {
  /** The step by its place in the form and what it was. */
  readonly step: string;
  readonly paper: boolean;
  /** From the sending of the update to the message that answers it. */
  readonly ms: number;
}

export interface Filled {
  readonly answers: readonly Answered[];
  readonly updates: readonly number[];
  /** Updates that were sent a second time, as Telegram does when the answer to it was lost. */
  readonly repeated: number;
  readonly finished: number;
  readonly inFormAtOnce: number;
  readonly seconds: number;
  /** What went wrong with those who did not finish. */
  readonly complaints: readonly string[];
}

/** Telegram's own default for a webhook. */
const CONNECTIONS = 40;
const PATIENCE_MS = 60_000;
const REPEAT_EVERY = 25;
const OLD_MESSAGE = 77;

interface Waiting {
  readonly sees: string;
  readonly since: number;
  readonly found: (ms: number) => void;
}

/** One chat: what the bot shows in it, and what its parent waits for. */
interface ChatState {
  readonly shown: Map<number, Shown>;
  waiting: Waiting[];
}

let lastUpdate = 2_000_000;

/** Lets all parents fill in the form; ends when the last of them has, or has given up. */
export async function fillIn(crowd: Crowd): Promise<Filled> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const chats = new Map<number, ChatState>();
  const answers: Answered[] = [];
  const updates: number[] = [];
  const complaints: string[] = [];
  let repeated = 0;
  let inForm = 0;
  let inFormAtOnce = 0;
  crowd.stub.onShown = (shown) => show(chats.get(shown.chat), shown);

  const send = async (content: (id: number) => object): Promise<void> => {
    lastUpdate += 1;
    const id = lastUpdate;
    updates.push(id);
    await post(crowd, agent, { update_id: id, ...content(id) });
    if (!crowd.understands || id % REPEAT_EVERY !== 0) return;
    repeated += 1;
    await post(crowd, agent, { update_id: id, ...content(id) });
  };

  const take = async (parent: Parent, state: ChatState, { deed, sees }: Step, at: number): Promise<void> => {
    const what = `${at + 1} ${deed.kind === 'tap' ? deed.label : deed.kind}`;
    const contents = contentsOf(crowd, parent, state, deed);
    const since = performance.now();
    const seen = contents.map((_, n) => answer(crowd, state, sees[n] ?? '', since, what));
    const [times] = await Promise.all([Promise.all(seen), ...contents.map(send)]);
    answers.push(...times.map((ms) => ({ step: what, paper: deed.kind === 'papers', ms })));
  };

  const fill = async (parent: Parent): Promise<boolean> => {
    const state: ChatState = { shown: new Map(), waiting: [] };
    chats.set(parent.chat, state);
    await wait(Math.random() * crowd.pace.arriving);
    inForm += 1;
    inFormAtOnce = Math.max(inFormAtOnce, inForm);
    try {
      for (const [at, step] of script(parent, crowd.papers).entries()) {
        if (at > 0) await wait(pauseBefore(step.deed, crowd.pace));
        await take(parent, state, step, at);
      }
      return true;
    } catch (error) {
      complaints.push(`parent ${parent.n}: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    } finally {
      inForm -= 1;
      chats.delete(parent.chat);
    }
  };

  const begun = performance.now();
  const ends = await Promise.all(crowd.parents.map(fill));
  const seconds = (performance.now() - begun) / 1000;
  agent.destroy();
  crowd.stub.onShown = () => undefined;
  const finished = ends.filter(Boolean).length;
  return { answers, updates, repeated, finished, inFormAtOnce, seconds, complaints };
}

function pauseBefore(deed: Deed, { thinking, lookingForPaper }: Pace): number {
  const looking = deed.kind === 'papers' && deed.waits !== undefined;
  const [from, to] = looking ? lookingForPaper : thinking;
  return from + Math.random() * (to - from);
}

function show(state: ChatState | undefined, shown: Shown): void {
  if (state === undefined) return;
  state.shown.set(shown.messageId, shown);
  const now = performance.now();
  const says = (words: string) =>
    shown.text.includes(words) || [...shown.buttons.keys()].some((label) => label.includes(words));
  const at = state.waiting.findIndex(({ sees }) => says(sees));
  const [found] = at < 0 ? [] : state.waiting.splice(at, 1);
  found?.found(now - found.since);
}

function answer(crowd: Crowd, state: ChatState, sees: string, since: number, what: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      const last = [...state.shown.values()].at(-1);
      reject(new Error(`after «${what}» no «${sees}» came, but «${firstWords(last)}»`));
    }, PATIENCE_MS);
    const found = (ms: number) => {
      clearTimeout(timer);
      resolve(ms);
    };
    state.waiting.push({ sees: crowd.understands ? sees : '', since, found });
  });
}

/** The updates of a deed, each made when its number is known. */
function contentsOf(crowd: Crowd, parent: Parent, state: ChatState, deed: Deed): ((id: number) => object)[] {
  const chat = { id: parent.chat, type: 'private', first_name: 'Айгүл' };
  const from = { id: parent.chat, is_bot: false, first_name: 'Айгүл', language_code: 'kk' };
  const message = (content: object) => (id: number) => ({
    message: { message_id: id, date: 1_790_000_000, chat, from, ...content },
  });
  if (deed.kind === 'tap') {
    const { messageId, data } = crowd.understands ? buttonOf(state, deed.label) : BLIND;
    const on = { message_id: messageId, date: 1_790_000_000, chat, text: '…' };
    return [(id) => ({ callback_query: { id: String(id), from, chat_instance: '1', data, message: on } })];
  }
  if (deed.kind === 'papers') {
    const album = deed.numbers.length > 1 ? `album${parent.n}` : undefined;
    return deed.numbers.map((paper) => message(paperContent(crowd.papers, parent.n, paper, album)));
  }
  if (deed.kind === 'location') return [message({ location: { latitude: 53.283, longitude: 69.4 } })];
  const text = deed.kind === 'code' ? (crowd.stub.code(parent.phone) ?? '000000') : deed.text;
  const command = { entities: [{ type: 'bot_command', offset: 0, length: text.length }] };
  return [message({ text, ...(text.startsWith('/') ? command : {}) })];
}

function firstWords(shown: Shown | undefined): string {
  return shown?.text.replaceAll(/\s+/g, ' ').slice(0, 160) ?? '';
}

const BLIND = { messageId: OLD_MESSAGE, data: 'ok' };

/** The newest button with this on it. */
function buttonOf({ shown }: ChatState, label: string): { messageId: number; data: string } {
  const messages = [...shown.values()].sort((a, b) => b.messageId - a.messageId);
  for (const { messageId, buttons } of messages) {
    const found = [...buttons].find(([text]) => text.includes(label));
    if (found !== undefined) return { messageId, data: found[1] };
  }
  throw new Error(`there is no button «${label}» under «${firstWords(messages[0])}»`);
}

/** Until it is accepted, as Telegram does: after a 503 once more when it was told to. */
async function post(crowd: Crowd, agent: Agent, update: object): Promise<void> {
  for (;;) {
    const { status, retryAfter } = await postOnce(crowd, agent, JSON.stringify(update));
    if (status === 200) return;
    if (status !== 503) throw new Error(`the webhook answered ${status}`);
    await wait(retryAfter * 1000);
  }
}

function postOnce(
  { url, secret }: Crowd,
  agent: Agent,
  body: string,
): Promise<{ status: number; retryAfter: number }> {
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'x-telegram-bot-api-secret-token': secret,
  };
  return new Promise((resolve, reject) => {
    const req = request(`${url}/telegram`, { method: 'POST', agent, headers }, (res) => {
      res.resume();
      const retryAfter = Number(res.headers['retry-after'] ?? 1);
      res.on('end', () => resolve({ status: res.statusCode ?? 0, retryAfter }));
    });
    req.on('error', reject);
    req.end(body);
  });
}
