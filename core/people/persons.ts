import type { ProofMethod } from '../act.ts';
import type { Secrets } from '../db/crypto.ts';
import type { Db, WriteTx } from '../db/db.ts';
import type { PersonId } from '../ids.ts';
import type { Log, PersonRegistry } from '../ports.ts';
import { Refusal } from '../refusal.ts';
import { type Iin, parseIin } from './iin.ts';
import { nameOf } from './sms.ts';

/** An IIN as it was typed. Refusals: iin.length, iin.letters, iin.bin, iin.date, iin.century, iin.checksum. */
export function readIin(text: string): Iin {
  const parsed = parseIin(text);
  if (!parsed.ok) throw new Refusal(`iin.${parsed.code}`);
  return parsed.iin;
}

/** The person with this IIN in our own records. */
export async function findPerson(db: Db, secrets: Secrets, iin: Iin): Promise<PersonId | undefined> {
  const found = await db.prisma.person.findUnique({
    where: { iin_hash: secrets.iinHash(iin) },
    select: { id: true },
  });
  return found === null ? undefined : (found.id as PersonId);
}

/**
 * The person with this IIN, written down from the registry at first sight (F-06); undefined when the registry knows
 * nobody. Throws when the registry is down. Two calls at once make one person.
 */
export async function findOrCreatePerson(
  deps: { readonly db: Db; readonly secrets: Secrets; readonly registry: Pick<PersonRegistry, 'person'> },
  iin: Iin,
  at: Date,
): Promise<PersonId | undefined> {
  const { db, secrets, registry } = deps;
  const known = await findPerson(db, secrets, iin);
  if (known !== undefined) return known;
  const person = await registry.person(iin);
  if (person === undefined) return undefined;
  await db.prisma.person.createMany({
    data: [
      {
        ...secrets.sealIin(iin),
        surname: person.surname,
        name: person.name,
        patronymic: person.patronymic,
        birth_date: new Date(`${person.birthDate}T00:00:00Z`),
        created_at: at,
      },
    ],
    skipDuplicates: true,
  });
  return findPerson(db, secrets, iin);
}

/** The IIN of a person of ours. */
export async function iinOf(
  secrets: Secrets,
  { person }: Pick<WriteTx, 'person'>,
  personId: PersonId,
): Promise<Iin> {
  const columns = await person.findUniqueOrThrow({
    where: { id: personId },
    select: { iin_cipher: true, iin_hash: true },
  });
  return secrets.openIin(columns);
}

/** What a state base answers; a base that is down is the refusal login.unavailable, and said in the log. */
export function askedOfState<T>(log: Log, answer: Promise<T>): Promise<T> {
  return answer.catch((error: unknown) => {
    log.error({ error: nameOf(error) }, 'login: a state base did not answer');
    throw new Refusal('login.unavailable');
  });
}

/** Ties a locked chat to a person who has just proved who they are; who had deleted the account has one again. */
export async function logIn(
  tx: WriteTx,
  at: Date,
  chatId: string,
  personId: PersonId,
  method: ProofMethod,
): Promise<void> {
  await tx.messenger_account.update({
    where: { id: chatId },
    data: {
      person_id: personId,
      logged_in_at: at,
      verified_at: at,
      verified_by: method,
      unreachable_since: null,
    },
    select: { id: true },
  });
  await tx.person.updateMany({
    where: { id: personId, deleted_at: { not: null } },
    data: { deleted_at: null },
  });
}
