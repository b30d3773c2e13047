/** What was scanned or pasted is no address to sign at. */
export class NoLink extends Error {
  constructor() {
    super('no link');
    this.name = 'NoLink';
  }
}

/**
 * The address of API №1 out of what a camera or a person brings: the text of a QR code (`mobileSign:https://…`), the link
 * for the same device (`…?link=<address>`, EDS.md §5.2), or the address itself. @throws NoLink
 */
export function readLink(text: string): URL {
  const bare = text.trim().replace(/^(?:mobile|business)Sign:/i, '');
  const url = URL.parse(bare);
  const inside = url?.searchParams.get('link');
  const target = inside ? URL.parse(inside) : url;
  if (!target || !['http:', 'https:'].includes(target.protocol)) throw new NoLink();
  return target;
}
