import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestLink } from './testing/sign-pages.ts';
import { browser, type SignStage, signStage } from './testing/stage.ts';

let stage: SignStage;
let link: TestLink;
let cookies: Record<string, string>;
let auth: string;
beforeAll(async () => {
  stage = await signStage();
  link = stage.pages.add();
  const visitor = browser(stage.app);
  await visitor.open(link.token);
  cookies = Object.fromEntries(visitor.cookies);
  const { token } = await stage.pages.startPhone(link.id, { session: sessionOf(cookies) }, 'PDF');
  auth = (await stage.pages.phoneRequest(token)).auth;
});
afterAll(() => stage.app.close());

const sessionOf = (all: Record<string, string>) => Object.values(all)[0]?.split('.')[1] ?? '';

/** Each visitor from an address of its own, so that the limits of one do not hide what another finds. */
let visitors = 0;
const nobody = () => {
  visitors += 1;
  return `10.${(visitors >> 16) & 255}.${(visitors >> 8) & 255}.${visitors & 255}`;
};

const bodies = fc.oneof(
  fc.json({ maxDepth: 4 }),
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.record({ xml: fc.anything({ maxDepth: 2 }), token: fc.anything(), as: fc.anything() }).map(asText),
  fc.string({ unit: 'binary' }).map((xml) => asText({ xml })),
  fc.string({ unit: 'binary' }).map((token) => asText({ token })),
  fc
    .oneof(fc.anything({ maxDepth: 3 }), fc.base64String(), fc.string({ unit: 'binary' }))
    .map((data) => asText({ documentsToSign: [{ id: 1, documentXml: data, document: { file: { data } } }] })),
  fc.array(fc.anything({ maxDepth: 2 })).map((documentsToSign) => asText({ documentsToSign })),
);

function asText(value: unknown): string {
  return JSON.stringify(value, (_key, one) => (typeof one === 'bigint' ? String(one) : one)) ?? 'null';
}

const SAYS = { page: ['code', 'message', 'params'], phone: ['message'] };

describe('whatever is sent', () => {
  it.each([
    ['POST', '/sign/api/open', SAYS.page],
    ['POST', '/sign/api/:id/xml', SAYS.page],
    ['PUT', '/egov/document/:id', SAYS.phone],
  ] as const)('%s %s answers with a refusal in words, and nothing happens', async (method, path, says) => {
    await fc.assert(
      fc.asyncProperty(bodies, async (payload) => {
        const answer = await stage.app.inject({
          method,
          url: path.replace(':id', link.id),
          payload,
          cookies,
          remoteAddress: nobody(),
          headers: {
            'content-type': 'application/json',
            'sec-fetch-site': 'same-origin',
            authorization: `Bearer ${auth}`,
          },
        });
        expect(answer.statusCode).toBeGreaterThanOrEqual(400);
        expect(answer.statusCode).toBeLessThan(500);
        expect(Object.keys(answer.json()).sort()).toEqual(says);
        expect(link.view().state).toBe('OPEN');
      }),
      { numRuns: 300 },
    );
    expect(stage.logged.filter((line) => line.startsWith('server error'))).toEqual([]);
  });

  it('in the address, a cookie and the bearer token: a refusal too', async () => {
    const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 120 });
    await fc.assert(
      fc.asyncProperty(text, text, async (one, two) => {
        for (const url of [
          `/egov/${encodeURIComponent(one)}`,
          `/egov/document/${encodeURIComponent(one)}`,
          `/sign/api/${encodeURIComponent(one)}`,
          `/sign/api/${link.id}/files/${encodeURIComponent(one)}`,
        ]) {
          const answer = await stage.app.inject({
            url,
            remoteAddress: nobody(),
            cookies: { [`kezek-${link.id}`]: encodeURIComponent(two) },
            headers: { authorization: `Bearer ${Buffer.from(two).toString('base64')}` },
          });
          expect(answer.statusCode, url).toBeGreaterThanOrEqual(400);
          expect(answer.statusCode, url).toBeLessThan(500);
        }
      }),
      { numRuns: 200 },
    );
  });
});
