import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { z } from 'zod';

/** A setting is missing or wrong. The message is one line that names every such variable and never shows a value. */
export class ConfigError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ConfigError';
  }
}

export const ROLES = ['bot', 'worker', 'web'] as const;
/** What one process does: answer people, run jobs and send notices, serve pages. */
export type Role = (typeof ROLES)[number];

/** A bucket of a storage that speaks S3. */
export interface S3Config {
  /** Without a slash at the end; where the name of its host begins with the bucket, the bucket is in no path. */
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKey: string;
  readonly secretKey: string;
}

export interface Config {
  readonly port: number;
  /** Absolute. */
  readonly dataDir: string;
  /** Undefined: the embedded database in `dataDir`. */
  readonly databaseUrl: string | undefined;
  readonly redisUrl: string | undefined;
  /** Undefined: the Telegram stand-in of the local world. */
  readonly botToken: string | undefined;
  /** Without a slash at the end. */
  readonly telegramApiRoot: string;
  /** Where people's browsers reach the pages, without a slash at the end. */
  readonly publicUrl: string;
  readonly botMode: 'polling' | 'webhook';
  readonly webhookSecret: string | undefined;
  /** 32 bytes that encrypt IINs. Undefined only with the embedded database: see core/local-key.ts. */
  readonly dataKey: Buffer | undefined;
  /** Undefined: scans are kept in `dataDir`. */
  readonly s3: S3Config | undefined;
  readonly mail: { readonly url: string; readonly from: string } | undefined;
  readonly sms: { readonly url: string; readonly token: string; readonly sender: string } | undefined;
  readonly supportPhone: string | undefined;
  readonly signature: {
    /** The folder of the certificates that are trusted, absolute. Undefined: ЭЦҚ is not offered. */
    readonly trustDir: string | undefined;
    /** Undefined: the addresses that the certificates themselves name. */
    readonly ocspUrl: string | undefined;
    readonly crlUrl: string | undefined;
    /** Before what the encoded address of a request is put, so that it opens the app on the same phone. */
    readonly egovMobileLink: string;
    readonly egovBusinessLink: string;
    /** Who asks for a signature, as the phone shows it. */
    readonly organisation: { readonly kk: string; readonly ru: string; readonly bin: string };
  };
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
  readonly roles: readonly Role[];
}

export const TELEGRAM_API_ROOT = 'https://api.telegram.org';
// EDS.md §5.2: the universal links of the two apps.
export const EGOV_MOBILE_LINK = 'https://m.egov.kz/mobileSign/?link=';
export const EGOV_BUSINESS_LINK = 'https://m.egov.kz/businessSign/?link=';
export const DATA_KEY_BYTES = 32;
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

const url = (schemes: readonly string[], example: string) =>
  z.string().refine((text) => schemes.includes(URL.parse(text)?.protocol.slice(0, -1) ?? ''), {
    error: `must be an address like ${example}`,
  });

const isBase64Of = (bytes: number, text: string) => {
  const decoded = Buffer.from(text, 'base64');
  return decoded.length === bytes && decoded.toString('base64') === text;
};

const withoutSlash = (text: string) => text.replace(/\/+$/, '');

const Env = z.object({
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, { error: 'must be a whole number from 0 to 65535' })
    .transform(Number)
    .refine((port) => port <= 65_535, { error: 'must be a whole number from 0 to 65535' })
    .default(3000),
  DATA_DIR: z.string().default('.data'),
  DATABASE_URL: url(['postgres', 'postgresql'], 'postgresql://user:password@host:5432/kezek').optional(),
  REDIS_URL: url(['redis', 'rediss'], 'redis://host:6379').optional(),
  BOT_TOKEN: z
    .string()
    .regex(/^\d+:[\w-]+$/, { error: 'must be a token as @BotFather gives it, like 123456:ABC-DEF' })
    .optional(),
  TELEGRAM_API_ROOT: url(['http', 'https'], TELEGRAM_API_ROOT)
    .transform(withoutSlash)
    .default(TELEGRAM_API_ROOT),
  PUBLIC_URL: url(['http', 'https'], 'https://kezek.example').transform(withoutSlash).optional(),
  BOT_MODE: z.enum(['polling', 'webhook'], { error: 'must be polling or webhook' }).default('polling'),
  WEBHOOK_SECRET: z
    .string()
    .regex(/^[\w-]{16,256}$/, { error: 'must be 16 to 256 letters, digits, _ and -' })
    .optional(),
  DATA_KEY: z
    .string()
    .refine((text) => isBase64Of(DATA_KEY_BYTES, text), {
      error: `must be ${DATA_KEY_BYTES} random bytes in base64 (make one with: openssl rand -base64 ${DATA_KEY_BYTES})`,
    })
    .transform((text) => Buffer.from(text, 'base64'))
    .optional(),
  S3_ENDPOINT: url(['http', 'https'], 'https://s3.example.kz').transform(withoutSlash).optional(),
  S3_BUCKET: z
    .string()
    .regex(/^[a-z\d][a-z\d.-]{1,61}[a-z\d]$/, { error: 'must be the name of a bucket, like kezek-scans' })
    .optional(),
  S3_REGION: z
    .string()
    .regex(/^[\w-]{1,40}$/, { error: 'must be a region, like us-east-1' })
    .default('us-east-1'),
  S3_ACCESS_KEY: z.string().optional(),
  S3_SECRET_KEY: z.string().optional(),
  SMTP_URL: url(['smtp', 'smtps'], 'smtps://user:password@host').optional(),
  MAIL_FROM: z
    .string()
    .regex(/^(?:[^<>@]*<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/, {
      error: 'must be an e-mail address, like Kezek <kezek@example.kz>',
    })
    .optional(),
  SMS_URL: url(['http', 'https'], 'https://sms.example/api').optional(),
  SMS_TOKEN: z.string().optional(),
  SMS_SENDER: z.string().max(20, { error: 'must be at most 20 characters' }).optional(),
  SUPPORT_PHONE: z
    .string()
    .regex(/^\+?\d[\d ()-]{2,24}$/, { error: 'must be a phone number, like +7 7162 25 00 00 or 1414' })
    .optional(),
  TRUST_DIR: z.string().optional(),
  OCSP_URL: url(['http', 'https'], 'http://ocsp.pki.gov.kz').optional(),
  CRL_URL: url(['http', 'https'], 'http://crl.pki.gov.kz/nca_gost_2022.crl').optional(),
  EGOV_MOBILE_LINK: url(['http', 'https'], EGOV_MOBILE_LINK).default(EGOV_MOBILE_LINK),
  EGOV_BUSINESS_LINK: url(['http', 'https'], EGOV_BUSINESS_LINK).default(EGOV_BUSINESS_LINK),
  ORGANISATION_NAME_KK: z.string().max(200, { error: 'must be at most 200 characters' }).default('Кезек'),
  ORGANISATION_NAME_RU: z.string().max(200, { error: 'must be at most 200 characters' }).default('Кезек'),
  ORGANISATION_BIN: z
    .string()
    .regex(/^\d{12}$/, { error: 'must be the 12 digits of a BIN' })
    .default('000000000000'),
  LOG_LEVEL: z.enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(', ')}` }).default('info'),
  ROLES: z
    .string()
    .transform((text) => text.split(',').map((role) => role.trim()))
    .pipe(z.array(z.enum(ROLES, { error: `must be some of ${ROLES.join(',')}` })))
    .default([...ROLES]),
});

type Settings = z.infer<typeof Env>;

/** The names of all variables that are read. */
export const CONFIG_VARIABLES: readonly string[] = Object.keys(Env.shape);

/**
 * Reads the configuration out of the variables of `env` (each told in .env.example). An empty variable counts as unset.
 * @throws ConfigError naming all that is missing or wrong.
 */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
  const parsed = Env.safeParse(given);
  if (!parsed.success) throw new ConfigError(`${faultsOf(parsed.error).join('; ')}.`);
  const missing = missingOf(parsed.data);
  if (missing.length > 0) throw new ConfigError(`${missing.join('; ')}.`);
  return toConfig(parsed.data);
}

/**
 * `env` with what a `.env` file adds to it; what the environment itself says wins, and without a file nothing changes.
 * @throws ConfigError when there is a file that cannot be read.
 */
export function withEnvFile(env: NodeJS.ProcessEnv, file = '.env'): NodeJS.ProcessEnv {
  try {
    return { ...parseEnv(readFileSync(file, 'utf8')), ...env };
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return env;
    throw new ConfigError(`the file ${file} cannot be read (${codeOf(cause)}).`, { cause });
  }
}

/** Variable and what it must be, once per variable; every message is written here, so that none quotes a value. */
function faultsOf(error: z.ZodError): string[] {
  const faults = new Map<string, string>();
  for (const { path, message } of error.issues) {
    const name = String(path[0]);
    if (!faults.has(name)) faults.set(name, `${name} ${message}`);
  }
  return [...faults.values()];
}

function missingOf(settings: Settings): string[] {
  const webhook = settings.BOT_MODE === 'webhook' && settings.BOT_TOKEN !== undefined;
  const needed: [wanted: boolean, name: keyof Settings, because: string][] = [
    [settings.DATABASE_URL !== undefined, 'DATA_KEY', 'DATABASE_URL is set'],
    [webhook, 'PUBLIC_URL', 'BOT_MODE is webhook'],
    [webhook, 'WEBHOOK_SECRET', 'BOT_MODE is webhook'],
    [settings.S3_ENDPOINT !== undefined, 'S3_BUCKET', 'S3_ENDPOINT is set'],
    [settings.S3_ENDPOINT !== undefined, 'S3_ACCESS_KEY', 'S3_ENDPOINT is set'],
    [settings.S3_ENDPOINT !== undefined, 'S3_SECRET_KEY', 'S3_ENDPOINT is set'],
    [settings.S3_BUCKET !== undefined, 'S3_ENDPOINT', 'S3_BUCKET is set'],
    [settings.SMTP_URL !== undefined, 'MAIL_FROM', 'SMTP_URL is set'],
    [settings.SMS_URL !== undefined, 'SMS_TOKEN', 'SMS_URL is set'],
    [settings.SMS_URL !== undefined, 'SMS_SENDER', 'SMS_URL is set'],
  ];
  const missing = needed
    .filter(([wanted, name]) => wanted && settings[name] === undefined)
    .map(([, name, because]) => `${name} is missing: it must be set when ${because}`);
  // Telegram itself takes no other; a stand-in beside us does.
  const insecure =
    webhook && settings.TELEGRAM_API_ROOT === TELEGRAM_API_ROOT && settings.PUBLIC_URL?.startsWith('http:');
  if (insecure) return [...missing, 'PUBLIC_URL must begin with https:// when BOT_MODE is webhook'];
  // Telegram makes no button of another address, and a browser lets no other page talk to NCALayer.
  const isReal = settings.BOT_TOKEN !== undefined && settings.TELEGRAM_API_ROOT === TELEGRAM_API_ROOT;
  const unreachable =
    isReal && settings.TRUST_DIR !== undefined && !settings.PUBLIC_URL?.startsWith('https:');
  return unreachable ? [...missing, 'PUBLIC_URL must begin with https:// when TRUST_DIR is set'] : missing;
}

function toConfig(env: Settings): Config {
  const { SMTP_URL, MAIL_FROM, SMS_URL, SMS_TOKEN, SMS_SENDER } = env;
  return {
    port: env.PORT,
    dataDir: resolve(env.DATA_DIR),
    databaseUrl: env.DATABASE_URL,
    redisUrl: env.REDIS_URL,
    botToken: env.BOT_TOKEN,
    telegramApiRoot: env.TELEGRAM_API_ROOT,
    publicUrl: env.PUBLIC_URL ?? `http://localhost:${env.PORT}`,
    botMode: env.BOT_MODE,
    webhookSecret: env.WEBHOOK_SECRET,
    dataKey: env.DATA_KEY,
    s3: s3Of(env),
    mail: SMTP_URL && MAIL_FROM ? { url: SMTP_URL, from: MAIL_FROM } : undefined,
    sms:
      SMS_URL && SMS_TOKEN && SMS_SENDER ? { url: SMS_URL, token: SMS_TOKEN, sender: SMS_SENDER } : undefined,
    supportPhone: env.SUPPORT_PHONE,
    signature: {
      trustDir: env.TRUST_DIR === undefined ? undefined : resolve(env.TRUST_DIR),
      ocspUrl: env.OCSP_URL,
      crlUrl: env.CRL_URL,
      egovMobileLink: env.EGOV_MOBILE_LINK,
      egovBusinessLink: env.EGOV_BUSINESS_LINK,
      organisation: {
        kk: env.ORGANISATION_NAME_KK,
        ru: env.ORGANISATION_NAME_RU,
        bin: env.ORGANISATION_BIN,
      },
    },
    logLevel: env.LOG_LEVEL,
    roles: [...new Set(env.ROLES)],
  };
}

function s3Of(env: Settings): S3Config | undefined {
  const { S3_ENDPOINT, S3_BUCKET, S3_REGION: region, S3_ACCESS_KEY, S3_SECRET_KEY } = env;
  if (!S3_ENDPOINT || !S3_BUCKET || !S3_ACCESS_KEY || !S3_SECRET_KEY) return undefined;
  return {
    endpoint: S3_ENDPOINT,
    bucket: S3_BUCKET,
    region,
    accessKey: S3_ACCESS_KEY,
    secretKey: S3_SECRET_KEY,
  };
}

/** The code of a failed system call, without its words, which may hold a path or a value. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
