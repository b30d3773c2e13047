import { CLAIM_JSON, type ClaimJson, claimOfJson } from '../benefit/view.ts';
import { type CivilDate, localDate } from '../calendar/civil-date.ts';
import type { QueueDeps } from '../context.ts';
import { sha256 } from '../db/crypto.ts';
import type { NamedQuery } from '../db/db.ts';
import type { DistrictId, DraftChildId, DraftId, PersonId } from '../ids.ts';
import { maskIin } from '../people/iin.ts';
import type { Policy } from '../policy/policy.ts';
import type { Address, DraftChild, DraftStep, DraftView, Missing, ServiceTerms } from './api.ts';
import { isWhole } from './read.ts';

type ViewDeps = Pick<QueueDeps, 'clock' | 'secrets' | 'db' | 'policies'>;

/** Runs the statement: on its own, or in somebody's transaction. */
type ReadRows = (query: NamedQuery, values: readonly unknown[]) => Promise<readonly Row[]>;

interface SealedIin {
  readonly iin_cipher: string;
  readonly iin_hash: string;
}

interface ChildJson extends SealedIin {
  readonly id: string;
  readonly surname: string | null;
  readonly name: string | null;
  readonly patronymic: string | null;
  readonly birth_date: CivilDate;
  readonly source: DraftChild['source'];
  readonly relation: DraftChild['relation'];
  readonly preferred_language: DraftChild['preferredLanguage'];
  readonly claim: ClaimJson | null;
}

interface Row extends SealedIin {
  readonly id: string;
  readonly step: DraftStep;
  readonly district_id: string | null;
  readonly name_kk: string;
  readonly name_ru: string;
  readonly read_at: Date | null;
  readonly read_policy: string | null;
  readonly home_latitude: number | null;
  readonly home_longitude: number | null;
  readonly expires_at: Date;
  readonly surname: string;
  readonly name: string;
  readonly patronymic: string | null;
  readonly birth_date: CivilDate;
  readonly address_sealed: Uint8Array | null;
  readonly contacts: readonly string[];
  readonly children: readonly ChildJson[];
}

/** The whole form in one statement: every screen of it reads this. */
const draftQuery: NamedQuery = {
  name: 'draft',
  text: `SELECT d.id, d.step, d.district_id, i.name_kk, i.name_ru, d.read_at, d.read_policy, d.home_latitude,
      d.home_longitude, d.expires_at, p.surname, p.name, p.patronymic, p.birth_date::text,
      encode(p.iin_cipher, 'base64') AS iin_cipher, encode(p.iin_hash, 'base64') AS iin_hash, p.address_sealed,
      ARRAY(SELECT DISTINCT c.kind FROM contact c WHERE c.person_id = p.id) AS contacts,
      coalesce((SELECT jsonb_agg(jsonb_build_object('id', c.id, 'surname', c.surname, 'name', c.name,
          'patronymic', c.patronymic, 'birth_date', c.birth_date, 'source', c.source, 'relation', c.relation,
          'preferred_language', c.preferred_language, 'iin_cipher', encode(c.iin_cipher, 'base64'),
          'iin_hash', encode(c.iin_hash, 'base64'), 'claim', b.claim) ORDER BY c.id)
        FROM draft_child c LEFT JOIN LATERAL (
          SELECT ${CLAIM_JSON} AS claim
            FROM benefit_claim m JOIN benefit_category k ON k.code = m.category WHERE m.draft_child_id = c.id) AS b ON true
       WHERE c.draft_id = d.id), '[]') AS children
    FROM draft d JOIN person p ON p.id = d.person_id LEFT JOIN district i ON i.id = d.district_id
   WHERE d.person_id = $1::uuid`,
};

/** The person's form as screens show it; null when none is begun. */
export async function viewOfDraft(
  deps: ViewDeps,
  personId: PersonId,
  read: ReadRows = (query, values) => deps.db.rows<Row>(query, values),
): Promise<DraftView | null> {
  const { clock, secrets, policies } = deps;
  const [row] = await read(draftQuery, [personId]);
  if (row === undefined) return null;
  const districtId = row.district_id as DistrictId | null;
  const policy = districtId === null ? null : await policies.shown(districtId, localDate(clock.now()));
  const rulesChanged =
    policy !== null && row.read_policy !== null && row.read_policy !== termsVersion(termsOf(policy));
  const view = {
    id: row.id as DraftId,
    step: row.step,
    district: districtId === null ? null : { id: districtId, name: { kk: row.name_kk, ru: row.name_ru } },
    readAt: rulesChanged ? null : row.read_at,
    rulesChanged,
    applicant: {
      maskedIin: masked(deps, row),
      surname: row.surname,
      name: row.name,
      patronymic: row.patronymic,
      birthDate: row.birth_date,
      address: openAddress(secrets, personId, row.address_sealed),
    },
    children: row.children.map((child) => childOf(deps, child)),
    home:
      row.home_latitude === null || row.home_longitude === null
        ? null
        : { latitude: row.home_latitude, longitude: row.home_longitude },
    expiresAt: row.expires_at,
  };
  return { ...view, missing: missingOf(view, new Set(row.contacts)) };
}

const keptUntilQuery: NamedQuery = {
  name: 'draft-kept-until',
  text: 'SELECT expires_at FROM draft WHERE person_id = $1::uuid',
};

/** Until when the person's form is kept; null when none is begun. */
export async function draftKeptUntil({ db }: Pick<ViewDeps, 'db'>, personId: PersonId): Promise<Date | null> {
  const [row] = await db.rows<{ expires_at: Date }>(keptUntilQuery, [personId]);
  return row?.expires_at ?? null;
}

function childOf(deps: ViewDeps, child: ChildJson): DraftChild {
  const { id, surname, name, patronymic, birth_date, source, relation, preferred_language, claim } = child;
  return {
    id: id as DraftChildId,
    maskedIin: masked(deps, child),
    surname,
    name,
    patronymic,
    birthDate: birth_date,
    source,
    relation,
    preferredLanguage: preferred_language,
    claim: claim === null ? null : claimOfJson(claim),
  };
}

function masked({ secrets }: ViewDeps, { iin_cipher, iin_hash }: SealedIin): string {
  const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64'));
  return maskIin(secrets.openIin({ iin_cipher: bytes(iin_cipher), iin_hash: bytes(iin_hash) }));
}

/** Null where none was told. It opens only under the person's own id. */
export function openAddress(
  secrets: ViewDeps['secrets'],
  personId: PersonId,
  sealed: Uint8Array | null,
): Address | null {
  return sealed === null ? null : (JSON.parse(secrets.openAddress(personId, sealed)) as Address);
}

/** What S1 marks with a star and is not there yet. */
function missingOf(view: Omit<DraftView, 'missing'>, contacts: ReadonlySet<string>): readonly Missing[] {
  const missing: Missing[] = [];
  if (view.district === null) missing.push({ what: 'DISTRICT' });
  if (view.readAt === null) missing.push({ what: 'READ' });
  const { address } = view.applicant;
  if (address === null || !isWhole(address)) missing.push({ what: 'ADDRESS' });
  if (!contacts.has('EMAIL')) missing.push({ what: 'EMAIL' });
  if (!contacts.has('PHONE')) missing.push({ what: 'PHONE' });
  if (view.children.length === 0) missing.push({ what: 'CHILD' });
  for (const { id, surname, name, claim } of view.children) {
    if (name === null || surname === null) missing.push({ what: 'CHILD_NAME', child: id });
    if (claim !== null && claim.scans.length === 0) missing.push({ what: 'SCANS', child: id });
  }
  return missing;
}

/** What the description of the service tells of the district's rules (S1 step 7). */
export function termsOf(policy: Policy): ServiceTerms {
  return {
    minMonths: policy['age.minMonths'],
    maxYears: policy['age.maxYears'],
    turnWindow: policy['turn.window'],
    showUp: policy['referral.showUp'],
    maxMisses: policy['referral.maxMisses'],
    stopListWorkingDays: policy['stopList.workingDays'],
    interestMonths: policy['interest.months'],
  };
}

/** Changes when the description would read otherwise: what was confirmed as read is read again. */
export function termsVersion(terms: ServiceTerms): string {
  return Buffer.from(sha256(JSON.stringify(terms)))
    .toString('hex')
    .slice(0, 16);
}
