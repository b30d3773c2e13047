import type { Bilingual, Channel } from '../act.ts';
import type { CivilDate } from '../calendar/civil-date.ts';
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

interface FormRow {
  readonly id: DraftId;
  readonly district_id: DistrictId;
  readonly code: string;
  readonly name_kk: string;
  readonly name_ru: string;
  readonly children: readonly (Omit<FormChild, 'name'> & { readonly name: string | null })[];
}

/** What the form says now. Refusals: draft.none; draft.incomplete where a child has no name yet. */
export async function formOf(tx: WriteTx, personId: PersonId): Promise<FormPayload> {
  const [draft] = await tx.$queryRaw<FormRow[]>`
    SELECT d.id, i.id AS district_id, i.code, i.name_kk, i.name_ru, coalesce((
        SELECT jsonb_agg(jsonb_build_object('id', c.id, 'name', c.name, 'birthDate', c.birth_date,
                 'preferredLanguage', c.preferred_language, 'benefit', b.said) ORDER BY c.id)
          FROM draft_child AS c LEFT JOIN LATERAL (
            SELECT jsonb_build_object('category', m.category, 'kk', k.name_kk, 'ru', k.name_ru, 'scans',
                     ARRAY(SELECT encode(s.hash, 'hex') FROM scan AS s WHERE s.claim_id = m.id ORDER BY s.id)) AS said
              FROM benefit_claim AS m JOIN benefit_category AS k ON k.code = m.category
             WHERE m.draft_child_id = c.id) AS b ON true
         WHERE c.draft_id = d.id), '[]') AS children
      FROM draft AS d JOIN district AS i ON i.id = d.district_id WHERE d.person_id = ${personId}::uuid`;
  if (draft === undefined) throw new Refusal('draft.none');
  const { id, district_id, code, name_kk, name_ru } = draft;
  const children = draft.children.map(({ name, ...child }) => {
    if (name === null) throw new Refusal('draft.incomplete', { what: 'CHILD_NAME' });
    return { ...child, name };
  });
  return { draftId: id, districtId: district_id, district: { code, kk: name_kk, ru: name_ru }, children };
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
