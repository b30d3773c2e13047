import type { Bilingual, Channel } from '../act.ts';
import { type CivilDate, storedDay } from '../calendar/civil-date.ts';
import type { WriteTx } from '../db/db.ts';
import type { DistrictId, DraftChildId, DraftId, PersonId, StatementId } from '../ids.ts';
import { Refusal } from '../refusal.ts';

export interface FormChild {
  readonly id: DraftChildId;
  readonly name: string;
  readonly birthDate: CivilDate;
  readonly preferredLanguage: 'kk' | 'ru' | null;
  readonly benefit:
    | (Bilingual & {
        readonly category: string;
        /** Keyed hashes of the scans, hex. */
        readonly scans: readonly string[];
      })
    | null;
}

/** A form as its statement says it. No IIN, surname or address. */
export interface FormPayload {
  readonly draftId: DraftId;
  readonly districtId: DistrictId;
  readonly district: Bilingual & { readonly code: string };
  readonly children: readonly FormChild[];
}

/** A form whose statement was signed just now. */
export interface SignedForm {
  readonly personId: PersonId;
  readonly statementId: StatementId;
  readonly channel: Channel;
  readonly payload: FormPayload;
}

/** The district of the person's form. Refusal: draft.none. */
export async function districtOfDraft(tx: WriteTx, personId: PersonId): Promise<DistrictId> {
  const draft = await tx.draft.findUnique({ where: { person_id: personId }, select: { district_id: true } });
  if (draft?.district_id == null) throw new Refusal('draft.none');
  return draft.district_id as DistrictId;
}

/** What the form says now. Refusals: draft.none; draft.incomplete where a child has no name yet. */
export async function formOf(tx: WriteTx, personId: PersonId): Promise<FormPayload> {
  const draft = await tx.draft.findUnique({
    where: { person_id: personId },
    select: {
      id: true,
      district: true,
      children: {
        orderBy: { id: 'asc' },
        include: { claim: { include: { benefit_category: true, scans: { orderBy: { id: 'asc' } } } } },
      },
    },
  });
  if (draft?.district == null) throw new Refusal('draft.none');
  const { id, code, name_kk, name_ru } = draft.district;
  return {
    draftId: draft.id as DraftId,
    districtId: id as DistrictId,
    district: { code, kk: name_kk, ru: name_ru },
    children: draft.children.map((child) => {
      if (child.name === null) throw new Refusal('draft.incomplete', { what: 'CHILD_NAME' });
      const { claim } = child;
      return {
        id: child.id as DraftChildId,
        name: child.name,
        birthDate: storedDay(child.birth_date),
        preferredLanguage: child.preferred_language as FormChild['preferredLanguage'],
        benefit:
          claim === null
            ? null
            : {
                category: claim.category,
                kk: claim.benefit_category.name_kk,
                ru: claim.benefit_category.name_ru,
                scans: claim.scans.map(({ hash }) => Buffer.from(hash).toString('hex')),
              },
      };
    }),
  };
}

/** Whether what was signed is what the form says: keys may come in another order from the database. */
export function sameForm(a: FormPayload, b: FormPayload): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
