import type { Authority, AuthoritySettings, Chain } from './api.ts';
import { keyDesk, type Maker, serviceDesk } from './desk.ts';
import { CHAINS, fileName, issuerOf } from './founding.ts';
import type { Journal } from './journal.ts';
import type { PrivateKey } from './key.ts';
import { openLedger } from './ledger.ts';
import type { Withdrawn } from './lists.ts';
import type { Issuer } from './profile.ts';

/** A certificate with its key, as the authority itself uses it. */
export interface Certified {
  readonly key: PrivateKey;
  readonly certificate: Uint8Array;
}

export interface CertificateAuthority extends Issuer {
  /** `issuing-gost`: its name in addresses and files. */
  readonly file: string;
  readonly certificate: Uint8Array;
}

/** Everything that was issued and taken back. */
export interface Register {
  readonly authorities: readonly CertificateAuthority[];
  issuing(chain: Chain): CertificateAuthority;
  /** Whether this authority issued such a certificate, and when it was taken back. */
  find(issuer: CertificateAuthority, serial: bigint): { readonly withdrawnAt: Date | undefined } | undefined;
  /** What `issuer` took back up to `at`. */
  withdrawn(issuer: CertificateAuthority, at: Date): Withdrawn[];
  /** The authority's own OCSP responder or time stamper; made at the first call. */
  service(role: 'ocsp' | 'tsa', chain: Chain): Promise<Certified>;
  readonly desk: Pick<Authority, 'issue' | 'keyFor' | 'keys' | 'revoke' | 'trust' | 'cer'>;
}

export function openRegister(journal: Journal, settings: Required<AuthoritySettings>): Register {
  const ledger = openLedger(journal);
  const authorities = CHAINS.flatMap((chain) => [
    authorityIn(journal, settings, 'root', chain),
    authorityIn(journal, settings, 'issuing', chain),
  ]);
  const issuing = (chain: Chain): CertificateAuthority => {
    const file = fileName('issuing', chain);
    const found = authorities.find((one) => one.file === file);
    if (!found) throw new Error(`no ${file}`);
    return found;
  };
  const maker: Maker = { journal, ledger, settings, issuing };
  return {
    authorities,
    issuing,
    find: (issuer, serial) => {
      const found = ledger.bySerial.get(serial);
      return found && Buffer.compare(found.issuerName, issuer.name) === 0 ? found : undefined;
    },
    withdrawn: (issuer, at) =>
      [...ledger.bySerial.values()].flatMap(({ issuerName, serial, withdrawnAt }) =>
        withdrawnAt !== undefined && withdrawnAt <= at && Buffer.compare(issuerName, issuer.name) === 0
          ? [{ serial, at: withdrawnAt }]
          : [],
      ),
    service: serviceDesk(maker),
    desk: {
      ...keyDesk(maker),
      revoke: (serial, at) => {
        if (!ledger.withdraw(serial, at.toISOString()))
          throw new RangeError('no such certificate was issued');
        journal.add({ is: 'withdrawn', serial, at: at.toISOString() });
      },
      trust: () => authorities.map(({ file, certificate }) => ({ file: `${file}.cer`, der: certificate })),
      cer: (name) => authorities.find(({ file }) => file === name)?.certificate,
    },
  };
}

function authorityIn(
  journal: Journal,
  { baseUrl }: AuthoritySettings,
  level: 'root' | 'issuing',
  chain: Chain,
): CertificateAuthority {
  const made = journal
    .entries()
    .find((one) => one.is === 'made' && one.role === level && one.chain === chain);
  if (made?.is !== 'made') throw new Error(`the test authority has lost its ${level} certificate (${chain})`);
  const file = fileName(level, chain);
  const certificate = new Uint8Array(Buffer.from(made.certificate, 'base64'));
  return Object.assign(issuerOf(made, baseUrl, file), { file, certificate });
}
