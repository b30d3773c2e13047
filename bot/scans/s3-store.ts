import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { AwsV4Signer } from 'aws4fetch';
import type { ScanStore } from '../core.ts';

export interface S3Options {
  /** Where the name of its host begins with the bucket, the bucket is in no path. No slash at the end. */
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKey: string;
  readonly secretKey: string;
  /** How long is waited before the second and the third try, in milliseconds. */
  readonly restsMs?: readonly number[];
}

interface Body {
  readonly content: AsyncIterable<Uint8Array>;
  readonly bytes: number;
}

type Method = 'HEAD' | 'GET' | 'PUT' | 'DELETE';

const SILENCE_MS = 10_000;
const RESTS_MS = [200, 1_000];

/**
 * Scans in a bucket, as `scans/<key>`. What the storage does not answer well (5xx, 429, a broken connection) is tried three
 * times. Every request is signed (Signature V4); the content is not, it is sealed already.
 */
export function s3ScanStore(options: S3Options): ScanStore {
  const { restsMs = RESTS_MS } = options;
  const ask = async (method: Method, key: string, body?: Body): Promise<IncomingMessage> => {
    for (let tries = 0; ; tries += 1) {
      const rest = restsMs[tries];
      try {
        const answer = await send(options, method, key, body);
        const { statusCode = 0 } = answer;
        const isTrouble = statusCode >= 500 || statusCode === 429;
        if (!isTrouble || rest === undefined) return answer;
        answer.resume();
      } catch (error) {
        if (rest === undefined) throw error;
      }
      await wait(rest);
    }
  };
  return {
    put: async (key, content, bytes) => {
      const found = await ask('HEAD', key);
      if (ended(found, 404) !== 404) return;
      ended(await ask('PUT', key, { content, bytes }));
    },
    get: async (key) => {
      const answer = await ask('GET', key);
      if (answer.statusCode === 200) return answer;
      ended(answer, 404);
      return undefined;
    },
    remove: async (key) => {
      ended(await ask('DELETE', key), 404);
    },
  };
}

/** The status of an answer whose body is of no interest. Throws unless it is good, or the one that is `expected` too. */
function ended(answer: IncomingMessage, expected?: number): number {
  const { statusCode = 0 } = answer;
  answer.resume();
  if (statusCode !== expected && (statusCode < 200 || statusCode > 299))
    throw new Error(`the storage of scans answered with the status ${statusCode}`);
  return statusCode;
}

async function send(
  options: S3Options,
  method: Method,
  key: string,
  body: Body | undefined,
): Promise<IncomingMessage> {
  const url = addressOf(options, key);
  const signed = await new AwsV4Signer({
    method,
    url,
    headers: { 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD' },
    accessKeyId: options.accessKey,
    secretAccessKey: options.secretKey,
    service: 's3',
    region: options.region,
  }).sign();
  const length = body === undefined ? {} : { 'Content-Length': body.bytes };
  const headers = { ...Object.fromEntries(signed.headers), ...length };
  return new Promise((resolve, reject) => {
    const open = url.startsWith('https:') ? httpsRequest : httpRequest;
    const request = open(url, { method, headers, timeout: SILENCE_MS });
    request.once('timeout', () => request.destroy(new Error('the storage of scans fell silent')));
    request.once('response', resolve);
    request.once('error', reject);
    if (body === undefined) request.end();
    else pipeline(Readable.from(body.content), request).catch(reject);
  });
}

function addressOf({ endpoint, bucket }: S3Options, key: string): string {
  const isInHost = new URL(endpoint).hostname.startsWith(`${bucket}.`);
  return `${endpoint}${isInHost ? '' : `/${bucket}`}/scans/${key}`;
}
