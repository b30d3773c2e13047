import { storedDay } from '../calendar/civil-date.ts';
import type { Secrets } from '../db/crypto.ts';
import type { Db } from '../db/db.ts';
import type { MobileBase, PersonRegistry } from '../ports.ts';

/**
 * Stands in for ЖТ МДБ and МАБ where a real bot runs without a contract with them: knows only whom the department has
 * brought in. A phone belongs to a person when it is that person's confirmed contact, a parent is who applied for the child.
 */
export function createOwnRecords(
  db: Db,
  secrets: Secrets,
): { readonly registry: PersonRegistry; readonly mobileBase: MobileBase } {
  const names = { surname: true, name: true, patronymic: true, birth_date: true } as const;
  return {
    registry: {
      person: async (iin) => {
        const where = { iin_hash: secrets.iinHash(iin) };
        const row =
          (await db.prisma.person.findUnique({ where, select: names })) ??
          (await db.prisma.child.findUnique({ where, select: names }));
        if (row === null) return undefined;
        const { surname, name, patronymic, birth_date } = row;
        return { iin, surname, name, patronymic, birthDate: storedDay(birth_date) };
      },
      parents: async (child) => {
        const applicants = await db.prisma.person.findMany({
          where: { applications: { some: { child: { iin_hash: secrets.iinHash(child) } } } },
          select: { iin_cipher: true, iin_hash: true },
          orderBy: { id: 'asc' },
        });
        return applicants.map((columns) => secrets.openIin(columns));
      },
    },
    mobileBase: {
      belongs: async (iin, phone) => {
        const contact = await db.prisma.contact.findFirst({
          where: {
            kind: 'PHONE',
            value: phone,
            confirmed_at: { not: null },
            person: { iin_hash: secrets.iinHash(iin) },
          },
          select: { id: true },
        });
        return contact !== null;
      },
    },
  };
}
