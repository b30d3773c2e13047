import { coreWorld, type Family, freshIin } from '../../../local/testing/core-world.ts';
import type { DistrictId } from '../../ids.ts';
import type { Iin } from '../../people/iin.ts';
import { Refusal } from '../../refusal.ts';
import type { SignedResult } from '../../signing/api.ts';

// Monday 23 November 2026, 10:00 in Kazakhstan.
export const START = '2026-11-23T05:00:00Z';
export const ADDRESS = { city: 'Ақмол', district: '', street: 'Достық', house: '1', flat: '' };

/** How a call ended: `done`, or the code of its refusal with what it tells. Whatever else is thrown fails the test. */
export async function ending(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'done';
  } catch (error) {
    if (error instanceof Refusal) return [error.code, ...Object.values(error.params)].join(' ');
    throw error;
  }
}

/** A world with parents who fill in forms. Call at the top level of a test file. */
export async function formWorld() {
  const world = await coreWorld({ start: START });
  const { core } = world;

  /** A parent with an e-mail, as the first login asks for one. */
  async function parent(): Promise<Family> {
    const family = await world.person();
    await core.people.addContact(family.act, 'EMAIL', 'ata-ana@mysal.example');
    return family;
  }

  async function bornTo(family: Family, birth = '2023-05-14'): Promise<Iin> {
    const iin = freshIin(birth);
    await world.born(family, iin, birth);
    return iin;
  }

  /** The form as far as its children. */
  async function begun(family: Family, district: DistrictId = world.districtId): Promise<void> {
    await core.drafts.begin(family.act, district);
    await core.drafts.confirmRead(family.act);
    await core.drafts.setAddress(family.act, ADDRESS);
  }

  async function sign(family: Family): Promise<Extract<SignedResult, { kind: 'REGISTRATION' }>> {
    const prepared = await core.signing.prepareRegistration(family.act);
    const result = await core.signing.sign(family.act, prepared.id, world.lastCode(family.phone));
    if (result.kind !== 'REGISTRATION') throw new Error('not a registration');
    return result;
  }

  async function formOf(family: Family) {
    const view = await core.drafts.of(family.act);
    if (view === null) throw new Error('no form');
    return view;
  }

  return { ...world, parent, bornTo, begun, sign, formOf };
}
