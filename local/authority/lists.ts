import { context, integer, sequence, time } from '../../web-sign/signature/der/writer.ts';
import { algorithms, type PrivateKey } from './key.ts';
import { authorityKey, extension, signed } from './x509.ts';

/** A certificate that was taken back. */
export interface Withdrawn {
  readonly serial: bigint;
  readonly at: Date;
}

export interface List {
  readonly issuerName: Uint8Array;
  /** Whose key identifier the list names. */
  readonly issuerSpki: Uint8Array;
  readonly key: PrivateKey;
  readonly thisUpdate: Date;
  readonly withdrawn: readonly Withdrawn[];
  /** Number of the whole list that this one adds to; undefined: this is a whole list. */
  readonly deltaOf?: number | undefined;
}

const HOUR = 3_600_000;
/** A whole list is good for a day, a delta for an hour. */
const LIFE = { whole: 24 * HOUR, delta: HOUR };

/** Grows with time, as RFC 5280 §5.2.3 wants it. */
export const listNumber = (at: Date): number => Math.floor(at.getTime() / 1000);

/** A certificate revocation list of version 2 (RFC 5280 §5), DER. */
export function revocationList(list: List): Uint8Array {
  const { thisUpdate, withdrawn, deltaOf } = list;
  const nextUpdate = new Date(thisUpdate.getTime() + (deltaOf === undefined ? LIFE.whole : LIFE.delta));
  const entries = withdrawn.map(({ serial, at }) => sequence(integer(serial), time(at)));
  const delta = deltaOf === undefined ? [] : [extension('2.5.29.27', integer(deltaOf), true)];
  const content = sequence(
    integer(1),
    algorithms[list.key.algorithm].signature,
    list.issuerName,
    time(thisUpdate),
    time(nextUpdate),
    // An empty list of entries is not written at all.
    ...(entries.length === 0 ? [] : [sequence(...entries)]),
    context(
      0,
      true,
      sequence(
        extension('2.5.29.20', integer(listNumber(thisUpdate))),
        authorityKey(list.issuerSpki),
        ...delta,
      ),
    ),
  );
  return signed(content, list.key);
}
