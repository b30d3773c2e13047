import { setTimeout as wait } from 'node:timers/promises';
import type { TextKey, TextLanguage } from '../../locales/index.ts';
import type { TgFile, TgMessage } from '../telegram/types.ts';
import type { Journal } from './journal.ts';
import type { DemoProgram } from './program.ts';
import { wordsOf } from './words.ts';

/** A step that was not as told. The message is one line that says which. */
export class StepFailed extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StepFailed';
  }
}

const PATIENCE_MS = 15_000;
const LOOK_MS = 15;

/** One person at the phone: does what a person can do and looks whether the bot answered as it must. */
export class Player {
  readonly id: number;
  readonly language: TextLanguage;
  readonly phone: string;
  readonly #program: DemoProgram;
  readonly #journal: Journal;
  readonly #counted: (step: string) => void;

  constructor(
    program: DemoProgram,
    journal: Journal,
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
  async sees(step: string, ...wanted: readonly (string | { key: TextKey })[]): Promise<TgMessage> {
    const texts = wanted.map((one) => (typeof one === 'string' ? one : this.words(one.key)));
    const message = await this.#until(`${step}: «${texts.join('», «')}»`, () =>
      this.#newest().find((one) => texts.every((text) => (one.text ?? one.caption ?? '').includes(text))),
    );
    this.#counted(`${this.language} ${step}`);
    return message;
  }

  /** Waits for a document that was not there before, and takes it. */
  async paper(step: string, after: number): Promise<{ file: TgFile; bytes: Buffer; messageId: number }> {
    const message = await this.#until(`${step}: a document`, () =>
      this.#newest().find((one) => one.document !== undefined && one.message_id > after),
    );
    const file = message.document;
    const response = await fetch(`${this.#program.telegram.url}/sim/files/${file?.file_id}`);
    const bytes = Buffer.from(await response.arrayBuffer());
    if (file === undefined || bytes.subarray(0, 5).toString() !== '%PDF-')
      throw new StepFailed(`${step}: no PDF`);
    this.#counted(`${this.language} ${step}`);
    return { file, bytes, messageId: message.message_id };
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
