import type { XmlLayout } from '../authority/sign-xml.ts';

/** How this NCALayer differs from the usual one: versions and builds answer differently, and a client must take them all. */
export interface Behaviour {
  /** Of the greeting. */
  version: string;
  /** Whether the module kz.gov.pki.knca.basics is there. */
  basics: boolean;
  /** Of `body.result` of basics. AUTO: an array for XML, a string for one CMS, `{signatures, certificate}` with outputCert. */
  shape: 'AUTO' | 'STRING' | 'ARRAY' | 'SIGNATURES';
  /** Whether CMS of basics comes in PEM armour or as bare base64. */
  armour: 'PEM' | 'BARE';
  /** AUTO: compact from basics, line by line from commonUtils. */
  xmlLayout: 'AUTO' | XmlLayout;
  /** CRLF: as on Windows. */
  lineEnds: 'LF' | 'CRLF';
  /** Names of hardware storages that are plugged in; they hold no keys. */
  tokens: readonly string[];
  /** Leaves out expired, revoked and foreign keys unless the request allows them, as the real one does. */
  checksKeys: boolean;
  /** Milliseconds before each answer. */
  delay: number;
  /** The next request to sign with a key fails so. */
  failure: { readonly code: string; readonly message: string; readonly details: string } | null;
}

export const usual: Behaviour = {
  version: '1.4',
  basics: true,
  shape: 'AUTO',
  armour: 'PEM',
  xmlLayout: 'AUTO',
  lineEnds: 'LF',
  tokens: [],
  checksKeys: false,
  delay: 0,
  failure: null,
};

const CHOICES: Partial<Record<keyof Behaviour, readonly string[]>> = {
  shape: ['AUTO', 'STRING', 'ARRAY', 'SIGNATURES'],
  armour: ['PEM', 'BARE'],
  xmlLayout: ['AUTO', 'BASICS', 'COMMON_UTILS'],
  lineEnds: ['LF', 'CRLF'],
};

/** Takes over what `change` names. @throws RangeError that names what is wrong, before anything is changed. */
export function change(behaviour: Behaviour, changes: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(changes)) {
    if (!isGood(name, value)) throw new RangeError(`no such behaviour: ${name}`);
  }
  Object.assign(behaviour, changes);
}

function isGood(name: string, value: unknown): boolean {
  if (!Object.hasOwn(usual, name)) return false;
  const choices = CHOICES[name as keyof Behaviour];
  if (choices) return typeof value === 'string' && choices.includes(value);
  if (name === 'failure') return value === null || isFailure(value);
  if (name === 'tokens') return Array.isArray(value) && value.every((one) => typeof one === 'string');
  if (name === 'delay') return typeof value === 'number' && value >= 0 && value <= 600_000;
  return typeof value === typeof usual[name as keyof Behaviour];
}

function isFailure(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['code', 'message', 'details'].every((name) => name in value)
  );
}
