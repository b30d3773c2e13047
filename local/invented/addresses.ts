import type { Address } from '../../core/draft/api.ts';
import { districtOf } from './districts.ts';
import type { Adult } from './people.ts';
import { streets } from './words.ts';

/** Where the invented registry says an adult lives: somewhere in the district, the same at every start. */
export function addressOf({ iin, language }: Adult, districtCode: string): Address {
  const district = districtOf(districtCode);
  const serial = Number(iin.slice(7, 11)) + Number(iin.slice(0, 6));
  const settlement = district.settlements[serial % district.settlements.length];
  const street = streets[serial % streets.length];
  const own = language === 'kk' ? 0 : 1;
  return {
    city: settlement?.[language] ?? district[language],
    district: district.kind === 'CITY' ? '' : district[language],
    street: street?.[own] ?? 'Достық',
    house: String(1 + (serial % 60)),
    flat: serial % 3 === 0 ? '' : String(1 + (serial % 48)),
  };
}
