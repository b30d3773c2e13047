import { recordEvents } from '../audit/event.ts';
import type { CoreDeps } from '../context.ts';
import type { Secrets } from '../db/crypto.ts';
import type { NamedQuery, WriteTx } from '../db/db.ts';
import type { PersonId } from '../ids.ts';
import { type RoleColumns, rolesFrom, rolesOfPerson } from '../people/accounts.ts';
import type { Role } from '../people/api.ts';
import { findOrCreatePerson, findPerson, readIin } from '../people/persons.ts';
import { Refusal } from '../refusal.ts';
import type { Staff } from './api.ts';

export interface Grants extends Pick<Staff, 'grant' | 'revoke'> {
  /** The live roles, in the order they were given. */
  rolesOf(personId: PersonId): Promise<readonly Role[]>;
}

const ROLES: NamedQuery = {
  name: 'roles-of-person',
  text: `SELECT ${rolesOfPerson('$1::uuid')} AS roles`,
};

interface RoleColumn {
  readonly role: Role['role'];
  readonly district_id: string | null;
  readonly kindergarten_id: string | null;
}

/**
 * Who works for the department or a kindergarten. Called from the server's command line: no screen gives rights. Giving
 * a role twice and taking one that is not there change nothing.
 */
export function createGrants(
  deps: Pick<CoreDeps, 'db' | 'clock' | 'ports'> & { readonly secrets: Secrets },
): Grants {
  const { db, clock, ports, secrets } = deps;
  return {
    grant: async (iinText, role) => {
      const iin = readIin(iinText);
      const columns = await columnsOf(deps, role);
      const at = clock.now();
      const personId = await findOrCreatePerson({ db, secrets, registry: ports.registry }, iin, at);
      if (personId === undefined) throw new Refusal('staff.noPerson');
      await db.write(async (tx) => {
        const [row] = await tx.$queryRaw<{ id: string }[]>`
          INSERT INTO staff_role (person_id, role, district_id, kindergarten_id, granted_at)
          VALUES (${personId}::uuid, ${columns.role}, ${columns.district_id}::uuid, ${columns.kindergarten_id}::uuid, ${at})
          ON CONFLICT (person_id, role, district_id, kindergarten_id) WHERE revoked_at IS NULL DO NOTHING
          RETURNING id`;
        if (row !== undefined) await record(tx, at, row.id, 'GRANTED', columns);
      });
      return personId;
    },
    revoke: async (iinText, role) => {
      const iin = readIin(iinText);
      const columns = await columnsOf(deps, role);
      const personId = await findPerson(db, secrets, iin);
      if (personId === undefined) throw new Refusal('staff.noPerson');
      await db.write(async (tx) => {
        const at = clock.now();
        const [row] = await tx.$queryRaw<{ id: string }[]>`
          UPDATE staff_role SET revoked_at = ${at}
           WHERE person_id = ${personId}::uuid AND role = ${columns.role} AND revoked_at IS NULL
             AND district_id IS NOT DISTINCT FROM ${columns.district_id}::uuid
             AND kindergarten_id IS NOT DISTINCT FROM ${columns.kindergarten_id}::uuid
          RETURNING id`;
        if (row !== undefined) await record(tx, at, row.id, 'REVOKED', columns);
      });
    },
    rolesOf: async (personId) => {
      const [row] = await db.rows<{ roles: readonly RoleColumns[] | null }>(ROLES, [personId]);
      return rolesFrom(row?.roles ?? null);
    },
  };
}

/** Refusal: staff.badRole when its district or kindergarten does not exist. */
async function columnsOf({ db }: Pick<CoreDeps, 'db'>, role: Role): Promise<RoleColumn> {
  const none = { role: role.role, district_id: null, kindergarten_id: null };
  if (role.role === 'REGION_ADMIN') return none;
  const columns =
    role.role === 'OPERATOR'
      ? { ...none, district_id: role.districtId }
      : { ...none, kindergarten_id: role.kindergartenId };
  const found =
    role.role === 'OPERATOR'
      ? await db.prisma.district.count({ where: { id: role.districtId } })
      : await db.prisma.kindergarten.count({ where: { id: role.kindergartenId } });
  if (found === 0) throw new Refusal('staff.badRole');
  return columns;
}

function record(
  tx: WriteTx,
  at: Date,
  id: string,
  transition: 'GRANTED' | 'REVOKED',
  columns: RoleColumn,
): Promise<void> {
  const [before, after] = transition === 'GRANTED' ? [{}, columns] : [columns, {}];
  const server = { kind: 'SYSTEM', id: null, channel: 'SYSTEM' } as const;
  return recordEvents(tx, at, server, [
    {
      entity: 'STAFF_ROLE',
      entityId: id,
      applicationId: null,
      transition,
      before: { ...before },
      after: { ...after },
    },
  ]);
}
