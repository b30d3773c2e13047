import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Authority, AuthoritySettings } from './api.ts';
import { found } from './founding.ts';
import { foundJournal, type Journal, memoryJournal, NoJournal, openJournal } from './journal.ts';
import { freshKeys } from './key.ts';
import { createOffice } from './office.ts';
import { openRegister } from './register.ts';

/** An authority that lives as long as the process: for tests. */
export async function createAuthority(settings: AuthoritySettings): Promise<Authority> {
  const whole = withKeys(settings);
  return authorityOf(memoryJournal(await found(whole)), whole);
}

/**
 * The authority kept in `dir`; made at the first start, which takes two RSA keys of another core's time.
 * `dir/trust/*.cer` is what TRUST_DIR takes; `dir/authority.jsonl` holds the private keys, mode 0600.
 * @throws Error with one line when what is kept there has lost its roots.
 */
export async function openAuthority(dir: string, settings: AuthoritySettings): Promise<Authority> {
  const whole = withKeys(settings);
  const authority = authorityOf(await kept(dir, whole), whole);
  const trust = join(dir, 'trust');
  mkdirSync(trust, { recursive: true });
  for (const { file, der } of authority.trust()) writeFileSync(join(trust, file), der);
  return authority;
}

const withKeys = ({ clock, baseUrl, keys = freshKeys }: AuthoritySettings) => ({ clock, baseUrl, keys });

async function kept(dir: string, settings: Required<AuthoritySettings>): Promise<Journal> {
  try {
    return openJournal(dir);
  } catch (error) {
    if (!(error instanceof NoJournal)) throw error;
    return foundJournal(dir, await found(settings));
  }
}

function authorityOf(journal: Journal, settings: Required<AuthoritySettings>): Authority {
  const register = openRegister(journal, settings);
  return { ...register.desk, ...createOffice(register, settings) };
}
