import { parseCertificate } from '../../web-sign/signature/certificate/certificate.ts';
import { privateKeyOf } from './founding.ts';
import type { Journal, Made } from './journal.ts';
import type { Certified } from './register.ts';

export interface Issued extends Certified {
  readonly made: Made;
  readonly serial: bigint;
  readonly issuerName: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  withdrawnAt: Date | undefined;
}

/** The journal in memory: what was issued, and what was taken back. */
export interface Ledger {
  readonly issued: Issued[];
  readonly bySerial: ReadonlyMap<bigint, Issued>;
  add(made: Made): Issued;
  /** False when no such certificate was issued. `serial`: hex. */
  withdraw(serial: string, at: string): boolean;
}

export function openLedger(journal: Journal): Ledger {
  const issued: Issued[] = [];
  const bySerial = new Map<bigint, Issued>();
  const ledger: Ledger = {
    issued,
    bySerial,
    add: (made) => {
      const one = issuedFrom(made);
      issued.push(one);
      bySerial.set(one.serial, one);
      return one;
    },
    withdraw: (serial, at) => {
      const one = /^[0-9a-f]+$/i.test(serial) ? bySerial.get(BigInt(`0x${serial}`)) : undefined;
      if (one) one.withdrawnAt ??= new Date(at);
      return one !== undefined;
    },
  };
  for (const line of journal.entries()) {
    if (line.is === 'made') ledger.add(line);
    else ledger.withdraw(line.serial, line.at);
  }
  return ledger;
}

function issuedFrom(made: Made): Issued {
  const certificate = new Uint8Array(Buffer.from(made.certificate, 'base64'));
  const { serialNumber, issuerDer, notBefore, notAfter } = parseCertificate(certificate);
  return {
    made,
    certificate,
    key: privateKeyOf(made.chain, Buffer.from(made.secret, 'base64')),
    serial: BigInt(`0x${serialNumber}`),
    issuerName: issuerDer,
    notBefore,
    notAfter,
    withdrawnAt: undefined,
  };
}
