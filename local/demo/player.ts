import { setTimeout as wait } from 'node:timers/promises';
import type { TextKey, TextLanguage } from '../../locales/index.ts';
import type { TgFile, TgLocation, TgMessage } from '../telegram/types.ts';
import { StepFailed } from './failed.ts';
import type { Journal } from './journal.ts';
import type { DemoProgram } from './program.ts';
import { wordsOf } from './words.ts';

/** A file that the bot sent, and the message it stands in. */
export interface Taken {
  readonly file: TgFile;
  readonly bytes: Buffer;
  readonly messageId: number;
}

const PATIENCE_MS = 15_000;
const LOOK_MS = 15;

/** What a person has around: the chat, the SMS, and the people one knows. */
type Around = Pick<DemoProgram, 'people' | 'sim'> & {
  readonly telegram: Pick<DemoProgram['telegram'], 'url'>;
  readonly outbox: Pick<DemoProgram['outbox'], 'items'>;
};

/** One person at the phone: does what a person can do and looks whether the bot answered as it must. */
export class Player {
  readonly id: number;
  readonly language: TextLanguage;
  readonly phone: string;
  readonly #program: Around;
  readonly #journal: Pick<Journal, 'did'>;
  readonly #counted: (step: string) => void;

  constructor(
    program: Around,
    journal: Pick<Journal, 'did'>,
    who: { firstName: string; language: TextLanguage },
    counted: (step: string) => void,
  ) {
    const person = program.people.find(({ first_name }) => first_name === who.firstName);
    if (person?.id === undefined) throw new Error(`nobody is called ${who.firstName}`);
    this.id = person.id;
    this.phone = person.phone ?? '';
    this.language = who.language;
    this.#program = program;
    this.#journal = journal;
    this.#counted = counted;
  }

  /** What the card over the chat tells at this place; 0 is the own IIN. */
  fact(index: number): string {
    return this.#program.people.find(({ id }) => id === this.id)?.facts?.[index]?.value ?? '';
  }

  /** Who one is, as the card says: of a head, the kindergarten after the comma. */
  get role(): { readonly kk: string; readonly ru: string } {
    const { role = '' } = this.#program.people.find(({ id }) => id === this.id) ?? {};
    return typeof role === 'string' ? { kk: role, ru: role } : role;
  }

  words(key: TextKey): string {
    return wordsOf(this.language, key);
  }

  command(command: string): void {
    this.#journal.did(this.id, `/${command}`);
    this.#program.sim.command(this.id, command);
  }

  /** Types; `shown` is what the journal repeats of it. */
  type(text: string, shown = text): void {
    this.#journal.did(this.id, shown);
    this.#program.sim.text(this.id, text);
  }

  async shareContact(): Promise<void> {
    const label = await this.#until('the contact button', () => this.#program.sim.keyboard(this.id)[0]?.text);
    this.#journal.did(this.id, `[${label}]`);
    this.#program.sim.press(this.id, label);
  }

  /** Taps the newest button whose label has this text in it; `on` names the message where there are several. */
  async tap(label: string | { key: TextKey }, on?: TgMessage): Promise<void> {
    const wanted = typeof label === 'string' ? label : this.words(label.key);
    const found = await this.#until(`the button «${wanted}»`, () => this.#button(wanted, on));
    this.#journal.did(this.id, `[${found.label}]`);
    await this.#program.sim.tap(this.id, found);
  }

  /** Where the newest button with this text leads outside the chat. */
  async link(label: { key: TextKey }): Promise<string> {
    const wanted = this.words(label.key);
    return this.#until(`the link «${wanted}»`, () =>
      this.#program.sim
        .messages(this.id)
        .reverse()
        .flatMap((message) => message.reply_markup?.inline_keyboard.flat() ?? [])
        .flatMap((button) => (button.text.includes(wanted) && button.url ? [button.url] : []))
        .at(0),
    );
  }

  #button(wanted: string, on?: TgMessage): { label: string; messageId: number } | undefined {
    for (const message of this.#program.sim.messages(this.id).reverse()) {
      if (on !== undefined && message.message_id !== on.message_id) continue;
      const button = message.reply_markup?.inline_keyboard.flat().find(({ text }) => text.includes(wanted));
      if (button) return { label: button.text, messageId: message.message_id };
    }
    return undefined;
  }

  /** Waits until one of the newest messages has all of this in it. */
  sees(step: string, ...wanted: readonly (string | { key: TextKey })[]): Promise<TgMessage> {
    return this.seesAfter(0, step, ...wanted);
  }

  /** The same among what came after a message: a reminder of yesterday is none of today. */
  async seesAfter(
    after: number,
    step: string,
    ...wanted: readonly (string | { key: TextKey })[]
  ): Promise<TgMessage> {
    const texts = wanted.map((one) => (typeof one === 'string' ? one : this.words(one.key)));
    const fits = (one: TgMessage) =>
      one.message_id > after && texts.every((text) => (one.text ?? one.caption ?? '').includes(text));
    const message = await this.#until(`${step}: «${texts.join('», «')}»`, () => this.#newest().find(fits));
    this.#counted(`${this.language} ${step}`);
    return message;
  }

  /** Waits for a PDF that was not there before, and takes it. */
  async paper(step: string, after: number): Promise<Taken> {
    const taken = await this.#take(step, after, ({ document }) => document);
    if (taken.bytes.subarray(0, 5).toString() !== '%PDF-') throw new StepFailed(`${step}: no PDF`);
    return taken;
  }

  /** The same for a file of another kind, whose content must have this in it. */
  async file(step: string, after: number, has: string): Promise<Taken> {
    const taken = await this.#take(step, after, ({ document }) => document);
    if (!taken.bytes.includes(has)) throw new StepFailed(`${step}: the file has no «${has}»`);
    return taken;
  }

  /** The same for a picture. */
  picture(step: string, after: number): Promise<Taken> {
    return this.#take(step, after, ({ photo }) => photo?.at(-1));
  }

  async #take(step: string, after: number, of: (message: TgMessage) => TgFile | undefined): Promise<Taken> {
    const message = await this.#until(`${step}: a file`, () =>
      this.#newest().find((one) => of(one) !== undefined && one.message_id > after),
    );
    const file = of(message);
    const response = await fetch(`${this.#program.telegram.url}/sim/files/${file?.file_id}`);
    if (file === undefined || !response.ok) throw new StepFailed(`${step}: the file cannot be had`);
    this.#counted(`${this.language} ${step}`);
    return { file, bytes: Buffer.from(await response.arrayBuffer()), messageId: message.message_id };
  }

  /** Waits until the bot has said something below this message. */
  async below(messageId: number): Promise<void> {
    await this.#until(
      'what follows the file',
      () => this.#newest(1)[0]?.message_id !== messageId || undefined,
    );
  }

  /** Sends photos together, as Telegram's app does; their messages. */
  async sendPhotos(photos: readonly Buffer[]): Promise<readonly number[]> {
    this.#journal.did(this.id, photos.map((_, at) => `📷 ${at + 1}`).join(' '));
    const items = photos.map((bytes, at) => ({ kind: 'photo' as const, name: `${at + 1}.jpg`, bytes }));
    return (await this.#program.sim.album(this.id, items)).map(({ message_id }) => message_id);
  }

  /** Waits until these messages are deleted. */
  async gone(step: string, ids: readonly number[]): Promise<void> {
    await this.#until(step, () => {
      const left = new Set(this.#program.sim.messages(this.id).map(({ message_id }) => message_id));
      return ids.every((id) => !left.has(id)) || undefined;
    });
    this.#counted(`${this.language} ${step}`);
  }

  /** Presses the button under the input that shares where one is. */
  async shareLocation(label: { key: TextKey }, at: TgLocation): Promise<void> {
    const wanted = this.words(label.key);
    await this.#until(`the button «${wanted}»`, () =>
      this.#program.sim.keyboard(this.id).find(({ text }) => text === wanted),
    );
    this.#journal.did(this.id, `[${wanted}]`);
    this.#program.sim.press(this.id, wanted, at);
  }

  /** Taps a button of a list, leafing on until it is there. */
  async tapInList(label: string, pages = 6): Promise<void> {
    const shown = () => JSON.stringify(this.#newest(1)[0]?.reply_markup);
    for (let page = 1; page < pages && this.#button(label, undefined) === undefined; page += 1) {
      const before = shown();
      await this.tap('›');
      await this.#until('the next page of the list', () => (shown() === before ? undefined : true));
    }
    await this.tap(label);
  }

  get lastMessageId(): number {
    return this.#program.sim.messages(this.id).at(-1)?.message_id ?? 0;
  }

  /** The code of the newest SMS, unlike the last one taken. */
  async code(step: string, before: number): Promise<string> {
    return this.#until(`${step}: an SMS with a code`, () => {
      const mine = this.#sms();
      return mine.length > before ? /\b\d{6}\b/.exec(mine[0]?.text ?? '')?.[0] : undefined;
    });
  }

  get smsCount(): number {
    return this.#sms().length;
  }

  /** Codes only: notices come by SMS too. */
  #sms() {
    return this.#program.outbox
      .items()
      .filter(({ to, kind, text }) => kind === 'sms' && to === this.phone && /\b\d{6}\b/.test(text));
  }

  #newest(count = 6): TgMessage[] {
    return this.#program.sim
      .messages(this.id)
      .filter((message) => message.from.is_bot)
      .slice(-count)
      .reverse();
  }

  async #until<T>(what: string, look: () => T | undefined): Promise<T> {
    const until = performance.now() + PATIENCE_MS;
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      if (performance.now() > until) throw new StepFailed(`${this.language} ${what} – did not come`);
      await wait(LOOK_MS);
    }
  }
}
