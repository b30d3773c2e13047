import type pg from 'pg';
import type { Holder } from '../ncalayer/keyring.ts';
import type { PersonInput } from '../telegram/types.ts';
import { HEAD, OWN_IIN } from './page.ts';

interface Row {
  readonly iin: string;
  readonly surname: string;
  readonly name: string;
  readonly patronymic: string | null;
}

// Keys are given by another authority than the state's base of persons: one may be down without the other.
const PERSONS = 'SELECT iin, surname, name, patronymic FROM sandbox.person WHERE iin = ANY($1)';

/** The people one plays, in the order of the page, as holders of keys. Heads of kindergartens also sign for them. */
export async function keyHolders(pool: pg.Pool, people: readonly PersonInput[]): Promise<Holder[]> {
  const iins = people.map((person) => person.facts?.find(({ label }) => isOwnIin(label))?.value ?? '');
  const { rows } = await pool.query<Row>(PERSONS, [iins]);
  return people.flatMap((person, at) => {
    const row = rows.find(({ iin }) => iin === iins[at]);
    return row ? [{ ...row, role: person.role, organisation: organisationOf(person, at) }] : [];
  });
}

/** Anybody of the invented region. The state's base must have been made. */
export async function keyHolder(pool: pg.Pool, iin: string): Promise<Holder | undefined> {
  const { rows } = await pool.query<Row>(PERSONS, [[iin]]);
  return rows[0];
}

const isOwnIin = (label: PersonInput['role']) =>
  typeof label === 'object' && label.kk === OWN_IIN.kk && label.ru === OWN_IIN.ru;

/** BINs begin with the month of registration and a 4 for a legal person; these end in no number that was given out. */
function organisationOf({ role }: PersonInput, at: number): Holder['organisation'] {
  const words = typeof role === 'object' ? role.kk : '';
  if (!words.startsWith(`${HEAD.kk}, `)) return undefined;
  return { name: words.slice(HEAD.kk.length + 2), bin: `1204409990${10 + at}` };
}
