import type { Scans } from '../../../core/index.ts';

/** Scans that pass through, counted on their way: how many are held in memory at once, and how many bytes of them. */
export interface CountedScans {
  readonly counted: Scans;
  atMost(): number;
  bytesAtMost(): number;
}

/** A scan's bytes count from the first one until it is kept or refused; how many there are core counts itself. */
export function countScans(scans: Scans & { readonly held: number }): CountedScans {
  let bytes = 0;
  let heldAtMost = 0;
  let bytesAtMost = 0;
  return {
    counted: {
      ...scans,
      add: async (act, claimId, source, replaced) => {
        let own = 0;
        async function* passing(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
          for await (const piece of pieces) {
            own += piece.length;
            bytes += piece.length;
            bytesAtMost = Math.max(bytesAtMost, bytes);
            yield piece;
          }
        }
        const open = async () => {
          heldAtMost = Math.max(heldAtMost, scans.held);
          return passing(await source.open());
        };
        try {
          return await scans.add(act, claimId, { size: source.size, open }, replaced);
        } finally {
          bytes -= own;
        }
      },
    },
    atMost: () => heldAtMost,
    bytesAtMost: () => bytesAtMost,
  };
}
