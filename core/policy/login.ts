import type { Act } from '../act.ts';
import { Refusal } from '../refusal.ts';
import type { Policy } from './policy.ts';

export type GuardedAction = keyof Policy['auth.freshHours'];

/**
 * Whether the login of the chat is enough for this action in this district (K8 `auth.methods`, `auth.freshHours`). Outside
 * the chat the signature itself proves who acts. Refusal: login.again {methods}, with the methods that would do.
 */
export function assertLogin(
  policy: Pick<Policy, 'auth.methods' | 'auth.freshHours'>,
  at: Date,
  act: Act,
  action: GuardedAction,
): void {
  if (act.channel !== 'BOT') return;
  const hours = policy['auth.freshHours'][action];
  const stale = hours !== null && at.getTime() - act.login.at.getTime() > hours * 3_600_000;
  if (stale || !policy['auth.methods'].includes(act.login.method)) {
    throw new Refusal('login.again', { methods: policy['auth.methods'].join(',') });
  }
}
