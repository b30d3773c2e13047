import { setTimeout as wait } from 'node:timers/promises';

interface Person {
  readonly id: number;
  readonly language_code: string;
  readonly facts?: readonly { readonly value: string }[];
}

interface Message {
  readonly text?: string;
  readonly caption?: string;
  readonly document?: object;
  readonly reply_markup?: { readonly inline_keyboard: readonly (readonly { readonly text: string }[])[] };
}

const LOOK_MS = 50;
const PATIENCE_MS = 30_000;

/**
 * Everybody of the chat page logs in and looks at all of the menu, parents open their papers, and an hour passes: over
 * the JSON of the stand-in, as the page itself does. Resolves to the number of messages and taps.
 */
export async function useAll(chat: string): Promise<number> {
  const { people } = (await get(`${chat}/sim/state`)) as { people: Person[] };
  let done = 0;
  for (const person of people) {
    if (person.facts === undefined) continue;
    done += await useOne(chat, person);
  }
  await post(`${chat}/clock/hour`, {});
  return done;
}

interface Hand {
  readonly at: string;
  readonly ru: boolean;
  act(action: string, body: object): Promise<void>;
}

async function useOne(chat: string, person: Person): Promise<number> {
  const at = `${chat}/sim/people/${person.id}`;
  let done = 0;
  const act = async (action: string, body: object) => {
    await post(`${at}/${action}`, body);
    done += 1;
  };
  const hand = { at, ru: person.language_code === 'ru', act };
  await act('start', {});
  const first = await until('an answer', async () => (await labels(at)).at(0));
  if (first.includes('Қазақша')) await logIn(hand, person);
  for (const label of await menu(hand)) {
    await act('tap', { label, wait: 5_000 });
    await wait(LOOK_MS);
    await act('command', { command: 'menu' });
    await menu(hand);
  }
  return done;
}

/** What the menu offers, once it is there. */
function menu({ at, ru }: Hand): Promise<string[]> {
  return until('the menu', async () => {
    const shown = await labels(at);
    return shown.some((label) => label.includes(ru ? 'Настройки' : 'Баптаулар')) ? shown : undefined;
  });
}

async function logIn({ at, ru, act }: Hand, person: Person): Promise<void> {
  const tap = async (wanted: string) => {
    const label = await until(wanted, async () => (await labels(at)).find((one) => one.includes(wanted)));
    await act('tap', { label, wait: 5_000 });
  };
  const asked = (step: string) =>
    until(step, async () => (await texts(at)).find((text) => text.includes(step)));
  await tap(ru ? 'Русский' : 'Қазақша');
  await tap(ru ? 'Согласен' : 'Келісемін');
  const share = await until('the contact button', async () => {
    const { keyboard } = (await get(at)) as { keyboard?: { keyboard: { text: string }[][] } | null };
    return keyboard?.keyboard[0]?.[0]?.text;
  });
  await act('press', { label: share });
  await asked('2/4');
  await act('text', { text: person.facts?.[0]?.value ?? '' });
  await asked('3/4');
  await act('text', { text: await until('a code', () => code(at)) });
  const next = await until('the menu or the e-mail', async () =>
    (await texts(at)).find((text) => text.includes('4/4') || text.includes('🏠')),
  );
  if (next.includes('4/4')) await act('text', { text: `p${person.id}@mysal.example` });
}

async function messages(at: string): Promise<Message[]> {
  const { messages } = (await get(at)) as { messages: Message[] };
  return messages;
}

async function labels(at: string): Promise<string[]> {
  const newest = (await messages(at)).findLast((one) => one.reply_markup !== undefined);
  return newest?.reply_markup?.inline_keyboard.flat().map(({ text }) => text) ?? [];
}

async function texts(at: string): Promise<string[]> {
  return (await messages(at)).slice(-4).map(({ text, caption }) => text ?? caption ?? '');
}

async function code(at: string): Promise<string | undefined> {
  const items = (await get(`${at}/inbox`)) as { kind: string; text: string; at: string }[];
  const newest = items.filter(({ kind }) => kind === 'sms').sort((a, b) => (a.at < b.at ? 1 : -1));
  return newest.map(({ text }) => /\b\d{6}\b/.exec(text)?.[0]).find((found) => found !== undefined);
}

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const limit = performance.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > limit) throw new Error(`${what} did not come`);
    await wait(LOOK_MS);
  }
}

async function get(url: string): Promise<unknown> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return response.json();
}

async function post(url: string, body: object): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
}
