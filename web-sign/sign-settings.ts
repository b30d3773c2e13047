import type { Clock, Log, SignPages } from '../core/index.ts';
import type { Verifier } from './signature/api.ts';

/** Which app to open, or to offer in the store. */
export const EGOV_MOBILE_PARAMS = '&isi=1476128386&ibi=kz.egov.mobile&apn=kz.mobile.mgov';
export const EGOV_BUSINESS_PARAMS = '&isi=1597880144&ibi=kz.mobile.mgov.business&apn=kz.mobile.mgov.business';
export const NCALAYER_URL = 'wss://127.0.0.1:13579';

export interface SignSettings {
  /** Where visitors and phones reach this server, without a slash at the end. */
  readonly publicUrl: string;
  readonly ncalayerUrl?: string | undefined;
  /** Local world only: the page that plays the window of NCALayer. */
  readonly ncalayerWindow?: string | undefined;
  readonly egovMobileLink?: string | undefined;
  readonly egovBusinessLink?: string | undefined;
  /** Who asks for the signature, as the app on the phone shows it. */
  readonly organisation: {
    readonly nameKk: string;
    readonly nameRu: string;
    readonly nameEn: string;
    /** Twelve digits. */
    readonly bin: string;
  };
  /** The chat: https://t.me/<bot>, or the local chat page. Without it the page offers no way back. */
  readonly botUrl?: string | undefined;
}

/** What the pages of signing need. */
export interface SigningDeps {
  readonly core: { readonly signPages: SignPages };
  readonly verifier: Verifier;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: SignSettings;
}
