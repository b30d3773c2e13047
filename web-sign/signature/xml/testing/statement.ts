import {
  makeCertificate,
  newGostKey,
  newRsaKey,
  personName,
  SIGNING,
  type TestKey,
} from '../../certificate/testing/make.ts';
import type { Signer } from './sign.ts';

/** A statement as core writes it: compact, a default namespace, two languages, signs that must be escaped. */
export function statement(id = '01999999-0000-7000-8000-000000000001', application = '2026-000123'): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?>' +
    `<statement xmlns="urn:kezek:statement:1" id="${id}"><kind>CHOICE</kind>` +
    `<application>${application}</application><applicant>01999999-0000-7000-8000-00000000000a</applicant>` +
    '<group rank="1" id="01999999-0000-7000-8000-00000000000b"><name>Кіші топ &quot;Балапан&quot;</name>' +
    '<kindergarten id="01999999-0000-7000-8000-00000000000c">' +
    '<name xml:lang="kk">№ 5 «Айгөлек» бөбекжай-бақшасы</name><name xml:lang="ru">Ясли-сад № 5 &amp; &apos;Айголек&apos;</name>' +
    '</kindergarten></group><issuedAt>2026-11-22T07:00:00.000Z</issuedAt><expiresAt>2026-11-22T08:00:00.000Z</expiresAt></statement>'
  );
}

/** An invented person with a certificate that nobody vouches for: whose key it is, the chain tells. */
export function signerOf(key: TestKey): Signer {
  const certificate = makeCertificate({ key, subject: personName('990101300123'), ...SIGNING });
  return { key, certificate };
}

export const rsa = signerOf(newRsaKey());
export const gost = signerOf(newGostKey());
export const gost256 = signerOf(newGostKey(256));
/** Another person. */
export const stranger = signerOf(newRsaKey());
