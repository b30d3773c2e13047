import type { Language } from '../act.ts';
import type { WriteTx } from '../db/db.ts';
import type { PersonId } from '../ids.ts';
import { markApplied } from '../inbox/applied.ts';
import { planNotices } from '../notice/plan.ts';
import { Refusal } from '../refusal.ts';
import type { Account, People } from './api.ts';
import { checkCode, freshCode, type IssuedCode, issueCode, parseCode, pendingLogin } from './codes.ts';
import type { Iin } from './iin.ts';
import type { PeopleDeps } from './people.ts';
import { askedOfState, findOrCreatePerson, iinOf, logIn, readIin } from './persons.ts';
import { isMobile, type Phone } from './phone.ts';
import { sendCode } from './sms.ts';

/** How many IINs one chat may try in an hour: a wrong one and somebody else's are answered alike, and neither can be searched for. */
export const LOGIN_TRIES = { points: 10, perSeconds: 3600 } as const;

interface Chat {
  readonly id: string;
  readonly address: string;
  readonly language: Language | null;
  readonly phone: Phone;
  readonly person_id: PersonId | null;
}

type Login = Pick<People, 'startLogin' | 'resendLogin' | 'finishLogin' | 'startReverify'>;

/** Login by a shared contact, an IIN that the mobile citizens base ties to it, and a code (S2, F-03, F-04). */
export function createLogin(deps: PeopleDeps, account: (address: string) => Promise<Account>): Login {
  const { db, clock, limits, secrets } = deps;
  const send = (chat: Chat, issued: IssuedCode) => sendCode(deps, 'sms.loginCode', chat.language, issued);

  return {
    startLogin: async (address, iinText) => {
      const iin = readIin(iinText);
      const chat = await db.write((tx) => chatOf(tx, address));
      const until = await limits.consume(`login:${address}`, LOGIN_TRIES.points, LOGIN_TRIES.perSeconds);
      if (until !== null) throw new Refusal('login.tooManyTries', { until: until.toISOString() });
      const personId = await identify(deps, iin, chat.phone);
      const code = await db.write(async (tx) => {
        // The lock on the chat makes of two taps at once one after the other.
        const { phone } = await chatOf(tx, address);
        if (phone !== chat.phone) throw new Refusal('login.notRegistered');
        const fresh = await freshCode(tx, clock.now(), personId, phone, { purpose: 'LOGIN', phone, address });
        return fresh ?? issueLoginCode(deps, tx, chat, personId);
      });
      return 'digits' in code ? send(chat, code) : code;
    },

    startReverify: async (address) => {
      const { phone, person_id: personId } = await db.write((tx) => chatOf(tx, address));
      if (personId === null) throw new Refusal('login.noContact');
      await assertOwnPhone(deps, personId, phone);
      const { chat, code } = await db.write(async (tx) => {
        const chat = await chatOf(tx, address);
        if (chat.phone !== phone || chat.person_id !== personId) throw new Refusal('login.noContact');
        const fresh = await freshCode(tx, clock.now(), personId, phone, { purpose: 'LOGIN', phone, address });
        return { chat, code: fresh ?? (await issueLoginCode(deps, tx, chat, personId)) };
      });
      return 'digits' in code ? send(chat, code) : code;
    },

    resendLogin: async (address) => {
      const { chat, issued } = await db.write(async (tx) => {
        const chat = await chatOf(tx, address);
        const personId = await pendingLogin(tx, clock.now(), chat);
        if (personId === undefined) throw new Refusal('code.none');
        return { chat, issued: await issueLoginCode(deps, tx, chat, personId) };
      });
      return send(chat, issued);
    },

    finishLogin: async (address, codeText, messageId) => {
      const digits = parseCode(codeText);
      const refusal = await db.write(async (tx) => {
        const at = clock.now();
        await markApplied(tx, messageId === undefined ? {} : { messageId }, at);
        const chat = await chatOf(tx, address);
        const { phone } = chat;
        const checked = await checkCode(tx, secrets, at, { purpose: 'LOGIN', phone, address }, digits);
        if (!checked.ok) return checked.refusal;
        await attach(tx, at, chat, checked.personId);
        return null;
      });
      if (refusal !== null) throw refusal;
      return account(address);
    },
  };
}

function issueLoginCode(deps: PeopleDeps, tx: WriteTx, chat: Chat, personId: PersonId): Promise<IssuedCode> {
  const { phone, address } = chat;
  const request = { personId, phone, for: { purpose: 'LOGIN', phone, address } } as const;
  return issueCode(tx, deps.secrets, deps.clock.now(), request);
}

/** The chat's row, locked. Refusals: login.noConsent, login.noContact. */
async function chatOf(tx: WriteTx, address: string): Promise<Chat> {
  const [row] = await tx.$queryRaw<(Omit<Chat, 'phone'> & { phone: Phone | null; consented: boolean })[]>`
    SELECT id, address, language, phone, person_id, consented_at IS NOT NULL AS consented FROM messenger_account
     WHERE channel = 'TELEGRAM' AND address = ${address} FOR NO KEY UPDATE`;
  if (row === undefined || row.phone === null || !isMobile(row.phone)) throw new Refusal('login.noContact');
  // Law 94-V: nothing is looked up about a person who has not agreed to it (DOMAIN §6.3).
  if (!row.consented) throw new Refusal('login.noConsent');
  return { ...row, phone: row.phone };
}

/**
 * The person behind IIN and phone. An IIN that nobody has, one of another phone and one the registry does not know
 * are told by one refusal, so that nothing can be probed. Refusals: login.notRegistered, login.unavailable.
 */
async function identify(deps: PeopleDeps, iin: Iin, phone: Phone): Promise<PersonId> {
  const { clock, db, log, ports, secrets } = deps;
  const asked = <T>(answer: Promise<T>) => askedOfState(log, answer);
  const registry = { person: (wanted: Iin) => asked(ports.registry.person(wanted)) };
  const personId = (await asked(ports.mobileBase.belongs(iin, phone)))
    ? await findOrCreatePerson({ db, secrets, registry }, iin, clock.now())
    : undefined;
  if (personId === undefined) throw new Refusal('login.notRegistered');
  return personId;
}

/**
 * A number that was only shared, before a login by ЭЦҚ, has proved nothing: the mobile citizens base must tie it to the
 * person, as at every login by phone. Refusals: login.notRegistered, login.unavailable.
 */
async function assertOwnPhone(deps: PeopleDeps, personId: PersonId, phone: Phone): Promise<void> {
  const iin = await iinOf(deps.secrets, deps.db.prisma, personId);
  if ((await identify(deps, iin, phone)) !== personId) {
    throw new Refusal('login.notRegistered');
  }
}

/** Ties the chat to the person whose code was right (and whose row is locked since); the phone that received it is now a confirmed contact. */
async function attach(tx: WriteTx, at: Date, chat: Chat, personId: PersonId): Promise<void> {
  const language = chat.language === null ? {} : { language: chat.language };
  await tx.person.update({ where: { id: personId }, data: language, select: { id: true } });
  const before = await tx.contact.count({
    where: { person_id: personId, kind: 'PHONE', confirmed_at: { not: null } },
  });
  await tx.$executeRaw`
    INSERT INTO contact (person_id, kind, value, is_main, confirmed_at, created_at)
    VALUES (${personId}::uuid, 'PHONE', ${chat.phone}, false, ${at}, ${at})
    ON CONFLICT (person_id, kind, value) DO UPDATE SET confirmed_at = excluded.confirmed_at`;
  await tx.$executeRaw`
    UPDATE contact SET is_main = true
     WHERE person_id = ${personId}::uuid AND kind = 'PHONE' AND value = ${chat.phone}
       AND NOT EXISTS (SELECT FROM contact WHERE person_id = ${personId}::uuid AND kind = 'PHONE' AND is_main)`;
  // Nobody is warned of their own first login, nor when the same chat only proves itself again. The warning goes where
  // the person was before: the chat that has just logged in knows.
  if (before > 0 && chat.person_id !== personId) {
    await planNotices(tx, at, [{ code: 'N34', personId, params: { event: 'LOGIN' } }]);
  }
  await logIn(tx, at, chat.id, personId, 'OTP');
}
