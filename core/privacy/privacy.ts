import { pageOf } from '../act.ts';
import { ACTIVE } from '../application/transitions.ts';
import type { QueueDeps } from '../context.ts';
import type { WriteTx } from '../db/db.ts';
import type { PersonId } from '../ids.ts';
import { lockPerson } from '../people/codes.ts';
import type { RateLimits } from '../people/limits.ts';
import { issueLink, LINK_RULES, languageOf, limitLinks } from '../signing/links.ts';
import type { Look, Privacy, PrivacySummary } from './api.ts';
import { deleteAccount } from './delete.ts';

const PAGE = 8;

/** What a person may ask about the own data (Law № 94-V; F-52). */
export function createPrivacy(deps: QueueDeps & { readonly limits: RateLimits }): Privacy {
  const { db, clock } = deps;
  return {
    summary: (act) => db.write((tx) => summaryOf(tx, act.personId)),
    looks: async (act, page, pageSize = PAGE) => {
      const where = { person_id: act.personId };
      const total = await db.prisma.access_log.count({ where });
      const rows = await db.prisma.access_log.findMany({
        where,
        orderBy: [{ at: 'desc' }, { id: 'desc' }],
        skip: page * pageSize,
        take: pageSize,
      });
      const numbers = await numbersOf(
        db.prisma,
        rows.flatMap(({ application_id }) => application_id ?? []),
      );
      const looks = rows.map(({ at, role, what, application_id }) => ({
        at,
        role: role as Look['role'],
        what: what as Look['what'],
        numberTail: application_id === null ? null : (numbers.get(application_id) ?? null),
      }));
      return pageOf(looks, page, pageSize, total);
    },
    exportLink: async (act) => {
      await limitLinks(deps, act.personId);
      return db.write(async (tx) => {
        const at = clock.now();
        // Not while the account is being deleted: the link would outlive it.
        await lockPerson(tx, act.personId);
        return issueLink(deps, tx, at, {
          purpose: 'EXPORT',
          personId: act.personId,
          language: await languageOf(tx, act.personId),
          expiresAt: new Date(at.getTime() + LINK_RULES.livesMs),
        });
      });
    },
    deleteAccount: (act) => db.write((tx) => deleteAccount(deps, tx, act)),
  };
}

async function numbersOf(
  { application }: Pick<WriteTx, 'application'>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await application.findMany({
    where: { id: { in: [...ids] } },
    select: { id: true, number: true },
  });
  return new Map(rows.map(({ id, number }) => [id, number.slice(-4)]));
}

async function summaryOf(tx: WriteTx, personId: PersonId): Promise<PrivacySummary> {
  const mine = { person_id: personId };
  const account = await tx.messenger_account.aggregate({ where: mine, _min: { consented_at: true } });
  return {
    consentedAt: account._min.consented_at,
    contacts: await tx.contact.count({ where: mine }),
    applications: await tx.application.count({ where: { applicant_id: personId } }),
    active: await tx.application.count({
      where: { applicant_id: personId, state: { in: [...ACTIVE] } },
    }),
    scans: await tx.scan.count({ where: { claim: mine } }),
    notices: await tx.notice.count({ where: mine }),
    subscriptions: await tx.subscription.count({ where: { ...mine, ended_at: null } }),
    signatures: await tx.statement.count({ where: { ...mine, signed_at: { not: null } } }),
    looks: await tx.access_log.count({ where: mine }),
  };
}
