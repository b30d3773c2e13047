import { type Reason, SignatureRefused } from '../../reasons.ts';

/** Why it is refused; any other error is a bug and goes on. */
export function reasonOf(check: () => unknown): Reason | 'accepted' {
  try {
    check();
  } catch (error) {
    if (error instanceof SignatureRefused) return error.reason;
    throw error;
  }
  return 'accepted';
}
