import { toString as drawQr } from 'qrcode';
import { EGOV_BUSINESS_LINK, EGOV_MOBILE_LINK } from '../core/index.ts';
import { EGOV_BUSINESS_PARAMS, EGOV_MOBILE_PARAMS, type SignSettings } from './sign-settings.ts';
import type { WirePhone } from './sign-wire.ts';
import { momentOnWire } from './sign-words.ts';

/** The address of API №1 for one phone; the app knows such a link by the mark at its end (EDS.md §5.1–5.2). */
export function phoneAddress(publicUrl: string, token: string): string {
  return `${publicUrl}/egov/${token}?mgovSign`;
}

/** How a phone takes over: a code to be scanned, or a link that opens the app on the same phone. */
export async function phoneOffer(
  settings: SignSettings,
  { token, expiresAt }: { readonly token: string; readonly expiresAt: Date },
): Promise<WirePhone> {
  const address = phoneAddress(settings.publicUrl, token);
  const svg = await drawQr(`mobileSign:${address}`, { type: 'svg', errorCorrectionLevel: 'M', margin: 2 });
  const link = (start: string, params: string) => `${start}${encodeURIComponent(address)}${params}`;
  return {
    qr: `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`,
    links: {
      mobile: link(settings.egovMobileLink ?? EGOV_MOBILE_LINK, EGOV_MOBILE_PARAMS),
      business: link(settings.egovBusinessLink ?? EGOV_BUSINESS_LINK, EGOV_BUSINESS_PARAMS),
    },
    expires: momentOnWire(expiresAt),
  };
}
