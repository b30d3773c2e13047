import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type pg from 'pg';
import type { Clock } from '../../core/clock.ts';
import { openAuthority } from '../authority/authority.ts';
import { authorityFetch, serveAuthority } from '../authority/server.ts';
import { keyHolder, keyHolders } from '../invented/keys.ts';
import { createKeyring } from '../ncalayer/keyring.ts';
import { ncaLayerPages } from '../ncalayer/pages.ts';
import { NCALAYER_PORT, startNcaLayer } from '../ncalayer/server.ts';
import { servePhone } from '../phone/pages.ts';
import { createPhone } from '../phone/phone.ts';
import type { PersonInput } from '../telegram/types.ts';

/** What stands in for the authority, NCALayer and eGov Mobile; what the signing page and its verifier are told. */
export interface LocalSigning {
  /** The folder that TRUST_DIR would name. */
  readonly trustDir: string;
  /**
   * How the authority of this machine is asked about revocation, whatever address stands in a certificate: those that
   * were issued at an earlier start name the port of that start.
   */
  readonly fetch: typeof fetch;
  /** `ws://127.0.0.1:13579`, or another port where that is taken. */
  readonly ncalayerUrl: string;
  /** Page of the software NCALayer's window. */
  readonly ncalayerWindow: string;
  /** The address of API №1, percent-encoded, is put behind it. */
  readonly egovMobileLink: string;
  readonly egovBusinessLink: string;
}

/** The same with its pages, before it is known where they are. */
export interface SigningDesk {
  /** False for an address that is none of these pages. */
  serve(req: IncomingMessage, res: ServerResponse): Promise<boolean>;
  /** `pages`: the address of the local pages, without a slash at the end. */
  at(pages: string): LocalSigning;
  close(): Promise<void>;
}

export interface SigningSettings {
  /** Keeps the authority. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly pool: pg.Pool;
  readonly people: readonly PersonInput[];
  /** Port 0: NCALayer takes any, as everything does. */
  readonly port: number;
  /** Whether this is an address of this program: the phone talks to no other. */
  readonly isOurs: (url: URL) => boolean;
}

/** Opens the authority (made at the first start), NCALayer and the phone. Keys are made when they are first used. */
export async function openSigning(settings: SigningSettings): Promise<SigningDesk> {
  const { dataDir, clock, pool, people, port, isOurs } = settings;
  const folder = join(dataDir, 'authority');
  const place = { pages: '' };
  const authority = await openAuthority(folder, { clock, baseUrl: () => place.pages });
  const keyring = createKeyring({
    authority,
    clock,
    holders: await keyHolders(pool, people),
    lookUp: (iin) => keyHolder(pool, iin),
    file: join(folder, 'revoked-for-trying.json'),
  });
  const ncalayer = await startNcaLayer({ keyring, authority, clock, port: port === 0 ? 0 : NCALAYER_PORT });
  const window = ncaLayerPages(ncalayer);
  const phone = createPhone({ keyring, authority, clock, isAllowed: isOurs });
  return {
    serve: async (req, res) =>
      (await window.serve(req, res)) ||
      (await servePhone(phone, req, res)) ||
      (await serveAuthority(authority, req, res)),
    at: (pages) => {
      place.pages = pages;
      return {
        trustDir: join(folder, 'trust'),
        fetch: authorityFetch(authority),
        ncalayerUrl: ncalayer.url,
        ncalayerWindow: `${pages}/ncalayer`,
        egovMobileLink: `${pages}/phone?link=`,
        egovBusinessLink: `${pages}/phone?app=business&link=`,
      };
    },
    close: async () => {
      window.close();
      await ncalayer.close();
    },
  };
}
