import { expect } from 'vitest';
import { attendingWorld, type House } from '../../../local/testing/attending.ts';
import { coreWorld, type Family } from '../../../local/testing/core-world.ts';
import { sanityChecks } from '../../audit/sanity.ts';
import type { ApplicationId } from '../../ids.ts';

export interface Child {
  readonly family: Family;
  readonly id: ApplicationId;
}

/** Children of one kindergarten, `home`, on their way to others. Call at the top level of a test file. */
export async function transferStage() {
  const w = await attendingWorld(await coreWorld({ preset: 'A_WAITLIST', start: '2026-11-16T04:00:00Z' }));
  const { core, db } = w;
  const home = await w.house('Күншуақ', 60);

  async function child(at: House = home, more: Parameters<typeof w.attend>[2] = {}): Promise<Child> {
    const family = await w.person();
    return { family, id: await w.attend(family, at, more) };
  }

  /** A child of `home` with a place of a new kindergarten on offer. */
  async function offered(name: string) {
    const wished = await w.house(name, 1);
    const it = await child();
    await w.join(it.family, it.id, wished);
    await core.staff.publish(w.operator, wished.group, 1);
    const entry = await w.entryOf(it.family, it.id, wished);
    expect(entry.state).toBe('PLACE_AVAILABLE');
    return { ...it, wished, entry };
  }

  /** The same, with the place accepted. */
  async function moving(name: string) {
    const it = await offered(name);
    return { ...it, transfer: await w.accept(it.family, it.id, it.wished) };
  }

  const transferOf = async ({ family, id }: Child) => (await core.waitlists.of(family.personId, id)).transfer;

  /** How many kindergartens the child has a place in. */
  async function attendances(id: ApplicationId): Promise<number> {
    const { child_id } = await db.prisma.application.findUniqueOrThrow({ where: { id } });
    return db.prisma.referral.count({ where: { child_id, state: 'ACCEPTED', left_at: null } });
  }

  const sound = async () => expect(await sanityChecks(db)).toEqual([]);

  return { ...w, home, child, offered, moving, transferOf, attendances, sound };
}

export const refusalOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );
