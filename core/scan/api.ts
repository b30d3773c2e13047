import type { Act } from '../act.ts';
import type { ClaimId, ScanId } from '../ids.ts';

export type ScanType = 'image/jpeg' | 'image/png' | 'image/webp' | 'application/pdf';

/** A scan of a paper, as lists show it. */
export interface ScanView {
  readonly id: ScanId;
  readonly type: ScanType;
  readonly bytes: number;
  /** 1 for a picture. */
  readonly pages: number;
  readonly createdAt: Date;
}

/** Where the bytes of a scan come from; asked for only when there is room to hold them. */
export interface ScanSource {
  /** What the messenger says of the size, in bytes; undefined when it says nothing. */
  readonly size: number | undefined;
  /**
   * The content piece by piece. Throws when it cannot be had now. Refusals: scan.gone (the messenger has it no more),
   * scan.tooLarge {limitMb}.
   */
  open(): Promise<AsyncIterable<Uint8Array>>;
}

/** What a scan must be. A picture is measured as it is shown, upright. */
export const SCAN_RULES = {
  /** The Bot API hands out no larger file. */
  maxBytes: 20 * 1024 * 1024,
  maxPerClaim: 10,
  maxPages: 20,
  /** More would be a decompression bomb: no scanner and no phone makes it. */
  maxPixels: 60_000_000,
  /** Of the shorter side: below, the small print of an A4 certificate cannot be read. */
  minSide: 600,
} as const;

export interface Scans {
  /**
   * Checks a scan at once and keeps it with the claim, encrypted, under the hash of its content. The act's message is
   * marked in the same transaction as the row. The claim must be the person's own, in the state DRAFT, or CLAIMED with a
   * better copy asked for. `replaced`: a scan of the same claim that goes when this one is kept.
   * Refusals: claim.unknown, claim.closed, scan.tooMany {limit}, scan.twice, scan.tooLarge {limitMb}, scan.type,
   * scan.heic, scan.damaged, scan.pdfLocked, scan.pdfPages {limit}, scan.pixels {megapixels}, scan.small {width, height,
   * minSide}, scan.blurred, scan.dark, scan.bright (a picture too pale to be read), scan.empty (a blank page).
   */
  add(act: Act, claimId: ClaimId, source: ScanSource, replaced?: ScanId): Promise<ScanView>;
  /** In the order in which they came. Refusal: claim.unknown. */
  list(act: Act, claimId: ClaimId): Promise<readonly ScanView[]>;
  /** Refusals: scan.unknown, claim.closed. */
  remove(act: Act, scanId: ScanId): Promise<void>;
  /**
   * The content, for the claimant, or for an operator of the district (which is written to the access log).
   * Refusal: scan.unknown, also for everybody else.
   */
  content(
    act: Act,
    scanId: ScanId,
  ): Promise<{ readonly type: ScanType; readonly fileName: string; readonly content: Uint8Array }>;
}

/**
 * Where scans are kept: the file system, or anything that speaks S3. Keys are 64 hex signs; what is kept is encrypted
 * already. `put` of a key that is there changes nothing; `content` can be read again from its beginning.
 */
export interface ScanStore {
  put(key: string, content: AsyncIterable<Uint8Array>, bytes: number): Promise<void>;
  /** Undefined when nothing is kept under the key. */
  get(key: string): Promise<AsyncIterable<Uint8Array> | undefined>;
  remove(key: string): Promise<void>;
}
