import { civil } from '../../../core/calendar/civil-date.ts';
import type { Act, ApplicationId, ClaimId, DistrictId, PersonId } from '../../../core/index.ts';
import { pieces } from '../../../core/scan/testing/stage.ts';
import type { Upload } from './phone.ts';
import { iinOf, type ScreensWorld } from './world.ts';

const UNPROVEN = [4500, 4600] as const;

const asParent = ({ clock }: ScreensWorld, personId: PersonId): Act => ({
  ...{ personId, channel: 'BOT' },
  login: { method: 'OTP', at: clock.now() },
});

async function districtOf({ db }: ScreensWorld, code: string): Promise<DistrictId> {
  const { id } = await db.prisma.district.findUniqueOrThrow({ where: { code }, select: { id: true } });
  return id as DistrictId;
}

/** A parent of the crowd who has a child in the common class of this district. */
async function parentOf(world: ScreensWorld, district: string) {
  const row = await world.db.prisma.application.findFirstOrThrow({
    where: {
      ...{ state: 'QUEUED', benefit_class: 'COMMON', district_id: await districtOf(world, district) },
      ...{ benefit_claims: { none: {} }, applicant: { messenger_accounts: { none: {} } } },
    },
    orderBy: { number: 'desc' },
    select: { id: true, applicant_id: true },
  });
  return { application: row.id as ApplicationId, act: asParent(world, row.applicant_id as PersonId) };
}

/** Claims a benefit in this district and sends its papers. */
export async function claimBenefit(
  world: ScreensWorld,
  district: string,
  papers: readonly Upload[],
): Promise<void> {
  const { benefits, scans } = world.core;
  const { application, act } = await parentOf(world, district);
  const claim: ClaimId = await benefits.begin(act, application, 'LARGE');
  for (const { buffer } of papers)
    await scans.add(act, claim, { size: buffer.length, open: async () => pieces(buffer) });
  await benefits.send(act, claim);
}

/** A parent whom the registry does not know as one applies in this district: the application waits for a review. */
export async function applyUnproven(world: ScreensWorld, district: string): Promise<void> {
  const { drafts, signing } = world.core;
  const { act } = await parentOf(world, district);
  const iin = iinOf('2023-06-01', 'male', UNPROVEN[district === 'TSL' ? 0 : 1]);
  const names = { surname: 'Үлгіов', name: 'Ерасыл', patronymic: 'Мысалұлы' };
  await world.sandbox.add({ persons: [{ ...names, iin, birthDate: civil('2023-06-01') }] });
  const { value: phone } = await world.db.prisma.contact.findFirstOrThrow({
    where: { person_id: act.personId, kind: 'PHONE' },
  });
  await drafts.begin(act, await districtOf(world, district));
  await drafts.confirmRead(act);
  await drafts.setAddress(act, { city: 'Ақмол', street: 'Достық көшесі', house: '1' });
  await drafts.addChild(act, iin);
  const prepared = await signing.prepareRegistration(act);
  const [sms] = world.outbox.items().filter(({ to }) => to === phone);
  await signing.sign(act, prepared.id, /\d{6}/.exec(sms?.text ?? '')?.[0] ?? '');
}
