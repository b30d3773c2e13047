import { coreWorld } from '../../../local/testing/core-world.ts';
import type { LinkView, VerifiedProof } from '../pages-api.ts';

export const MINUTE = 60_000;
export const tokenOf = (url: string) => new URL(url).hash.slice(1);

/** Families whose children have an open turn, and the page of their signature. Call at the top level of a test file. */
export async function pagesStage() {
  const world = await coreWorld({ start: '2026-11-23T05:00:00Z' });
  const { core, clock } = world;
  const { signPages, signing } = core;
  const admin = await world.staff({ admin: true });
  let districts = 0;

  /** A family whose child has an open turn, in a district of its own. */
  const turn = async () => {
    districts += 1;
    const district = await world.district(`P${String.fromCharCode(64 + districts)}Q`);
    const group = await world.group(await world.kindergarten('Балдырған', district), 2023);
    const family = await world.person();
    const application = await world.enqueue(family, '2023-05-05', { district });
    const { pickOpensAt } = await core.staff.publish(admin, group, 1);
    await world.moveTo(pickOpensAt);
    return { district, group, family, application };
  };

  const opened = async ({ family, application, group }: Awaited<ReturnType<typeof turn>>) => {
    const { id: statement, link } = await signing.linkChoice(family.act, application, group);
    const { session, view } = await signPages.open(tokenOf(link.url));
    if (session === null) throw new Error('no session');
    return { statement, link, id: view.id, session, bearer: { session }, view };
  };

  return {
    ...world,
    turn,
    opened,
    later: (ms: number) => clock.set(new Date(clock.now().getTime() + ms)),
    accept: (on: { id: LinkView['id']; bearer: { session: string } }, proof: VerifiedProof) =>
      signPages.accept(on.id, on.bearer, 'STATEMENT', proof),
  };
}
