import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { mountWeb } from '../../web-sign/mount.ts';
import { createWebServer } from '../../web-sign/server.ts';
import { openVerifier } from '../../web-sign/signature/open.ts';
import { createAuthority } from '../authority/authority.ts';
import { fewRsaKeys } from '../authority/key.ts';
import { authorityFetch, type Faults } from '../authority/server.ts';
import { createKeyring } from '../ncalayer/keyring.ts';
import { ncaLayerPages } from '../ncalayer/pages.ts';
import { startNcaLayer } from '../ncalayer/server.ts';
import { createPhone } from '../phone/phone.ts';
import { coreWorld } from './core-world.ts';
import { makeTemporaryFolder, removeTemporaryFolder } from './temporary.ts';

/**
 * The whole way of a digital signature but for the chat: core over a database, the web role on a port, the test
 * authority, a software NCALayer and a phone. Call at the top level of a test file.
 */
export async function signingWorld() {
  const port = await freePort();
  const publicUrl = `http://localhost:${port}`;
  const world = await coreWorld({ publicUrl });
  const { clock, core } = world;
  const authority = await createAuthority({ clock, baseUrl: 'http://authority.test', keys: fewRsaKeys() });
  const folder = makeTemporaryFolder();
  const trustDir = join(folder, 'trust');
  mkdirSync(trustDir);
  for (const { file, der } of authority.trust()) writeFileSync(join(trustDir, file), der);
  const faults: Faults = {};
  const warnings: string[] = [];
  const log = {
    info: () => undefined,
    warn: (fields: object, message: string) => void warnings.push(`${message} ${JSON.stringify(fields)}`),
    error: (fields: object, message: string) => void warnings.push(`${message} ${JSON.stringify(fields)}`),
  };
  const { verifier } = openVerifier({ trustDir, clock, log, fetch: authorityFetch(authority, faults) });
  const keyring = createKeyring({
    authority,
    clock,
    holders: [],
    lookUp: async (iin) => {
      const person = await world.sandbox.registry.person(iin as never);
      return person && { ...person, role: { kk: 'ата-ана', ru: 'родитель' } };
    },
  });
  const ncalayer = await startNcaLayer({ keyring, authority, clock, port: 0 });
  const pages = ncaLayerPages(ncalayer);
  const phone = createPhone({ keyring, authority, clock, isAllowed: (url) => url.origin === publicUrl });
  const app = await createWebServer({
    health: async () => ({ status: 'ok' }),
    onError: (error) => void warnings.push(String(error)),
  });
  const stop = mountWeb(app, {
    core,
    clock,
    log,
    signing: {
      verifier,
      settings: {
        publicUrl,
        ncalayerUrl: ncalayer.url,
        egovMobileLink: `${publicUrl}/phone?link=`,
        organisation: { nameKk: 'Кезек', nameRu: 'Кезек', nameEn: 'Kezek', bin: '000000000000' },
        botUrl: 'https://t.me/kezek_test_bot',
      },
    },
  });
  await app.listen({ port, host: 'localhost' });
  afterAll(async () => {
    pages.close();
    await stop();
    await app.close();
    await ncalayer.close();
    removeTemporaryFolder(folder);
  });
  return { ...world, publicUrl, authority, faults, keyring, ncalayer, phone, verifier, app, warnings };
}

/** A port that was free a moment ago: the address of the pages stands in every link before the server listens. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}
