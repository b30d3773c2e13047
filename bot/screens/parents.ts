import type { Screen } from '../screen.ts';

/** The screens of parents, in the order in which one meets them. */
export const parentScreens: readonly Screen[] = [];
