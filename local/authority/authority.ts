import type { Authority, AuthoritySettings } from './api.ts';

/** An authority that lives as long as the process: for tests. */
export function createAuthority(_settings: AuthoritySettings): Promise<Authority> {
  throw new Error('not built yet');
}

/** The authority kept in `dir`; made at the first start. `dir/trust/*.cer` is what TRUST_DIR takes. */
export function openAuthority(_dir: string, _settings: AuthoritySettings): Promise<Authority> {
  throw new Error('not built yet');
}
