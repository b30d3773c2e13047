import { InputFile, InputMediaBuilder } from 'grammy';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TelegramStandIn, TgMessage, TgUpdate } from './server.ts';
import { botFor, PARENT, raw, standIn, TOKEN } from './testing.ts';

let telegram: TelegramStandIn;

beforeAll(async () => {
  telegram = await standIn();
});
afterAll(() => telegram.close());

const picture = (width: number, height: number, format: 'jpeg' | 'png' = 'jpeg') =>
  sharp({ create: { width, height, channels: 3, background: '#8ab' } })
    .toFormat(format)
    .toBuffer();
const large = await picture(2000, 1500);
const ribbon = await picture(2100, 100);
const small = await picture(60, 40, 'png');

/** What the bot downloads with getFile. */
async function downloaded(fileId: string | undefined): Promise<Buffer> {
  const file = (await raw(telegram, 'getFile', { file_id: fileId })).result as { file_path: string };
  const response = await fetch(`${telegram.apiRoot}/file/bot${TOKEN}/${file.file_path}`);
  return Buffer.from(await response.arrayBuffer());
}

/** Takes everything the bot has not heard yet. */
async function updates(): Promise<TgUpdate[]> {
  const heard: TgUpdate[] = [];
  for (let offset = 0; ; offset = (heard.at(-1)?.update_id ?? 0) + 1) {
    const list = (await raw(telegram, 'getUpdates', { offset })).result as TgUpdate[];
    if (list.length === 0) return heard;
    heard.push(...list);
  }
}

async function act(action: string, body: object | FormData) {
  const init =
    body instanceof FormData
      ? { body }
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const response = await fetch(`${telegram.url}/sim/people/${PARENT}/${action}`, { method: 'POST', ...init });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> & TgMessage };
}

const part = (bytes: Buffer, name: string, type = 'image/jpeg') =>
  new File([new Uint8Array(bytes)], name, { type });

describe('a photo a person sends', () => {
  it('comes as a phone makes it: 1280 pixels, JPEG, upright, without the notes of the camera, in sizes', async () => {
    const turned = await sharp(large)
      .withExif({ IFD0: { Artist: 'Айгүл' } })
      .withMetadata({ orientation: 6 })
      .png()
      .toBuffer();
    const message = await telegram.sim.sendPhoto(PARENT, {
      name: 'куәлік.png',
      bytes: turned,
      caption: 'Куәлік',
    });
    expect(message.caption).toBe('Куәлік');
    expect(message.photo?.map(({ width, height }) => [width, height])).toEqual([
      [68, 90],
      [240, 320],
      [600, 800],
      [960, 1280],
    ]);
    const bytes = await downloaded(message.photo?.at(-1)?.file_id);
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', width: 960, height: 1280 });
    expect((await sharp(bytes).metadata()).exif).toBeUndefined();
    expect(bytes.length).toBe(message.photo?.at(-1)?.file_size);
    const again = await raw(telegram, 'sendPhoto', { chat_id: PARENT, photo: message.photo?.[1]?.file_id });
    expect((again.result as TgMessage).photo).toHaveLength(4);
  });

  it('is not made larger than it is, and may be kept byte for byte', async () => {
    const form = new FormData();
    form.append('file', part(small, 'a.png', 'image/png'));
    const { body } = await act('photo', form);
    expect(body.photo).toMatchObject([{ width: 60, height: 40 }]);
    const asIs = await act('photo', { name: 'a.png', base64: small.toString('base64'), as_is: true });
    expect((await downloaded(asIs.body.photo?.[0]?.file_id)).equals(small)).toBe(true);
  });

  it.each([
    ['a zip with the name of a picture', Buffer.from('PK\u0003\u0004 no picture at all'), 'not-a-picture'],
    [
      'a drawing',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      'not-a-picture',
    ],
    ['nothing', Buffer.alloc(0), 'empty-file'],
    ['a ribbon', ribbon, 'too-narrow'],
  ])('cannot be %s', async (_, bytes, reason) => {
    const before = telegram.sim.messages(PARENT).length;
    const form = new FormData();
    form.append('file', part(bytes, 'a.jpg'));
    expect(await act('photo', form)).toMatchObject({ status: 400, body: { reason } });
    expect(telegram.sim.messages(PARENT)).toHaveLength(before);
  });

  it('goes as a file when it is sent as one: zip, HEIC, whatever it is', async () => {
    const heic = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1');
    const message = telegram.sim.document(PARENT, { name: 'IMG_1.HEIC', bytes: heic });
    expect(message.document).toMatchObject({ file_name: 'IMG_1.HEIC', mime_type: 'image/heic' });
    expect((await downloaded(message.document?.file_id)).equals(heic)).toBe(true);
  });
});

describe('an album', () => {
  it('of 30 arrives as three of ten, each message an update of its own', async () => {
    await updates();
    const items = Array.from({ length: 30 }, (_, i) => ({
      kind: 'photo' as const,
      name: `${i}.png`,
      bytes: small,
      caption: i === 0 ? 'Отбасы кітапшасы' : '',
    }));
    await telegram.sim.album(PARENT, items);
    const messages = (await updates()).flatMap(({ message }) => (message ? [message] : []));
    expect(messages).toHaveLength(30);
    const groups = Map.groupBy(messages, (message) => message.media_group_id);
    expect([...groups.values()].map((group) => group.length)).toEqual([10, 10, 10]);
    expect([...groups.keys()].every((key) => /^\d{10,20}$/.test(key ?? ''))).toBe(true);
    expect(messages.map((message) => message.caption)).toEqual([
      'Отбасы кітапшасы',
      ...Array(29).fill(undefined),
    ]);
  });

  it('keeps photos and files apart; one left over is no album', async () => {
    const kinds = ['photo', 'photo', 'document', 'photo'] as const;
    const items = kinds.map((kind, i) => ({ kind, name: `${i}.png`, bytes: small }));
    const sent = await telegram.sim.album(PARENT, items, { asIs: true });
    const [first, second, third, fourth] = sent.map((message) => message.media_group_id);
    expect(first).toBeDefined();
    expect([second, third, fourth]).toEqual([first, undefined, undefined]);
    expect((await downloaded(sent[0]?.photo?.[0]?.file_id)).equals(small)).toBe(true);
  });

  it('sends none when one of the pictures is none', async () => {
    const before = telegram.sim.messages(PARENT).length;
    const items = [small, Buffer.from('no')].map((bytes) => ({
      kind: 'photo' as const,
      name: 'a.jpg',
      bytes,
    }));
    await expect(telegram.sim.album(PARENT, items)).rejects.toThrow('this is no picture');
    await expect(telegram.sim.album(PARENT, [])).rejects.toThrow('needs files');
    expect(telegram.sim.messages(PARENT)).toHaveLength(before);
  });

  it('over HTTP: in one request, or uploaded file by file', async () => {
    const form = new FormData();
    form.append('kind', 'document');
    form.append('caption', 'Екі бет');
    for (const i of [10, 9]) form.append(`file${i}`, part(small, `${i}.png`, 'image/png'));
    const sent = (await act('album', form)).body as unknown as TgMessage[];
    expect(sent.map((message) => [message.document?.file_name, message.caption])).toEqual([
      ['9.png', 'Екі бет'],
      ['10.png', undefined],
    ]);
    const uploads: unknown[] = [];
    for (const kind of ['photo', 'photo', 'document']) {
      const one = new FormData();
      one.append('kind', kind);
      one.append('file', part(small, 'a.png', 'image/png'));
      uploads.push((await act('upload', one)).body.upload);
    }
    const before = telegram.sim.messages(PARENT).length;
    expect((await act('album', { uploads: [...uploads, 'no such'] })).status).toBe(404);
    expect(telegram.sim.messages(PARENT)).toHaveLength(before);
    const together = (await act('album', { uploads, caption: 'бірге' })).body as unknown as TgMessage[];
    expect(together.map((message) => Boolean(message.photo))).toEqual([true, true, false]);
    expect(together[0]).toMatchObject({ caption: 'бірге', media_group_id: together[1]?.media_group_id });
    const base64 = small.toString('base64');
    const items = [1, 2].map((n) => ({ kind: 'photo', name: `${n}.png`, base64, caption: `${n}` }));
    expect((await act('album', { items })).body).toMatchObject([{ caption: '1' }, { caption: '2' }]);
  });
});

describe('what the bot sends', () => {
  const bot = () => botFor(telegram);

  it('may be veiled, protected, and have its words above', async () => {
    const options = {
      has_spoiler: true,
      protect_content: true,
      show_caption_above_media: true,
      caption: 'x',
    };
    const photo = await bot().api.sendPhoto(PARENT, new InputFile(large), options);
    const marks = { has_media_spoiler: true, has_protected_content: true, show_caption_above_media: true };
    expect(photo).toMatchObject(marks);
    const media = [0, 1].map(() => InputMediaBuilder.photo(new InputFile(large), { has_spoiler: true }));
    const album = await bot().api.sendMediaGroup(PARENT, media, { protect_content: true });
    expect(album).toMatchObject([0, 1].map(() => ({ has_media_spoiler: true, has_protected_content: true })));
    expect(new Set((album as { media_group_id?: string }[]).map((one) => one.media_group_id)).size).toBe(1);
    const file = await bot().api.sendDocument(PARENT, new InputFile(Buffer.from('x'), 'a.txt'), {
      protect_content: true,
    });
    expect(file).toMatchObject({ has_protected_content: true });
    expect(file).not.toHaveProperty('has_media_spoiler');
  });

  it.each([
    ['one item', [{ type: 'photo', media: 'attach://a' }], 'media group must include 2-10 items'],
    ['eleven', Array(11).fill({ type: 'photo', media: 'attach://a' }), 'media group must include 2-10 items'],
    [
      'a file among photos',
      [
        { type: 'photo', media: 'attach://a' },
        { type: 'document', media: 'attach://a' },
      ],
      "document can't be mixed with other media types",
    ],
  ])('is refused as an album of %s', async (_, media, error) => {
    const answer = await raw(telegram, 'sendMediaGroup', { chat_id: PARENT, media });
    expect(answer.description).toBe(`Bad Request: ${error}`);
  });

  it('has its limits', async () => {
    const { document } = telegram.sim.document(PARENT, {
      name: 'a.bin',
      bytes: Buffer.alloc(20 * 1024 * 1024 + 1),
    });
    expect((await raw(telegram, 'getFile', { file_id: document?.file_id })).description).toBe(
      'Bad Request: file is too big',
    );
    const huge = Buffer.alloc(50 * 1024 * 1024 + 1);
    await expect(bot().api.sendDocument(PARENT, new InputFile(huge, 'a.bin'))).rejects.toThrow('413');
    expect(() => telegram.sim.document(PARENT, { name: 'a.bin', bytes: huge })).toThrow('Too Large');
    const caption = { chat_id: PARENT, document: document?.file_id, caption: 'ә'.repeat(1025) };
    expect((await raw(telegram, 'sendDocument', caption)).description).toBe(
      'Bad Request: message caption is too long',
    );
  });

  it('is taken away a hundred at a time', async () => {
    const ids = Array.from({ length: 101 }, () => telegram.sim.text(PARENT, 'x').message_id);
    const remove = (message_ids: number[]) =>
      raw(telegram, 'deleteMessages', { chat_id: PARENT, message_ids });
    expect((await remove(ids)).description).toBe('Bad Request: too many message identifiers specified');
    expect((await remove(ids.slice(1))).ok).toBe(true);
    expect(
      telegram.sim
        .messages(PARENT)
        .filter(({ text }) => text === 'x')
        .map(({ message_id }) => message_id),
    ).toEqual([ids[0]]);
  });
});
