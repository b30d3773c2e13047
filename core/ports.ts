import type { CivilDate } from './calendar/civil-date.ts';
import type { Address } from './draft/api.ts';
import type { Iin } from './people/iin.ts';

/** The outside world as core needs it. Each has a sandbox in `local/` and a real adapter chosen by the configuration. */

export interface RegisteredPerson {
  readonly iin: Iin;
  readonly surname: string;
  readonly name: string;
  readonly patronymic: string | null;
  readonly birthDate: CivilDate;
  /** Where the person is registered, as far as the registry tells. */
  readonly address?: Address;
}

/** ЖТ МДБ, the state database of natural persons. Throws when it is down; undefined when there is no such person. */
export interface PersonRegistry {
  person(iin: Iin): Promise<RegisteredPerson | undefined>;
  /** IINs of the registered parents and guardians of a child. */
  parents(child: Iin): Promise<readonly Iin[]>;
}

/** МАБ, the mobile citizens base: is this phone (E.164) registered to this IIN? */
export interface MobileBase {
  belongs(iin: Iin, phone: string): Promise<boolean>;
}

/** Hands one SMS to a gateway; resolves with the gateway's id of it, rejects with `ChannelError` (bot/delivery) or an Error. */
export interface SmsGateway {
  send(phone: string, text: string): Promise<string>;
}

/** Where core writes what an operator of the server needs to know. Never personal data. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
