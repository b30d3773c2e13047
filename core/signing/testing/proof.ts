import type { VerifiedProof } from '../pages-api.ts';

/** A proof as web-sign hands it over after verifying: this room trusts it, and decides whose it must be. */
export function proofOf(iin: string | null, more: Partial<VerifiedProof> = {}): VerifiedProof {
  return {
    format: 'XML',
    algorithm: 'GOST3410-2015-512',
    signer: {
      name: 'СЫНАЛОВ НҰРЛАН',
      iin,
      issuer: 'СЫНАҚ ОРТАЛЫҒЫ (GOST)',
      serialNumber: '0a1b2c',
      notAfter: new Date('2027-05-07T00:00:00Z'),
    },
    chain: [Buffer.from('leaf'), Buffer.from('issuer'), Buffer.from('root')],
    revocation: {
      state: 'GOOD',
      source: 'OCSP',
      checkedAt: new Date('2026-11-23T05:00:00Z'),
      evidence: Buffer.from('ocsp answer'),
    },
    timeStamp: null,
    validAt: new Date('2026-11-23T05:00:00Z'),
    container: Buffer.from('<signed/>'),
    ...more,
  };
}

/** The authority did not answer when the signature came in. */
export const SILENT: Partial<VerifiedProof> = {
  revocation: {
    state: 'UNAVAILABLE',
    source: null,
    checkedAt: new Date('2026-11-23T05:00:00Z'),
    evidence: null,
  },
};
