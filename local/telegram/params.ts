import { bad } from './errors.ts';
import type { Params } from './types.ts';

/** A field that came as JSON or as text of a form: both are the same to the Bot API. */
export function json(params: Params, key: string): unknown {
  const value = params[key];
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    throw bad(`can't parse ${key.replaceAll('_', ' ')} JSON object`);
  }
}

export function str(params: Params, key: string): string | undefined {
  const value = params[key];
  if (value === undefined || value === null) return undefined;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export function int(params: Params, key: string): number | undefined {
  const value = params[key];
  if (value === undefined || value === null || value === '') return undefined;
  const number = Number(value);
  if (!Number.isInteger(number)) throw bad(`invalid ${key} specified`);
  return number;
}

export function float(params: Params, key: string): number | undefined {
  const value = params[key];
  if (value === undefined || value === null || value === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

export function bool(params: Params, key: string): boolean {
  const value = params[key];
  return value === true || value === 1 || value === '1' || String(value).toLowerCase() === 'true';
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Telegram counts characters, not UTF-16 units; the cheap test first, since nearly every text is short. */
export function longerThan(text: string, limit: number): boolean {
  return text.length > limit && [...text].length > limit;
}
