import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CONFIG_VARIABLES, ConfigError, loadConfig, withEnvFile } from './config.ts';
import { localDataKey } from './local-key.ts';

const folder = mkdtempSync(join(tmpdir(), 'kezek-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

const KEY = Buffer.alloc(32, 7).toString('base64');
const refusal = (env: NodeJS.ProcessEnv): string => {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('it was taken');
};

const NO_SIGNATURE = {
  trustDir: undefined,
  ocspUrl: undefined,
  crlUrl: undefined,
  egovMobileLink: 'https://m.egov.kz/mobileSign/?link=',
  egovBusinessLink: 'https://m.egov.kz/businessSign/?link=',
  organisation: { kk: 'Кезек', ru: 'Кезек', bin: '000000000000' },
};

describe('with nothing configured', () => {
  it('everything runs on this machine', () => {
    expect(loadConfig({})).toEqual({
      port: 3000,
      dataDir: resolve('.data'),
      databaseUrl: undefined,
      redisUrl: undefined,
      botToken: undefined,
      telegramApiRoot: 'https://api.telegram.org',
      publicUrl: 'http://localhost:3000',
      botMode: 'polling',
      webhookSecret: undefined,
      dataKey: undefined,
      s3: undefined,
      mail: undefined,
      sms: undefined,
      supportPhone: undefined,
      signature: NO_SIGNATURE,
      logLevel: 'info',
      roles: ['bot', 'worker', 'web'],
    });
  });

  it('an empty variable is as good as none', () => {
    expect(loadConfig({ PORT: '', BOT_TOKEN: ' ', DATABASE_URL: '' })).toEqual(loadConfig({}));
  });

  it('variables that are not ours are of no account', () => {
    expect(loadConfig({ HOME: '/', SHLVL: '1' })).toEqual(loadConfig({}));
  });
});

describe('what is set is taken', () => {
  it('each in its own shape', () => {
    const config = loadConfig({
      PORT: '8080',
      DATABASE_URL: 'postgresql://kezek@db/kezek',
      DATA_KEY: KEY,
      TELEGRAM_API_ROOT: 'http://127.0.0.1:8081/',
      PUBLIC_URL: 'https://kezek.example/',
      S3_ENDPOINT: 'https://s3.example.kz/',
      S3_BUCKET: 'kezek-scans',
      S3_ACCESS_KEY: 'access',
      S3_SECRET_KEY: 'secret',
      SMTP_URL: 'smtps://mail.example',
      MAIL_FROM: 'Kezek <kezek@example.kz>',
      SMS_URL: 'https://sms.example/api',
      SMS_TOKEN: 'token',
      SMS_SENDER: 'KEZEK',
      SUPPORT_PHONE: '1414',
      ROLES: 'web, worker,web',
    });
    expect(config).toMatchObject({
      port: 8080,
      databaseUrl: 'postgresql://kezek@db/kezek',
      dataKey: Buffer.alloc(32, 7),
      telegramApiRoot: 'http://127.0.0.1:8081',
      publicUrl: 'https://kezek.example',
      s3: {
        endpoint: 'https://s3.example.kz',
        bucket: 'kezek-scans',
        region: 'us-east-1',
        accessKey: 'access',
        secretKey: 'secret',
      },
      mail: { url: 'smtps://mail.example', from: 'Kezek <kezek@example.kz>' },
      sms: { url: 'https://sms.example/api', token: 'token', sender: 'KEZEK' },
      supportPhone: '1414',
      roles: ['web', 'worker'],
    });
  });
});

describe('a wrong value stops the start', () => {
  it.each([
    ['PORT', 'eighty'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '80.5'],
    ['DATABASE_URL', 'mysql://root:hush@db/kezek'],
    ['DATABASE_URL', 'hush'],
    ['REDIS_URL', 'http://hush'],
    ['BOT_TOKEN', 'hush'],
    ['TELEGRAM_API_ROOT', 'api.telegram.org'],
    ['PUBLIC_URL', 'kezek.example'],
    ['BOT_MODE', 'hush'],
    ['WEBHOOK_SECRET', 'hush'],
    ['DATA_KEY', 'hush'],
    ['DATA_KEY', Buffer.alloc(31).toString('base64')],
    ['DATA_KEY', Buffer.alloc(32).toString('hex')],
    ['S3_ENDPOINT', 'hush'],
    ['S3_BUCKET', 'Hush!hush'],
    ['S3_REGION', 'hush hush'],
    ['SMTP_URL', 'hush'],
    ['MAIL_FROM', 'hush'],
    ['SMS_URL', 'hush'],
    ['SUPPORT_PHONE', 'hush'],
    ['LOG_LEVEL', 'hush'],
    ['ROLES', 'bot,hush'],
    ['ROLES', ','],
  ])('%s=%s is named in one line that does not show it', (name, value) => {
    const line = refusal({ [name]: value });
    expect(line).toMatch(new RegExp(`^${name} must be [^\n]+\\.$`));
    expect(line).not.toContain('hush');
  });

  it('all of them are named at once', () => {
    expect(refusal({ PORT: 'x', LOG_LEVEL: 'x' })).toMatch(/PORT must be .*; LOG_LEVEL must be /);
  });
});

describe('what one setting asks of another', () => {
  const webhook = { BOT_MODE: 'webhook', BOT_TOKEN: '1:A', WEBHOOK_SECRET: 'sixteen-letters-' };

  it.each<[string, NodeJS.ProcessEnv]>([
    ['DATA_KEY', { DATABASE_URL: 'postgres://db/kezek' }],
    ['WEBHOOK_SECRET', { BOT_MODE: 'webhook', BOT_TOKEN: '1:A', PUBLIC_URL: 'https://kezek.example' }],
    ['PUBLIC_URL', webhook],
    ['S3_BUCKET', { S3_ENDPOINT: 'https://s3', S3_ACCESS_KEY: 'a', S3_SECRET_KEY: 's' }],
    ['S3_ACCESS_KEY', { S3_ENDPOINT: 'https://s3', S3_BUCKET: 'kezek', S3_SECRET_KEY: 's' }],
    ['S3_SECRET_KEY', { S3_ENDPOINT: 'https://s3', S3_BUCKET: 'kezek', S3_ACCESS_KEY: 'a' }],
    ['S3_ENDPOINT', { S3_BUCKET: 'kezek' }],
    ['MAIL_FROM', { SMTP_URL: 'smtp://mail' }],
    ['SMS_TOKEN', { SMS_URL: 'https://sms', SMS_SENDER: 'KEZEK' }],
    ['SMS_SENDER', { SMS_URL: 'https://sms', SMS_TOKEN: 'token' }],
  ])('%s is missed', (name, env) => {
    expect(refusal(env)).toMatch(new RegExp(`^${name} is missing: it must be set when [^\n]+\\.$`));
  });

  it('people are led to the signing page over https only', () => {
    const real = { BOT_TOKEN: '1:a', DATABASE_URL: 'postgresql://h/k', DATA_KEY: KEY, TRUST_DIR: 'trust' };
    expect(refusal(real)).toContain('PUBLIC_URL must begin with https://');
    expect(refusal({ ...real, PUBLIC_URL: 'http://kezek.example' })).toContain('when TRUST_DIR is set');
    expect(loadConfig({ ...real, PUBLIC_URL: 'https://kezek.example' }).signature.trustDir).toBe(
      resolve('trust'),
    );
    expect(loadConfig({ TRUST_DIR: 'trust' }).publicUrl).toBe('http://localhost:3000');
  });

  it('Telegram sends updates over https only, a stand-in over http too', () => {
    expect(refusal({ ...webhook, PUBLIC_URL: 'http://kezek.example' })).toContain(
      'PUBLIC_URL must begin with https://',
    );
    const standIn = {
      ...webhook,
      PUBLIC_URL: 'http://localhost',
      TELEGRAM_API_ROOT: 'http://localhost:8081',
    };
    expect(loadConfig(standIn).botMode).toBe('webhook');
  });
});

describe('a .env file', () => {
  it('adds to the environment and never overrides it', () => {
    const file = join(folder, 'good.env');
    writeFileSync(file, '# ours\nPORT=4000\nLOG_LEVEL="warn"\n');
    expect(withEnvFile({ PORT: '5000' }, file)).toEqual({ PORT: '5000', LOG_LEVEL: 'warn' });
  });

  it('may be absent', () => {
    expect(withEnvFile({ PORT: '5000' }, join(folder, 'none.env'))).toEqual({ PORT: '5000' });
  });

  it('that cannot be read is told', () => {
    mkdirSync(join(folder, 'folder.env'));
    expect(() => withEnvFile({}, join(folder, 'folder.env'))).toThrow(ConfigError);
  });
});

describe('the key of the local world', () => {
  it('is made once, for its owner alone, and leaves no draft', () => {
    const dataDir = join(folder, 'new', 'data');
    const key = localDataKey(dataDir);
    expect(key).toHaveLength(32);
    expect(localDataKey(dataDir)).toEqual(key);
    expect(statSync(join(dataDir, 'data-key')).mode & 0o077).toBe(0);
    expect(readdirSync(dataDir)).toEqual(['data-key']);
  });

  it('is never replaced when its file is damaged', () => {
    writeFileSync(join(folder, 'data-key'), 'short');
    expect(() => localDataKey(folder)).toThrow('holds no key');
  });
});

describe('.env.example', () => {
  const lines = readFileSync('.env.example', 'utf8').split('\n');

  it('has every variable in the order of the code, each commented out under its one sentence', () => {
    const told = lines.flatMap((line, at) => {
      const name = /^#([A-Z\d_]+)=/.exec(line)?.[1];
      return name ? [{ name, sentence: lines[at - 1] ?? '' }] : [];
    });
    expect(told.map(({ name }) => name)).toEqual(CONFIG_VARIABLES);
    for (const { sentence } of told) expect(sentence).toMatch(/^# .+\.$/);
  });
});
