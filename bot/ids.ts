import { parseId, Refusal } from './core.ts';

/** An argument of a button as an id of the wanted kind; the refusal `code` when it is none. */
export function idOf<Id extends string>(arg: string | undefined, code = 'application.unknown'): Id {
  const id = arg === undefined ? undefined : parseId<Id>(arg);
  if (id === undefined) throw new Refusal(code);
  return id;
}
