import type { Clock } from './core.ts';

const KEPT_FOR = 15 * 60_000;

/**
 * Holds what must not be kept, such as the address of a one-time page or where somebody stands on the map: in
 * the memory of this process, for 15 minutes, in no session and no table. After a restart, or in another process, the
 * person is asked again.
 */
export interface Vault<Secret> {
  keep(address: string, secret: Secret): void;
  read(address: string): Secret | undefined;
  drop(address: string): void;
}

export function createVault<Secret>(clock: Clock): Vault<Secret> {
  const kept = new Map<string, { readonly secret: Secret; readonly until: number }>();

  function sweep(): void {
    const now = clock.now().getTime();
    for (const [address, { until }] of kept) if (until <= now) kept.delete(address);
  }

  return {
    keep: (address, secret) => {
      sweep();
      kept.set(address, { secret, until: clock.now().getTime() + KEPT_FOR });
    },
    read: (address) => {
      sweep();
      return kept.get(address)?.secret;
    },
    drop: (address) => {
      kept.delete(address);
    },
  };
}
