import type { CoreDeps } from '../context.ts';
import type { Secrets } from '../db/crypto.ts';
import { createAccounts } from './accounts.ts';
import type { People } from './api.ts';
import { createContacts } from './contacts.ts';
import { confirmLogin, loginLink } from './eds-login.ts';
import type { RateLimits } from './limits.ts';
import { createLogin } from './login.ts';

/** What the room of people needs beside the core's own deps: the keys of the data key, and limits that processes share. */
export interface PeopleDeps extends Pick<CoreDeps, 'db' | 'clock' | 'log' | 'ports' | 'config'> {
  readonly secrets: Secrets;
  readonly limits: RateLimits;
}

export function createPeople(deps: PeopleDeps): People {
  const accounts = createAccounts(deps);
  return {
    ...accounts,
    ...createLogin(deps, accounts.account),
    ...createContacts(deps),
    loginMethods: () => (deps.config.digitalSignature ? ['OTP', 'EDS'] : ['OTP']),
    loginLink: (address, language) => loginLink(deps, address, language),
    confirmLogin: async (address, text, messageId) => {
      await confirmLogin(deps, address, text, messageId);
      return accounts.account(address);
    },
  };
}
