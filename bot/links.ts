import type { Texts } from '../locales/index.ts';
import type { KezekContext } from './context.ts';
import type { SignLink } from './core.ts';
import { type Keyboard, urlButton } from './keyboard.ts';
import { hour } from './words.ts';

/** The one-time page that a chat was given last. */
export interface KeptLink extends SignLink {
  /** What it is for: a statement, a document, or `login`. */
  readonly about: string;
}

/** What the page of a login is kept for. */
export const LOGIN_LINK = 'login';

/** Remembers the address of a page in memory only: whoever has it could open it, so no session and no text holds it. */
export function keepLink(ctx: KezekContext, about: string, { url, openUntil }: SignLink): void {
  ctx.house.links.keep(ctx.address, { about, url, openUntil });
}

/** The page that may still be opened; undefined after its time, a restart or in another process: a new one is one tap. */
export function linkOf(ctx: KezekContext, about: string): SignLink | undefined {
  const kept = ctx.house.links.read(ctx.address);
  return kept?.about === about && ctx.house.clock.now() < kept.openUntil ? kept : undefined;
}

/** Forgets the page that is of no more use. */
export function dropLink(ctx: KezekContext, about: string): void {
  if (ctx.house.links.read(ctx.address)?.about === about) ctx.house.links.drop(ctx.address);
}

/** Until when the page may be opened, or that a new way to it is needed. */
export function linkText(link: SignLink | undefined, t: Texts): string {
  return link === undefined ? t.html('link.none') : t.html('link.valid', { until: hour(link.openUntil) });
}

/** The button that opens the page, named `open`; no row when no way to it is left. */
export function linkRow(link: SignLink | undefined, open: string): Keyboard {
  return link === undefined ? [] : [[urlButton(open, link.url, 'success')]];
}
