import { Upload } from './body.ts';
import { SimError } from './errors.ts';
import type { Kind } from './methods/media.ts';
import { bool, float, int, isRecord, json, str } from './params.ts';
import type { Sim, TapTarget } from './sim.ts';
import type { AlbumItem, FileInput } from './sim-files.ts';
import type { Params, TgContact, TgLocation } from './types.ts';

type PersonAction = (sim: Sim, id: number, params: Params) => unknown;

function contactOf(params: Params): TgContact | undefined {
  const phone = str(params, 'phone_number');
  if (phone === undefined || phone === '') return undefined;
  const contact: TgContact = { phone_number: phone, first_name: str(params, 'first_name') ?? phone };
  const userId = int(params, 'user_id');
  if (userId !== undefined) contact.user_id = userId;
  return contact;
}

/** A file of a request: an upload, or `{name, mime, base64}`. */
function fileInput(upload: unknown, params: Params): FileInput {
  const caption = str(params, 'caption') ?? '';
  const emoji = str(params, 'emoji') ?? '🙂';
  if (upload instanceof Upload) {
    const { name, mime, bytes } = upload;
    return { name, mime, bytes, caption, emoji };
  }
  const bytes = Buffer.from(str(params, 'base64') ?? '', 'base64');
  return { name: str(params, 'name') ?? 'file', mime: str(params, 'mime') ?? '', bytes, caption, emoji };
}

function fileAction(kind: Kind): PersonAction {
  return (sim, id, params) => sim.file(id, kind, fileInput(params.file, params));
}

/** `as_is` keeps the bytes; otherwise the picture becomes what a phone sends. */
const photoAction: PersonAction = (sim, id, params) => {
  const input = fileInput(params.file, params);
  return bool(params, 'as_is') ? sim.photo(id, input) : sim.sendPhoto(id, input);
};

const albumKind = (value: unknown): AlbumItem['kind'] => (value === 'document' ? 'document' : 'photo');

const uploadAction: PersonAction = async (sim, id, params) => ({
  upload: await sim.upload(id, albumKind(params.kind), fileInput(params.file, params)),
});

/** `uploads` names files uploaded before; else `items` of `{kind, name, base64, caption}`, else the parts file0, file1, … */
const albumAction: PersonAction = (sim, id, params) => {
  const uploads = json(params, 'uploads');
  if (Array.isArray(uploads)) return sim.sendUploads(id, uploads.map(String), str(params, 'caption'));
  const items = json(params, 'items');
  const asIs = bool(params, 'as_is');
  if (Array.isArray(items)) {
    const given = items.filter(isRecord);
    return sim.album(
      id,
      given.map((item) => ({ ...fileInput(undefined, item), kind: albumKind(item.kind) })),
      { asIs },
    );
  }
  const parts = Object.entries(params)
    .filter(([key, value]) => /^file\d+$/.test(key) && value instanceof Upload)
    .sort(([a], [b]) => Number(a.slice(4)) - Number(b.slice(4)));
  return sim.album(
    id,
    parts.map(([, upload], i) => ({
      ...fileInput(upload, i === 0 ? params : {}),
      kind: albumKind(params.kind),
    })),
    { asIs },
  );
};

function pointOf(params: Params): TgLocation | undefined {
  const latitude = float(params, 'latitude');
  const longitude = float(params, 'longitude');
  if (latitude === undefined || longitude === undefined) return undefined;
  return { latitude, longitude, horizontal_accuracy: float(params, 'horizontal_accuracy') ?? 0 };
}

const locationAction: PersonAction = (sim, id, params) => {
  const point = pointOf(params);
  if (!point) throw new SimError('latitude and longitude are needed', 400, 'no-such-point');
  return sim.location(id, point.latitude, point.longitude, { accuracy: point.horizontal_accuracy ?? 0 });
};

const inlineAction: PersonAction = (sim, id, params) => {
  const wait = int(params, 'wait');
  return sim.inline(id, str(params, 'query') ?? '', {
    offset: str(params, 'offset') ?? '',
    chatType: params.chat_type === 'private' ? 'private' : 'sender',
    ...(wait === undefined ? {} : { wait }),
  });
};

function tapAction(sim: Sim, id: number, params: Params): unknown {
  const target: TapTarget = { elsewhere: bool(params, 'elsewhere') };
  const label = str(params, 'label');
  const data = str(params, 'data');
  const messageId = int(params, 'message_id');
  if (label !== undefined) target.label = label;
  if (data !== undefined) target.data = data;
  if (messageId !== undefined) target.messageId = messageId;
  return sim.tap(id, target, { wait: int(params, 'wait') ?? 0 });
}

/** `POST /sim/people/<id>/<action>` with a JSON body. */
export const ACTIONS: Record<string, PersonAction> = {
  text: (sim, id, params) => {
    const replyTo = int(params, 'reply_to');
    return sim.text(id, str(params, 'text') ?? '', replyTo === undefined ? {} : { replyTo });
  },
  command: (sim, id, params) => sim.command(id, str(params, 'command') ?? '', str(params, 'args') ?? ''),
  start: (sim, id, params) => sim.start(id, str(params, 'payload') ?? ''),
  tap: tapAction,
  press: (sim, id, params) => sim.press(id, str(params, 'label') ?? '', pointOf(params)),
  contact: (sim, id, params) => sim.contact(id, contactOf(params), { forwarded: bool(params, 'forwarded') }),
  location: locationAction,
  photo: photoAction,
  album: albumAction,
  upload: uploadAction,
  inline: inlineAction,
  'inline-choose': (sim, id, params) =>
    sim.inlineChoose(id, str(params, 'query_id') ?? '', str(params, 'result_id') ?? '', {
      elsewhere: bool(params, 'elsewhere'),
    }),
  note: (sim, id, params) => sim.note(id, str(params, 'text') ?? ''),
  document: fileAction('document'),
  voice: fileAction('voice'),
  sticker: fileAction('sticker'),
  edit: (sim, id, params) => sim.edit(id, int(params, 'message_id') ?? 0, str(params, 'text') ?? ''),
  block: (sim, id, params) => {
    sim.block(id, params.blocked === undefined || bool(params, 'blocked'));
    return sim.person(id);
  },
  deactivate: (sim, id, params) => {
    sim.deactivate(id, params.deactivated === undefined || bool(params, 'deactivated'));
    return sim.person(id);
  },
  read: (sim, id) => {
    sim.read(id);
    return true;
  },
  'delete-chat': (sim, id) => {
    sim.deleteChat(id);
    return true;
  },
};
