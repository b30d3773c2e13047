import type { Screen } from '../screen.ts';

/** The screens of the desk, with access STAFF. */
export const staffScreens: readonly Screen[] = [];
