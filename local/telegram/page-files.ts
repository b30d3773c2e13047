import type { ServerResponse } from 'node:http';
import { serveFrom } from '../pages/http.ts';

const FOLDER = new URL('./page/', import.meta.url);
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; media-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Serves the chat page. False when there is no such file. */
export function servePage(res: ServerResponse, path: string): Promise<boolean> {
  return serveFrom(res, [FOLDER], path.slice(1), POLICY);
}
