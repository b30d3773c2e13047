import { type Certificate, parseCertificate } from '../../web-sign/signature/certificate/certificate.ts';
import type { Key } from '../authority/key.ts';
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
import { type KeyFilter, WindowBusy } from './window.ts';

/** The old module kz.gov.pki.knca.commonUtils (EDS.md §1.3): positional arguments, looked up by name and count. */

type Args = readonly unknown[];
type Method = (args: Args, desk: Desk, caller: Caller) => Promise<unknown>;

class CommonError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CommonError';
  }
}

/** The method was not reached: Java leaves the uuid out of such an answer. */
class CallError extends CommonError {}

type Type = 'text' | 'texts' | 'flag';

interface Entry {
  readonly types: readonly Type[];
  readonly run: Method;
}

const text = (value: unknown) => String(value);

const METHODS: Readonly<Record<string, Entry>> = {
  getActiveTokens: { types: [], run: async (_, { behaviour }) => [...behaviour.tokens] },
  changeLocale: { types: ['text'], run: async () => undefined },
  getKeyInfo: { types: ['text'], run: keyInfo },
  signXml: {
    types: ['text', 'text', 'text', 'text', 'text'],
    run: async (args, desk, caller) => (await signXmls([text(args[2])], args, desk, caller))[0],
  },
  signXmls: {
    types: ['text', 'text', 'texts', 'text', 'text'],
    run: (args, desk, caller) => signXmls((args[2] as unknown[]).map(text), args, desk, caller),
  },
  createCAdESFromBase64: {
    types: ['text', 'text', 'text', 'flag'],
    run: (args, desk, caller) => cms(args, desk, caller, { digested: false, stamped: false }),
  },
  createCAdESFromBase64Hash: {
    types: ['text', 'text', 'text'],
    run: (args, desk, caller) => cms(args, desk, caller, { digested: true, stamped: false }),
  },
  createCMSSignatureFromBase64: {
    types: ['text', 'text', 'text', 'flag'],
    run: (args, desk, caller) => cms(args, desk, caller, { digested: false, stamped: true }),
  },
};

/** Answers a request whose module is commonUtils. */
export async function answerCommonUtils(
  request: Record<string, unknown>,
  desk: Desk,
  caller: Caller,
): Promise<object> {
  const uuid = typeof request.uuid === 'string' && request.uuid !== '' ? { uuid: request.uuid } : {};
  try {
    const responseObject = await call(request, desk, caller);
    return { ...(responseObject === undefined ? {} : { responseObject }), code: '200', ...uuid };
  } catch (error) {
    const isKnown = [CommonError, SigningFailed, WindowBusy].some((kind) => error instanceof kind);
    if (!isKnown || !(error instanceof Error)) throw error;
    return { code: '500', message: error.message, ...(error instanceof CallError ? {} : uuid) };
  }
}

async function call(request: Record<string, unknown>, desk: Desk, caller: Caller): Promise<unknown> {
  const { method: name } = request;
  if (typeof name !== 'string') throw new CallError('JSONObject["method"] not found.');
  const args: Args = Array.isArray(request.args) ? request.args : [];
  const entry = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
  if (!entry || entry.types.length !== args.length) throw new CallError(`NoSuchMethodException ${name}`);
  if (!entry.types.every((type, at) => isOf(type, args[at])))
    throw new CallError(`java.lang.IllegalArgumentException: argument type mismatch. Method: ${name}`);
  return entry.run(args, desk, caller);
}

function isOf(type: Type, value: unknown): boolean {
  if (type === 'flag') return typeof value === 'boolean';
  if (type === 'text') return typeof value === 'string';
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

/** @throws CommonError where the storage has no keys. */
function checkStorage(name: string, { behaviour }: Desk): void {
  if (name.trim() === '') throw new CommonError('storageName.param.empty');
  if (FILE_STORAGES.includes(name)) return;
  if (!TOKEN_STORAGES.includes(name)) throw new CommonError('storage.unknown');
  if (!behaviour.tokens.includes(name)) throw new CommonError('storage.empty');
}

const USAGES: Readonly<Record<string, readonly string[]>> = {
  SIGNATURE: ['1.3.6.1.5.5.7.3.4'],
  AUTHENTICATION: ['1.3.6.1.5.5.7.3.2'],
};

/** Any other type of key is as good as none named. */
function filterFor(storage: string, keyType: string, desk: Desk): KeyFilter {
  const usages = Object.hasOwn(USAGES, keyType) ? (USAGES[keyType] ?? []) : [];
  return { ...openFilter(desk.behaviour, usages), files: FILE_STORAGES.includes(storage) };
}

async function signed(args: Args, task: Task, desk: Desk, caller: Caller): Promise<string[]> {
  const [storage, keyType] = [text(args[0]), text(args[1])];
  checkStorage(storage, desk);
  const filter = filterFor(storage, keyType, desk);
  const key = await askForKey(desk, { ...task, filter, locale: null, origin: caller.origin }, caller);
  if (key === null) throw new CommonError('action.canceled');
  const { failure } = desk.behaviour;
  if (failure !== null) {
    desk.behaviour.failure = null;
    desk.window.failed();
    throw new CommonError(failure.message);
  }
  return signAll(desk, key, task);
}

async function signXmls(xmls: readonly string[], args: Args, desk: Desk, caller: Caller): Promise<string[]> {
  if (args[3] !== '' || args[4] !== '')
    throw new CommonError('this stand-in signs the whole document only: leave both XPath texts empty');
  const { xmlLayout } = desk.behaviour;
  const task: Task = {
    format: 'xml',
    items: xmls.map((xml) => new TextEncoder().encode(xml)),
    layout: xmlLayout === 'AUTO' ? 'COMMON_UTILS' : xmlLayout,
    attached: true,
    digested: false,
    stamped: false,
  };
  return signed(args, task, desk, caller);
}

async function cms(
  args: Args,
  desk: Desk,
  caller: Caller,
  how: { readonly digested: boolean; readonly stamped: boolean },
): Promise<string> {
  const data = fromBase64(text(args[2]));
  if (data === undefined) throw new CommonError('Illegal base64 character');
  const task: Task = {
    ...how,
    format: 'cms',
    items: [data],
    layout: 'COMMON_UTILS',
    attached: args[3] === true,
  };
  return (await signed(args, task, desk, caller))[0] ?? '';
}

async function keyInfo(args: Args, desk: Desk, caller: Caller): Promise<object> {
  const storage = text(args[0]);
  checkStorage(storage, desk);
  const question = {
    format: null,
    items: [],
    digested: false,
    origin: caller.origin,
    locale: null,
    filter: filterFor(storage, '', desk),
  };
  const key = await askForKey(desk, question, caller);
  if (key === null) throw new CommonError('action.canceled');
  return infoOf(key, parseCertificate(key.certificate));
}

function infoOf(key: Key, certificate: Certificate): object {
  const { subjectKeyId, authorityKeyId, notAfter, notBefore, serialNumber, issuerName } = certificate;
  const hex = (bytes: Uint8Array | null) => Buffer.from(bytes ?? []).toString('hex');
  return {
    alias: serialNumber,
    keyId: hex(subjectKeyId),
    algorithm: key.algorithm === 'RSA' ? 'RSA' : 'ECGOST3410-2015',
    subjectCn: key.holder.name,
    subjectDn: `CN=${key.holder.name}`,
    issuerCn: issuerName,
    issuerDn: `CN=${issuerName}`,
    serialNumber,
    certNotAfter: String(notAfter.getTime()),
    certNotBefore: String(notBefore.getTime()),
    authorityKeyIdentifier: hex(authorityKeyId),
    pem: pem('CERTIFICATE', base64(key.certificate)),
  };
}
