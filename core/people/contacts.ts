import type { Act } from '../act.ts';
import type { WriteTx } from '../db/db.ts';
import type { PersonId } from '../ids.ts';
import { parseId } from '../ids.ts';
import { markApplied } from '../inbox/applied.ts';
import { planNotices } from '../notice/plan.ts';
import { Refusal } from '../refusal.ts';
import type { ContactView, People } from './api.ts';
import { lockPerson } from './codes.ts';
import { parseEmail } from './email.ts';
import type { PeopleDeps } from './people.ts';
import { parsePhone } from './phone.ts';

/** How many phones, and how many e-mails, one person may keep. */
export const MAX_CONTACTS = 5;

type Contacts = Pick<
  People,
  'contacts' | 'addContact' | 'removeContact' | 'makeMain' | 'settings' | 'setSettings'
>;

interface ContactRow {
  readonly id: string;
  readonly kind: ContactView['kind'];
  readonly value: string;
  readonly is_main: boolean;
  readonly confirmed_at: Date | null;
}

async function hasEmail(tx: WriteTx, personId: string): Promise<boolean> {
  return (await tx.contact.count({ where: { person_id: personId, kind: 'EMAIL' } })) > 0;
}

/** Where notices reach a person: main and additional phones and e-mails (S1, F-05). */
export function createContacts({ db, clock }: Pick<PeopleDeps, 'db' | 'clock'>): Contacts {
  /** Changes the contacts of who acts, under the person's lock, and tells them of it (N34). */
  const change = (
    act: Act,
    work: (tx: WriteTx, at: Date, all: readonly ContactRow[]) => Promise<unknown>,
  ): Promise<void> =>
    db.write(async (tx) => {
      const at = clock.now();
      await markApplied(tx, act, at);
      const { personId } = act;
      await lockPerson(tx, personId);
      const before = await contactsOf(tx, personId);
      await work(tx, at, before);
      // The first e-mail is asked for at the first login (S1): there is nobody to warn yet.
      const isFirstEmail = before.every(({ kind }) => kind !== 'EMAIL') && (await hasEmail(tx, personId));
      if (isFirstEmail) return;
      await planNotices(tx, at, [{ code: 'N34', personId, params: { event: 'CONTACT' } }]);
    });

  return {
    contacts: async (personId) => {
      const rows = await contactsOf(db.prisma, personId);
      return rows.map(({ id, kind, value, is_main }) => ({ id, kind, value, isMain: is_main }));
    },
    addContact: async (act, kind, text) => {
      const value = kind === 'PHONE' ? readPhone(text) : readEmail(text);
      await change(act, async (tx, at, all) => {
        const same = all.filter((contact) => contact.kind === kind);
        if (same.some((contact) => contact.value === value)) throw new Refusal('contact.exists');
        if (same.length >= MAX_CONTACTS) throw new Refusal('contact.tooMany', { limit: MAX_CONTACTS });
        await tx.contact.create({
          data: {
            person_id: act.personId,
            kind,
            value,
            is_main: kind === 'EMAIL' && !same.some((contact) => contact.is_main),
            // An e-mail counts as given in a session that a code proved (S1 asks no more). A phone must prove itself by
            // a login from it: codes go to phones, and one digit mistyped would hand the account to a stranger.
            confirmed_at: kind === 'EMAIL' ? at : null,
            created_at: at,
          },
          select: { id: true },
        });
      });
    },
    removeContact: (act, contactId) =>
      change(act, async (tx, _at, all) => {
        const contact = found(all, contactId);
        const others = all.filter((other) => other.kind === contact.kind && other !== contact);
        const heirs = others.filter((other) => other.confirmed_at !== null);
        if (contact.kind === 'PHONE' && heirs.length === 0) throw new Refusal('contact.lastPhone');
        await tx.contact.delete({ where: { id: contact.id }, select: { id: true } });
        const [heir] = heirs;
        if (contact.is_main && heir !== undefined) await setMain(tx, heir.id, true);
      }),
    makeMain: (act, contactId) =>
      change(act, async (tx, _at, all) => {
        const contact = found(all, contactId);
        if (contact.confirmed_at === null) throw new Refusal('contact.unconfirmed');
        const main = all.find((other) => other.kind === contact.kind && other.is_main);
        if (main !== undefined) await setMain(tx, main.id, false);
        await setMain(tx, contact.id, true);
      }),
    settings: async (personId) => {
      const row = await db.prisma.person.findUniqueOrThrow({
        where: { id: personId },
        select: { notify_messenger: true, notify_sms: true, notify_email: true },
      });
      return { messenger: row.notify_messenger, sms: row.notify_sms, email: row.notify_email };
    },
    setSettings: (act, { messenger, sms, email }) =>
      db.write(async (tx) => {
        await markApplied(tx, act, clock.now());
        await tx.person.update({
          where: { id: act.personId },
          data: { notify_messenger: messenger, notify_sms: sms, notify_email: email },
          select: { id: true },
        });
      }),
  };
}

/** Phones first, the main one first of its kind, then in the order they were given. */
function contactsOf(tx: Pick<WriteTx, '$queryRaw'>, personId: PersonId): Promise<ContactRow[]> {
  return tx.$queryRaw<ContactRow[]>`
    SELECT id, kind, value, is_main, confirmed_at FROM contact WHERE person_id = ${personId}::uuid
     ORDER BY kind DESC, is_main DESC, created_at, id`;
}

function found(all: readonly ContactRow[], contactId: string): ContactRow {
  const id = parseId<string>(contactId);
  const contact = all.find((one) => one.id === id);
  if (contact === undefined) throw new Refusal('contact.unknown');
  return contact;
}

function setMain(tx: WriteTx, id: string, is_main: boolean): Promise<unknown> {
  return tx.contact.update({ where: { id }, data: { is_main }, select: { id: true } });
}

/** Landlines too, as an additional contact. Refusals: phone.invalid, phone.russian, phone.foreign. */
function readPhone(text: string): string {
  const parsed = parsePhone(text);
  if (!parsed.ok) throw new Refusal(`phone.${parsed.code}`);
  return parsed.phone;
}

/** Refusals: email.letters, email.invalid. */
function readEmail(text: string): string {
  const parsed = parseEmail(text);
  if (parsed.ok) return parsed.email;
  throw new Refusal(parsed.code === 'letters' ? 'email.letters' : 'email.invalid');
}
