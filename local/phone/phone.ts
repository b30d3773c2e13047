import { randomUUID } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';
import type { Authority } from '../authority/api.ts';
import type { Key } from '../authority/key.ts';
import { signCms } from '../authority/sign-cms.ts';
import { signXml } from '../authority/sign-xml.ts';
import type { KeyChoice, Keyring } from '../ncalayer/keyring.ts';
import {
  fetchRequest,
  type PhoneAnswer,
  type PhoneDocument,
  type PhoneNet,
  type PhoneRequest,
  sendSigned,
} from './requests.ts';

export type PhoneLanguage = PhoneNet['language'];

export interface PhoneSettings {
  readonly keyring: Keyring;
  readonly authority: Pick<Authority, 'stamp'>;
  readonly clock: Clock;
  /** Services that may be talked to: those of this local world. */
  readonly isAllowed: (url: URL) => boolean;
}

/** eGov Mobile on a phone that is not there: what the app does between a link and a service. */
export interface Phone {
  readonly keyring: Keyring;
  /** Fetches what is to be signed and keeps it under an id. @throws PhoneTrouble, NoLink */
  open(
    link: string,
    language: PhoneLanguage,
  ): Promise<{ readonly id: string; readonly request: PhoneRequest }>;
  /** Undefined when it is not kept any more. */
  opened(id: string): PhoneRequest | undefined;
  /** Signs and sends. @throws RangeError for an unknown key or request, PhoneTrouble */
  answer(id: string, keyId: string, language: PhoneLanguage): Promise<PhoneAnswer>;
  /** The whole way at once. @throws RangeError when there is no such key; PhoneTrouble, NoLink */
  sign(link: string, choice: KeyChoice, language: PhoneLanguage): Promise<PhoneAnswer>;
}

const KEPT = 50;

export function createPhone({ keyring, authority, clock, isAllowed }: PhoneSettings): Phone {
  const kept = new Map<string, PhoneRequest>();
  const stampedBy = (key: Key) => (signature: Uint8Array) =>
    authority.stamp(signature, key.algorithm === 'RSA' ? 'RSA' : 'GOST');
  const signDocument = async ({ method, content }: PhoneDocument, key: Key): Promise<string> => {
    if (method === 'XML') return signXml(new TextDecoder().decode(content), key);
    const attached = method === 'CMS_WITH_DATA';
    const cms = await signCms(content, key, { attached, at: clock.now(), timeStamp: stampedBy(key) });
    return Buffer.from(cms).toString('base64');
  };
  const send = async (
    request: PhoneRequest,
    keyId: string,
    language: PhoneLanguage,
  ): Promise<PhoneAnswer> => {
    const key = await keyring.key(keyId);
    const signed: string[] = [];
    for (const document of request.documents) signed.push(await signDocument(document, key));
    return sendSigned(request, signed, { isAllowed, language });
  };
  return {
    keyring,
    open: async (link, language) => {
      const request = await fetchRequest(link, { isAllowed, language }, clock.now());
      const id = randomUUID();
      const [oldest] = kept.keys();
      if (kept.size >= KEPT && oldest !== undefined) kept.delete(oldest);
      kept.set(id, request);
      return { id, request };
    },
    opened: (id) => kept.get(id),
    answer: async (id, keyId, language) => {
      const request = kept.get(id);
      if (!request) throw new RangeError('no such request');
      return send(request, keyId, language);
    },
    sign: async (link, choice, language) => {
      const request = await fetchRequest(link, { isAllowed, language }, clock.now());
      const offer = await keyring.find(choice);
      if (!offer) throw new RangeError('no such key');
      return send(request, offer.id, language);
    },
  };
}
