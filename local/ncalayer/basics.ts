import { isRecord } from '../pages/http.ts';
import {
  askForKey,
  base64,
  type Caller,
  type Desk,
  FILE_STORAGES,
  fromBase64,
  openFilter,
  pem,
  SigningFailed,
  signAll,
  type Task,
  TOKEN_STORAGES,
} from './signing.ts';
import { type KeyFilter, type SignFormat, WindowBusy } from './window.ts';

/** The module kz.gov.pki.knca.basics (EDS.md §1.2). */

const LOGO_LIMIT = 50_000;

/** `code` is what the page reads; the words are the stand-in's own where the real ones are not known. */
class BasicsError extends Error {
  readonly code: string;
  readonly details: string | undefined;
  constructor(code: string, message: string, details?: string) {
    super(message);
    this.name = 'BasicsError';
    this.code = code;
    this.details = details;
  }
}

const invocation = (details: string) =>
  new BasicsError('INVOCATION_ERROR', 'An invoked method threw an exception.', details);
const invalid = (message: string) => new BasicsError('INVALID_SIGNING_PARAMS', message);

/** Answers a request whose module is basics. */
export async function answerBasics(
  request: Record<string, unknown>,
  desk: Desk,
  caller: Caller,
): Promise<object> {
  try {
    if (request.method !== 'sign')
      throw invocation(`java.lang.NoSuchMethodException: ${String(request.method)}`);
    return { body: await sign(request.args, desk, caller), status: true };
  } catch (error) {
    const known = asBasicsError(error);
    const { code, message, details } = known;
    return { code, ...(details === undefined ? {} : { details }), message, status: false };
  }
}

function asBasicsError(error: unknown): BasicsError {
  if (error instanceof BasicsError) return error;
  if (error instanceof SigningFailed)
    return new BasicsError('SIGNING_FAILURE', 'The data could not be signed.', error.message);
  if (error instanceof WindowBusy) return new BasicsError('GENERAL_ERROR', error.message);
  throw error;
}

interface Parsed extends Task {
  readonly isArray: boolean;
  readonly withCertificate: boolean;
  readonly filter: KeyFilter;
  readonly locale: string | null;
}

async function sign(args: unknown, desk: Desk, caller: Caller): Promise<object> {
  const parsed = parse(args, desk);
  const key = await askForKey(desk, { ...parsed, origin: caller.origin }, caller);
  if (key === null) return {};
  const { failure } = desk.behaviour;
  if (failure !== null) {
    desk.behaviour.failure = null;
    desk.window.failed();
    throw new BasicsError(failure.code, failure.message, failure.details);
  }
  const signatures = await signAll(desk, key, parsed);
  return { result: shaped(signatures, base64(key.certificate), parsed, desk) };
}

function shaped(made: readonly string[], certificate: string, parsed: Parsed, { behaviour }: Desk): unknown {
  const armoured = parsed.format === 'cms' && behaviour.armour === 'PEM';
  const signatures = armoured ? made.map((one) => pem('CMS', one)) : made;
  const whole = { signatures, certificate: armoured ? pem('CERTIFICATE', certificate) : certificate };
  if (parsed.withCertificate || behaviour.shape === 'SIGNATURES') return whole;
  const wantsString =
    behaviour.shape === 'STRING' ||
    (behaviour.shape === 'AUTO' && parsed.format !== 'xml' && !parsed.isArray);
  return wantsString && signatures.length === 1 ? signatures[0] : signatures;
}

function parse(args: unknown, desk: Desk): Parsed {
  if (!isRecord(args)) throw invocation('org.json.JSONException: JSONObject["args"] not found.');
  const params = objectIn(args, 'signingParams');
  const format = formatOf(args.format);
  const digested = flag(params, 'digested', false);
  if (digested && format !== 'cms') throw invalid('digested is for CMS alone');
  const decode = flag(params, 'decode', false);
  const { logo, locale } = args;
  if (typeof logo === 'string' && logo.length > LOGO_LIMIT) throw invalid('the logo is too large');
  const { xmlLayout } = desk.behaviour;
  return {
    format,
    items: itemsOf(args.data, decode || digested),
    isArray: Array.isArray(args.data),
    layout: xmlLayout === 'AUTO' ? 'BASICS' : xmlLayout,
    attached: !digested && flag(params, 'encapsulate', true),
    digested,
    stamped: isRecord(params.tsaProfile),
    withCertificate: flag(params, 'outputCert', false),
    filter: filterOf(args, params, desk),
    locale: typeof locale === 'string' ? locale : 'kk',
  };
}

function objectIn(args: Record<string, unknown>, name: string): Record<string, unknown> {
  const value = args[name];
  if (value === undefined) throw invocation(`org.json.JSONException: JSONObject["${name}"] not found.`);
  if (!isRecord(value))
    throw invocation(`org.json.JSONException: JSONObject["${name}"] is not a JSONObject.`);
  return value;
}

function formatOf(format: unknown): SignFormat {
  if (format === 'xml' || format === 'cms' || format === 'raw') return format;
  throw invalid('format must be cms, xml or raw');
}

/** The official example sends the values of its radio buttons: texts. */
function flag(params: Record<string, unknown>, name: string, otherwise: boolean): boolean {
  const value = params[name];
  if (value === undefined || value === null) return otherwise;
  return value === true || value === 'true';
}

function itemsOf(data: unknown, decode: boolean): Uint8Array[] {
  const list: readonly unknown[] = Array.isArray(data) ? data : [data];
  if (list.length === 0) throw invalid('there is no data');
  return list.map((one) => {
    if (typeof one !== 'string' || one === '') throw invalid('data must be a text or an array of texts');
    const bytes = decode ? fromBase64(one) : new TextEncoder().encode(one);
    if (bytes === undefined) throw new BasicsError('SIGNING_FAILURE', 'The data are no base64.');
    return bytes;
  });
}

function filterOf(args: Record<string, unknown>, params: Record<string, unknown>, desk: Desk): KeyFilter {
  const signer = objectIn(args, 'signerParams');
  const usages = signer.extKeyUsageOids;
  if (!isTexts(usages))
    throw invocation('org.json.JSONException: JSONObject["extKeyUsageOids"] is not a JSONArray.');
  const open = openFilter(desk.behaviour, usages);
  const text = (name: string) => {
    const value = signer[name];
    return typeof value === 'string' && value !== '' ? value : null;
  };
  return {
    ...open,
    iin: text('iin'),
    bin: text('bin'),
    serialNumber: text('serialNumber')?.toLowerCase() ?? null,
    files: storagesAllow(args.allowedStorages),
    expired: open.expired || flag(params, 'allowExpired', false),
    revoked: open.revoked || flag(params, 'allowRevoked', false),
    foreign: open.foreign || (Array.isArray(signer.chain) && signer.chain.length === 0),
    ...ofOtherAuthorities(signer.chain, desk),
  };
}

/** A chain that names other authorities than ours leaves none of our keys. */
function ofOtherAuthorities(chain: unknown, { authority }: Desk): { files?: false } {
  if (!Array.isArray(chain) || chain.length === 0) return {};
  const named = chain.map((one) =>
    String(one)
      .replaceAll(/-----[A-Z ]+-----/g, '')
      .replaceAll(/\s/g, ''),
  );
  return authority.trust().some(({ der }) => named.includes(base64(der))) ? {} : { files: false };
}

function storagesAllow(storages: unknown): boolean {
  if (storages === undefined || storages === null) return true;
  if (!isTexts(storages)) throw invalid('allowedStorages must be an array');
  const unknown = storages.find((one) => !FILE_STORAGES.includes(one) && !TOKEN_STORAGES.includes(one));
  if (unknown !== undefined) throw invalid(`unknown storage: ${unknown}`);
  return storages.length === 0 || storages.some((one) => FILE_STORAGES.includes(one));
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');
