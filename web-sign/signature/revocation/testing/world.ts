import { type Certificate, parseCertificate } from '../../certificate/certificate.ts';
import { UsageOid } from '../../certificate/facts.ts';
import {
  AUTHORITY,
  authorityName,
  type CertificateOptions,
  makeCertificate,
  newGostKey,
  newRsaKey,
  personName,
  SIGNING,
  type TestKey,
} from '../../certificate/testing/make.ts';
import { createTrust, type TrustStore } from '../../certificate/trust.ts';

export const NOW = new Date('2026-11-22T10:00:00Z');
export const OCSP_URL = 'http://ocsp.test/';
export const CRL_URL = 'http://crl.test/nca.crl';
export const DELTA_URL = 'http://crl.test/nca_d.crl';

export interface Holder {
  readonly key: TestKey;
  readonly certificate: Certificate;
}

/** An authority with a person's certificate and an OCSP responder under it. */
export interface World {
  readonly root: Holder;
  readonly person: Holder;
  readonly responder: Holder;
  readonly trust: TrustStore;
  issue(options: Partial<CertificateOptions>): Holder;
}

export function minutes(n: number): Date {
  return new Date(NOW.getTime() + n * 60_000);
}

export const RESPONDER = {
  subject: authorityName('OCSP RESPONDER'),
  keyUsage: ['digitalSignature'],
  extendedKeyUsage: [UsageOid.OCSP_SIGNING],
} as const satisfies Partial<CertificateOptions>;

export function createWorld(kind: 'GOST' | 'RSA', personOptions: Partial<CertificateOptions> = {}): World {
  const keys = { GOST: newGostKey, RSA: newRsaKey };
  const rootKey = keys[kind]();
  const issuer = { key: rootKey, subject: authorityName('ҰЛТТЫҚ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ') };
  const root = { key: rootKey, certificate: parseCertificate(makeCertificate({ ...issuer, ...AUTHORITY })) };
  const shared = keys[kind]();
  const issue = (options: Partial<CertificateOptions>): Holder => {
    const key = options.key ?? shared;
    const subject = personName('950115300128');
    return { key, certificate: parseCertificate(makeCertificate({ key, subject, issuer, ...options })) };
  };
  return {
    root,
    person: issue({ ...SIGNING, ocspUrls: [OCSP_URL], crlUrls: [CRL_URL], ...personOptions }),
    responder: issue({ ...RESPONDER, noCheck: true }),
    trust: createTrust([root.certificate.der]),
    issue,
  };
}

export type Answer = (request: Uint8Array) => Uint8Array | Response | Promise<Uint8Array | Response>;

/** A network of a few addresses; everything else cannot be reached. Counts what is asked. */
export function createNetwork(answers: Record<string, Answer | undefined>): {
  fetch: typeof fetch;
  asked: string[];
} {
  const asked: string[] = [];
  return {
    asked,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      asked.push(request.url);
      const answer = answers[request.url];
      if (!answer) throw new TypeError('fetch failed');
      const result = await answer(new Uint8Array(await request.arrayBuffer()));
      return result instanceof Response ? result : new Response(Uint8Array.from(result));
    },
  };
}
