import type { WriteTx } from '../db/db.ts';
import type { ApplicationId } from '../ids.ts';
import type { RegisteredApplication } from './api.ts';

/** What a signed form has become, in the order of its children. */
export async function registered(
  { application }: Pick<WriteTx, 'application'>,
  ids: readonly ApplicationId[],
): Promise<readonly RegisteredApplication[]> {
  const rows = await application.findMany({
    where: { id: { in: [...ids] } },
    select: {
      id: true,
      number: true,
      state: true,
      position_at_registration: true,
      child: { select: { name: true } },
    },
  });
  return ids.flatMap((id) => {
    const row = rows.find((one) => one.id === id);
    if (row === undefined) return [];
    const { number, state, position_at_registration: position, child } = row;
    return [{ id, number, childName: child.name, state: state as RegisteredApplication['state'], position }];
  });
}
