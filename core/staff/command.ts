import { type KindergartenId, parseId } from '../ids.ts';
import type { Role } from '../people/api.ts';
import type { Staff } from './api.ts';

/** What was typed is no command. The message is one line that says what is. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

const USAGE = 'it must be: operator <district code> <IIN>, head <kindergarten id> <IIN>, or admin <IIN>';

/**
 * `grant operator TSL <IIN>` and the like, from the server's console: the only way rights are given (DOMAIN §2). Answers
 * with one line that names no person.
 * @throws UsageError, and the refusals of Staff.grant.
 */
export async function runStaffCommand(
  staff: Pick<Staff, 'grant' | 'revoke' | 'districts'>,
  command: 'grant' | 'revoke',
  args: readonly string[],
): Promise<string> {
  const iin = args.at(-1);
  const role = await roleOf(staff, args.slice(0, -1));
  if (iin === undefined || role === undefined) throw new UsageError(`${command}: ${USAGE}.`);
  await staff[command](iin, role);
  return command === 'grant'
    ? `granted: ${args.slice(0, -1).join(' ')}`
    : `revoked: ${args.slice(0, -1).join(' ')}`;
}

async function roleOf(
  staff: Pick<Staff, 'districts'>,
  [name, place, ...rest]: readonly string[],
): Promise<Role | undefined> {
  if (rest.length > 0) return undefined;
  switch (name?.toLowerCase()) {
    case 'admin':
      return place === undefined ? { role: 'REGION_ADMIN' } : undefined;
    case 'head': {
      const kindergartenId = parseId<KindergartenId>(place ?? '');
      return kindergartenId && { role: 'KINDERGARTEN_HEAD', kindergartenId };
    }
    case 'operator': {
      const districts = await staff.districts();
      const district = districts.find(({ code }) => code === place?.toUpperCase());
      if (!district)
        throw new UsageError(
          `no district "${place ?? ''}": it must be one of ${districts.map(({ code }) => code).join(', ')}.`,
        );
      return { role: 'OPERATOR', districtId: district.id };
    }
    default:
      return undefined;
  }
}
