import type pg from 'pg';
import { type CivilDate, civil } from '../../core/calendar/civil-date.ts';
import type { Address } from '../../core/draft/api.ts';
import type { Iin } from '../../core/people/iin.ts';
import type { MobileBase, PersonRegistry, RegisteredPerson } from '../../core/ports.ts';

export type RegistryService = 'REGISTRY' | 'MOBILE_BASE';

/** Whom the invented state bases know: people, phones (E.164) of people, and parents of children. */
export interface SandboxRecords {
  readonly persons?: readonly RegisteredPerson[];
  readonly phones?: readonly { readonly iin: Iin; readonly phone: string }[];
  readonly parents?: readonly { readonly child: Iin; readonly parent: Iin }[];
}

export interface SandboxRegistry {
  readonly registry: PersonRegistry;
  readonly mobileBase: MobileBase;
  /** Adds records; a person who is there already gets the new names. */
  add(records: SandboxRecords): Promise<void>;
  /** Takes a base down, in every process, or brings it back. */
  setDown(service: RegistryService, down: boolean): Promise<void>;
}

/** What a caller sees of a base that is down. */
export class RegistryDown extends Error {
  constructor(service: RegistryService) {
    super(`the sandbox ${service} is down`);
    this.name = 'RegistryDown';
  }
}

const LOCK = 'kezek sandbox registry';

// The state's data, not ours: IINs stand here in clear, as they do in a real registry. Every one of them is invented.
const TABLES = `
  CREATE SCHEMA IF NOT EXISTS sandbox;
  CREATE TABLE IF NOT EXISTS sandbox.person (
    iin text PRIMARY KEY, surname text NOT NULL, name text NOT NULL, patronymic text, birth_date date NOT NULL);
  ALTER TABLE sandbox.person ADD COLUMN IF NOT EXISTS address jsonb;
  CREATE TABLE IF NOT EXISTS sandbox.phone (iin text, phone text, PRIMARY KEY (iin, phone));
  CREATE TABLE IF NOT EXISTS sandbox.parent (child text, parent text, PRIMARY KEY (child, parent));
  CREATE TABLE IF NOT EXISTS sandbox.outage (service text PRIMARY KEY)`;

interface PersonRow {
  readonly surname: string;
  readonly name: string;
  readonly patronymic: string | null;
  readonly birth_date: CivilDate;
  readonly address: Address | null;
}

/** The stand-ins of ЖТ МДБ and МАБ, in the schema `sandbox` of the given database; made at first use. */
export async function openSandboxRegistry(pool: pg.Pool): Promise<SandboxRegistry> {
  await prepare(pool);
  const rows = async <Row>(text: string, values: readonly unknown[]): Promise<Row[]> =>
    (await pool.query(text, [...values])).rows as Row[];
  const mustBeUp = async (service: RegistryService): Promise<void> => {
    const down = await rows('SELECT FROM sandbox.outage WHERE service = $1', [service]);
    if (down.length > 0) throw new RegistryDown(service);
  };
  return {
    registry: {
      person: async (iin) => {
        await mustBeUp('REGISTRY');
        const [row] = await rows<PersonRow>(
          'SELECT surname, name, patronymic, birth_date::text, address FROM sandbox.person WHERE iin = $1',
          [iin],
        );
        if (row === undefined) return undefined;
        const { surname, name, patronymic, birth_date, address } = row;
        const known = { iin, surname, name, patronymic, birthDate: civil(birth_date) };
        return address === null ? known : { ...known, address };
      },
      parents: async (child) => {
        await mustBeUp('REGISTRY');
        const found = await rows<{ parent: Iin }>(
          'SELECT parent FROM sandbox.parent WHERE child = $1 ORDER BY parent',
          [child],
        );
        return found.map((row) => row.parent);
      },
    },
    mobileBase: {
      belongs: async (iin, phone) => {
        await mustBeUp('MOBILE_BASE');
        return (
          (await rows('SELECT FROM sandbox.phone WHERE iin = $1 AND phone = $2', [iin, phone])).length > 0
        );
      },
    },
    add: (records) => add(rows, records),
    setDown: async (service, down) => {
      const statement = down
        ? 'INSERT INTO sandbox.outage VALUES ($1) ON CONFLICT DO NOTHING'
        : 'DELETE FROM sandbox.outage WHERE service = $1';
      await rows(statement, [service]);
    },
  };
}

/** Two processes may start at once: IF NOT EXISTS alone does not stand that. */
async function prepare(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock(hashtext($1))', [LOCK]);
    await client.query(TABLES);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

async function add(
  rows: (text: string, values: readonly unknown[]) => Promise<unknown>,
  { persons = [], phones = [], parents = [] }: SandboxRecords,
): Promise<void> {
  await rows(
    `INSERT INTO sandbox.person (iin, surname, name, patronymic, birth_date, address)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::date[], $6::jsonb[])
     ON CONFLICT (iin) DO UPDATE SET surname = excluded.surname, name = excluded.name, patronymic = excluded.patronymic,
       address = coalesce(excluded.address, person.address)`,
    [
      persons.map((person) => person.iin),
      persons.map((person) => person.surname),
      persons.map((person) => person.name),
      persons.map((person) => person.patronymic),
      persons.map((person) => person.birthDate),
      persons.map((person) => (person.address === undefined ? null : JSON.stringify(person.address))),
    ],
  );
  await rows(
    'INSERT INTO sandbox.phone SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT DO NOTHING',
    [phones.map((row) => row.iin), phones.map((row) => row.phone)],
  );
  await rows(
    'INSERT INTO sandbox.parent SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT DO NOTHING',
    [parents.map((row) => row.child), parents.map((row) => row.parent)],
  );
}
