import { describe, expect, it } from 'vitest';
import type { DistrictId, SignatureId } from '../ids.ts';
import { refusal } from '../people/testing/stage.ts';
import { MINUTE, pagesStage } from './testing/pages-stage.ts';
import { proofOf, SILENT } from './testing/proof.ts';

const world = await pagesStage();
const { accept, core, db, later, opened, turn } = world;
const { signPages } = core;

describe('an authority that is silent', () => {
  const policy = (district: DistrictId, value: 'REFUSE' | 'RECHECK') =>
    db.prisma.policy.create({
      data: {
        district_id: district,
        key: 'sign.revocationUnavailable',
        value,
        valid_from: new Date('2020-01-01'),
        basis: 'test',
      },
    });

  it('is asked again; what it says later is written down, told and shown', async () => {
    const here = await turn();
    const { family, application } = here;
    const on = await opened(here);
    expect((await accept(on, proofOf(family.iin, SILENT))).state).toBe('DONE');
    expect(await signPages.claimRechecks(10)).toEqual([]);
    later(6 * MINUTE);
    const [claimed] = await signPages.claimRechecks(10);
    if (claimed === undefined) throw new Error('nothing to ask again');
    expect(await signPages.claimRechecks(10)).toEqual([]);
    expect(claimed.chain.map((one) => Buffer.from(one).toString())).toEqual(['leaf', 'issuer', 'root']);
    const silent = proofOf(null, SILENT).revocation;
    await signPages.rechecked(claimed.id, silent);
    later(6 * MINUTE);
    expect(await signPages.claimRechecks(10)).toHaveLength(1);
    await signPages.rechecked(claimed.id, 'REVOKED');
    await signPages.rechecked(claimed.id, proofOf(null).revocation);
    expect(await db.prisma.signature.findUniqueOrThrow({ where: { id: claimed.id } })).toMatchObject({
      revocation: 'REVOKED',
      recheck_at: null,
    });
    expect(await world.notices(family.personId)).toContain('N42');
    expect(await world.stateOf(application)).toBe('REFERRED');
    later(6 * MINUTE);
    expect(await signPages.claimRechecks(10)).toEqual([]);
    await signPages.rechecked('00000000-0000-7000-8000-000000000000' as SignatureId, 'REVOKED');
  });

  it('means no where the district wants it so', async () => {
    const here = await turn();
    const { family, application } = here;
    const on = await opened(here);
    const { id } = await policy(here.district, 'REFUSE');
    expect(await refusal(accept(on, proofOf(family.iin, SILENT)))).toMatchObject({
      code: 'signature.revocationUnavailable',
    });
    await db.prisma.policy.delete({ where: { id } });
    expect(await world.stateOf(application)).toBe('NOTIFIED');
    expect((await accept(on, proofOf(family.iin))).state).toBe('DONE');
  });
});
