/**
 * What a button carries: `v1:<screen>:<args>`, at most 64 bytes of ASCII (a limit of the Bot API), never personal data.
 * `<screen>` is a screen's name, or `<screen>/<action>` for a button that does something. Arguments are joined by dots;
 * an id travels as its 16 bytes in base64url (22 signs). Buttons of notices and of other messages that are not the
 * chat's live message begin with `e1`: they open a screen, or do what may be done at any time, whenever they are pressed.
 */

const LIMIT = 64;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const PACKED_ID = /^[A-Za-z0-9_-]{21}[AQgw]$/;
const PLAIN = /^[A-Za-z0-9_-]{0,20}$/;
const TARGET = /^[a-z][a-z0-9]{0,14}(\/[a-z]{1,8})?$/;
const DATA = /^([a-z])(\d{1,2}):([^:]+):([^:]*)$/;

export type CallbackArg = string | number;

export type Callback =
  | {
      readonly kind: 'target';
      /** Pressed on a notice: shows its screen, or what its action led to, in a new message. */
      readonly event: boolean;
      readonly screen: string;
      readonly action: string | undefined;
      readonly args: readonly string[];
    }
  /** A button of an earlier version of the program, or no data of ours. */
  | { readonly kind: 'old' };

/** Throws RangeError when the data would not fit or an argument is not plain: a mistake of the program. */
export function encodeCallback(target: string, args: readonly CallbackArg[] = []): string {
  return encode('v1', target, args);
}

/** For buttons of notices: names a screen, or an action that is right however late it is pressed, and done once. */
export function encodeEventCallback(target: string, args: readonly CallbackArg[] = []): string {
  return encode('e1', target, args);
}

/** Reads what came with a tap. Anything else than today's format is `old`: the caller shows the present screen. */
export function decodeCallback(data: string): Callback {
  const [, prefix, version, target, rest] = DATA.exec(data) ?? [];
  if (version !== '1' || (prefix !== 'v' && prefix !== 'e')) return { kind: 'old' };
  if (target === undefined || rest === undefined || !TARGET.test(target)) return { kind: 'old' };
  const [screen = '', action] = target.split('/');
  const args = rest === '' ? [] : rest.split('.').map(unpack);
  if (args.some((arg) => arg === undefined)) return { kind: 'old' };
  return {
    kind: 'target',
    event: prefix === 'e',
    screen,
    action,
    args: args.filter((arg) => arg !== undefined),
  };
}

/** A UUID as 22 signs of base64url. */
export function packId(uuid: string): string {
  if (!UUID.test(uuid)) throw new RangeError(`not an id: ${uuid}`);
  return Buffer.from(uuid.replaceAll('-', ''), 'hex').toString('base64url');
}

/** The UUID of 22 signs of base64url; undefined when they are none. */
export function unpackId(packed: string): string | undefined {
  if (!PACKED_ID.test(packed)) return undefined;
  const hex = Buffer.from(packed, 'base64url').toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function encode(version: string, target: string, args: readonly CallbackArg[]): string {
  if (!TARGET.test(target)) throw new RangeError(`not a screen's name: ${target}`);
  const data = `${version}:${target}:${args.map(pack).join('.')}`;
  if (data.length > LIMIT) throw new RangeError(`callback data of ${data.length} bytes: ${target}`);
  return data;
}

function pack(arg: CallbackArg): string {
  const text = String(arg);
  if (UUID.test(text)) return packId(text);
  if (!PLAIN.test(text)) throw new RangeError('an argument of a button is an id or at most 20 plain signs');
  return text;
}

function unpack(part: string): string | undefined {
  if (part.length === 22) return unpackId(part);
  return PLAIN.test(part) ? part : undefined;
}
