import type { Screen } from '../screen.ts';
import { staffScreens } from '../staff/index.ts';
import { parentScreens } from './parents.ts';

/** Every screen by its name. Two of one name are a mistake that stops the start. */
export function allScreens(): ReadonlyMap<string, Screen> {
  const byName = new Map<string, Screen>();
  for (const screen of [...parentScreens, ...staffScreens]) {
    if (byName.has(screen.name)) throw new Error(`two screens are called ${screen.name}`);
    byName.set(screen.name, screen);
  }
  return byName;
}
