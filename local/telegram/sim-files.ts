import { randomUUID } from 'node:crypto';
import { SimError } from './errors.ts';
import { type Kind, mediaFields, storeFile, storePhoto } from './methods/media.ts';
import { photoSizes } from './photo.ts';
import { asSim, SimSpeech } from './sim-speech.ts';
import type { TgMessage } from './types.ts';

export interface FileInput {
  name: string;
  bytes: Buffer;
  mime?: string;
  caption?: string;
  /** For a sticker. */
  emoji?: string;
}

/** One of the pictures or files sent together. */
export interface AlbumItem extends FileInput {
  kind: 'photo' | 'document';
}

/** A file that lies with Telegram and stands in no chat yet. */
interface Uploaded {
  personId: number;
  kind: Kind;
  content: Partial<TgMessage>;
}

/** As many as Telegram's app puts into one album. */
const ALBUM = 10;
const MAX_UPLOADS = 200;

/** Pictures and files of a person. */
export class SimFiles extends SimSpeech {
  readonly #uploads = new Map<string, Uploaded>();

  /** Sends a file as photo, document, voice message or sticker, byte for byte: a photo is not made smaller. */
  file(id: number, kind: Kind, input: FileInput): TgMessage {
    return this.say(id, { ...this.#asIs(kind, input), ...captionOf(input.caption) });
  }

  #asIs(kind: Kind, input: FileInput): Partial<TgMessage> {
    const { context } = this.parts;
    const stored = asSim(() => storeFile(context, kind, input.name, input.mime ?? '', input.bytes));
    if (kind === 'sticker' && input.emoji !== undefined) stored.file.emoji = input.emoji;
    return mediaFields(context, kind, stored);
  }

  /** A photo byte for byte, in one size. `sendPhoto` is what a phone does. */
  photo(id: number, input: FileInput): TgMessage {
    return this.file(id, 'photo', input);
  }

  document(id: number, input: FileInput): TgMessage {
    return this.file(id, 'document', input);
  }

  voice(id: number, input: FileInput): TgMessage {
    return this.file(id, 'voice', input);
  }

  sticker(id: number, input: FileInput): TgMessage {
    return this.file(id, 'sticker', input);
  }

  /**
   * Sends a picture as Telegram's app does: upright, at most 1280 pixels, JPEG, in several sizes.
   * @throws SimError 'not-a-picture', 'too-narrow'
   */
  async sendPhoto(id: number, input: FileInput): Promise<TgMessage> {
    const content = await this.#content('photo', input);
    return this.say(id, { ...content, ...captionOf(input.caption) });
  }

  async #content(kind: Kind, input: FileInput): Promise<Partial<TgMessage>> {
    if (kind !== 'photo') return this.#asIs(kind, input);
    if (input.bytes.length === 0) throw new SimError('the file is empty', 400, 'empty-file');
    const name = `${input.name.replace(/\.[^.]*$/, '')}.jpg`;
    const sizes = await photoSizes(input.bytes);
    return mediaFields(this.parts.context, 'photo', storePhoto(this.parts.context, name, sizes));
  }

  /** Puts a file with Telegram without sending it, as apps do before an album; the answer names it for `sendUploads`. */
  async upload(id: number, kind: Kind, input: FileInput): Promise<string> {
    this.store.person(id);
    const content = await this.#content(kind, input);
    const token = randomUUID();
    this.#uploads.set(token, { personId: id, kind, content });
    if (this.#uploads.size > MAX_UPLOADS) this.#uploads.delete(this.#uploads.keys().next().value ?? '');
    return token;
  }

  /** Sends uploaded files together, `caption` under the first. @throws SimError 404 for an unknown one, and sends none */
  sendUploads(id: number, tokens: readonly string[], caption?: string): TgMessage[] {
    const ready = tokens.map((token) => {
      const uploaded = this.#uploads.get(token);
      if (uploaded?.personId !== id) throw new SimError(`no such upload: ${token}`, 404);
      return uploaded;
    });
    for (const token of tokens) this.#uploads.delete(token);
    return this.#together(
      id,
      ready.map((one, i) => ({
        ...one,
        content: i === 0 ? { ...one.content, ...captionOf(caption) } : one.content,
      })),
    );
  }

  /**
   * Sends pictures and files together as Telegram's app does: photos and files apart, in albums of up to ten, each
   * message an update of its own; one that is left over is no album. `asIs` keeps the bytes of photos.
   * @throws SimError as `sendPhoto`, and sends none
   */
  async album(
    id: number,
    items: readonly AlbumItem[],
    options: { asIs?: boolean } = {},
  ): Promise<TgMessage[]> {
    if (items.length === 0) throw new SimError('an album needs files');
    const ready: Pick<Uploaded, 'kind' | 'content'>[] = [];
    for (const item of items) {
      const content = options.asIs ? this.#asIs(item.kind, item) : await this.#content(item.kind, item);
      ready.push({ kind: item.kind, content: { ...content, ...captionOf(item.caption) } });
    }
    return this.#together(id, ready);
  }

  #together(id: number, items: readonly Pick<Uploaded, 'kind' | 'content'>[]): TgMessage[] {
    return groupsOf(items).flatMap((group) => {
      const mark = group.length > 1 ? { media_group_id: this.store.groupId() } : {};
      return group.map(({ content }) => this.say(id, { ...content, ...mark }));
    });
  }
}

const captionOf = (caption: string | undefined) => (caption ? { caption } : {});

/** Neighbours of one kind, at most ten to a group. */
function groupsOf<T extends { kind: Kind }>(items: readonly T[]): T[][] {
  const groups: T[][] = [];
  for (const item of items) {
    const last = groups.at(-1);
    if (last && last.length < ALBUM && last[0]?.kind === item.kind) last.push(item);
    else groups.push([item]);
  }
  return groups;
}
