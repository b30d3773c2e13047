import { describe, expect, it } from 'vitest';
import { freshIin } from '../local/testing/core-world.ts';
import { layPaper } from '../local/testing/papers.ts';
import { ending, formWorld } from './draft/testing/stage.ts';
import type { ApplicationId, GuardianLinkId } from './ids.ts';
import type { Act } from './index.ts';

const world = await formWorld();
const { core, db } = world;
const NOBODY = '01900000-0000-7000-8000-000000000000';
const BIRTH = '2023-05-14';

/** Everything a family may have. */
async function everything() {
  const one = await world.parent();
  const iin = freshIin(BIRTH);
  const application = await world.enqueue(one, BIRTH, { iin });
  const claim = await core.benefits.begin(one.act, application, 'LARGE');
  const scan = await layPaper(world, claim);
  await core.benefits.send(one.act, claim);
  const other = await world.parent();
  await core.guardians.request(other.act, iin);
  const { id: link } = await db.prisma.guardian_link.findFirstOrThrow({
    where: { application_id: application },
  });
  await world.begun(one);
  const child = await core.drafts.addChild(one.act, await world.bornTo(one));
  const drafted = await core.drafts.setBenefit(one.act, child, 'LARGE');
  if (drafted === null) throw new Error('no claim');
  const draftedScan = await layPaper(world, drafted);
  await world.sandbox.setDown('REGISTRY', true);
  const silent = await world.parent();
  await world.begun(silent);
  const unknown = await core.drafts.addChild(silent.act, freshIin(BIRTH));
  await core.drafts.nameChild(silent.act, unknown, { surname: 'Сыналов', name: 'Асан' });
  const { applications } = await world.sign(silent);
  await world.sandbox.setDown('REGISTRY', false);
  const subscription = await core.kindergartens.subscribe(one.act, {
    birthYear: 2023,
    language: 'kk',
    around: { latitude: 51.1, longitude: 71.4 },
    radius: 2000,
  });
  const { id: statement } = await core.signing.prepareRegistration(one.act);
  const document = (await db.prisma.document.findFirstOrThrow({ where: { application_id: application } })).id;
  return {
    iin,
    ids: {
      application,
      claim,
      scan,
      link: link as GuardianLinkId,
      child,
      drafted,
      draftedScan,
      review: applications[0]?.id as ApplicationId,
      subscription,
      statement,
      document,
    },
  };
}

const { ids, iin } = await everything();
const nothing = Object.fromEntries(Object.keys(ids).map((name) => [name, NOBODY])) as unknown as typeof ids;

type Call = (act: Act, of: typeof ids) => Promise<unknown>;
const q = core.queues;
const CALLS: Readonly<Record<string, Call>> = {
  'applications.card': (a, o) => core.applications.card(a.personId, o.application),
  'applications.history': (a, o) => core.applications.history(a.personId, o.application, 0),
  'queues.position': (a, o) => q.position(a.personId, o.application),
  'queues.history': (a, o) => q.history(a.personId, o.application, new Date(0)),
  'queues.explain': (a, o) => q.explain(a.personId, o.application, new Date(0)),
  'queues.chart': (a, o) => q.chart(a.personId, o.application, 'kk'),
  'forecasts.of': (a, o) => core.forecasts.of(a.personId, o.application),
  'applications.deadlines': (a, o) => core.applications.deadlines(a.personId, o.application),
  'applications.documents': (a, o) => core.applications.documents(a.personId, o.application),
  'applications.confirmInterest': (a, o) => core.applications.confirmInterest(a, o.application),
  'applications.withdraw': (a, o) => core.applications.withdraw(a, o.application),
  'signing.methods': (a, o) => core.signing.methods(a, o.application, 'CHOICE'),
  'guardians.of': (a, o) => core.guardians.of(a, o.application),
  'guardians.mine': (a, o) => core.guardians.mine(a, o.application),
  'guardians.asked': (a, o) => core.guardians.asked(a, o.link),
  'guardians.answer': (a, o) => core.guardians.answer(a, o.link, true),
  'guardians.unlink': (a, o) => core.guardians.unlink(a, o.link),
  'guardians.onDesk': (a, o) => core.guardians.onDesk(a, o.link),
  'guardians.decide': (a, o) => core.guardians.decide(a, o.link, true),
  'benefits.ofApplication': (a, o) => core.benefits.ofApplication(a, o.application),
  'benefits.begin': (a, o) => core.benefits.begin(a, o.application, 'LARGE'),
  'benefits.claim': (a, o) => core.benefits.claim(a, o.claim),
  'benefits.claim of a form': (a, o) => core.benefits.claim(a, o.drafted),
  'benefits.send': (a, o) => core.benefits.send(a, o.claim),
  'benefits.send of a form': (a, o) => core.benefits.send(a, o.drafted),
  'benefits.drop': (a, o) => core.benefits.drop(a, o.claim),
  'benefits.drop of a form': (a, o) => core.benefits.drop(a, o.drafted),
  'benefits.take': (a, o) => core.benefits.take(a, o.claim),
  'benefits.onDesk': (a, o) => core.benefits.onDesk(a, o.claim),
  'benefits.release': (a, o) => core.benefits.release(a, o.claim),
  'benefits.confirm': (a, o) => core.benefits.confirm(a, o.claim, {}),
  'benefits.decline': (a, o) => core.benefits.decline(a, o.claim, 'OUTDATED'),
  'benefits.askForCopy': (a, o) => core.benefits.askForCopy(a, o.claim),
  'scans.list': (a, o) => core.scans.list(a, o.claim),
  'scans.list of a form': (a, o) => core.scans.list(a, o.drafted),
  'scans.add': (a, o) =>
    core.scans.add(a, o.drafted, { size: 1, open: () => Promise.reject(new Error('fetched')) }),
  'scans.content': (a, o) => core.scans.content(a, o.scan),
  'scans.content of a form': (a, o) => core.scans.content(a, o.draftedScan),
  'scans.remove': (a, o) => core.scans.remove(a, o.scan),
  'scans.remove of a form': (a, o) => core.scans.remove(a, o.draftedScan),
  'reviews.card': (a, o) => core.reviews.card(a, o.review),
  'reviews.approve': (a, o) => core.reviews.approve(a, o.review),
  'reviews.reject': (a, o) => core.reviews.reject(a, o.review, 'WRONG_DATA'),
  'kindergartens.unsubscribe': (a, o) => core.kindergartens.unsubscribe(a, o.subscription),
  'drafts.nameChild': (a, o) => core.drafts.nameChild(a, o.child, { name: 'Асан' }),
  'drafts.removeChild': (a, o) => core.drafts.removeChild(a, o.child),
  'drafts.setBenefit': (a, o) => core.drafts.setBenefit(a, o.child, null),
  'drafts.setLanguage': (a, o) => core.drafts.setLanguage(a, o.child, 'ru'),
  'signing.state': (a, o) => core.signing.state(a, o.statement as never),
  'signing.sign': (a, o) => core.signing.sign(a, o.statement as never, '123456'),
  'signing.link': (a, o) => core.signing.link(a, o.statement as never),
  'signing.resend': (a, o) => core.signing.resend(a, o.statement as never),
  'signing.proofLink': (a, o) => core.signing.proofLink(a, o.document as never),
  'documents.file': (a, o) => core.documents.file(a.personId, o.document as never, 'kk'),
};

const DESKS =
  /^(reviews\.|guardians\.(onDesk|decide)|benefits\.(take|onDesk|release|confirm|decline|askForCopy))/;

/** The answer, or the code of the refusal. */
async function told(work: Promise<unknown>): Promise<string> {
  const ended = await ending(work);
  return ended === 'done' ? (JSON.stringify(await work) ?? 'done') : (ended.split(' ')[0] ?? '');
}

const stranger = await world.parent();
await world.begun(stranger);
const elsewhere = await world.person();
const far = await world.district('KSH');
await db.prisma.staff_role.create({
  data: { person_id: elsewhere.personId, role: 'OPERATOR', district_id: far, granted_at: world.clock.now() },
});
await world.begun(elsewhere);
const head = await world.staff({ head: await world.kindergarten() });
await core.drafts.begin(head, world.districtId);

const before = async () =>
  JSON.stringify(
    await Promise.all(
      [
        'application',
        'benefit_claim',
        'scan',
        'guardian_link',
        'draft_child',
        'subscription',
        'access_log',
        'event',
      ].map(
        async (table) =>
          (await db.pool.query(`SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM ${table} t`)).rows,
      ),
    ),
  );
const left = await world.parent();
await world.born(left, iin, BIRTH);
await core.guardians.request(left.act, iin);
const joined = { application_id: ids.application, person_id: left.personId };
const { id: ended } = await db.prisma.guardian_link.findFirstOrThrow({ where: joined });
await core.guardians.unlink(left.act, ended as GuardianLinkId);
await world.begun(left);
const state = await before();

describe.each([
  ['a stranger', stranger.act],
  ['an operator of another district', elsewhere.act],
  ['the head of a kindergarten', head],
  ['a parent who has left the application', left.act],
])('%s', (_who, act) => {
  it.each(Object.entries(CALLS))('is told nothing by %s, and changes nothing', async (name, call) => {
    const [there, nowhere] = [await told(call(act, ids)), await told(call(act, nothing))];
    expect(there).toMatch(/^(\[\]|\{"items":\[\],.*|[a-z]+\.(unknown|forbidden))$/i);
    // The desks say to everybody but their own operators that they are no operators; there is nothing without an id anyhow.
    if (!DESKS.test(name)) expect(nowhere).toBe(there);
    else expect(nowhere).toMatch(/\.(unknown|forbidden)$/);
    expect(await before()).toBe(state);
  });
});
