import { randomUUID } from 'node:crypto';
import type {
  Clock,
  LinkBearer,
  LinkId,
  LinkOutcome,
  LinkPurpose,
  LinkView,
  PhoneRequest,
  Signable,
  SignatureId,
  SignPages,
  StatementAbout,
  VerifiedProof,
} from '../../core/index.ts';
import { Refusal } from '../../core/index.ts';

/** What a test may change from outside, as the rest of the world would. */
export interface TestLink {
  readonly id: LinkId;
  readonly token: string;
  /** What is signed, byte for byte. */
  readonly content: string;
  change(next: Partial<Pick<LinkView, 'state' | 'refusal' | 'phone' | 'expiresAt' | 'outcome'>>): void;
  view(): LinkView;
  /** How often something was performed. */
  effects(): number;
}

interface Entry {
  view: LinkView;
  readonly content: string;
  readonly token: string;
  readonly owner: string;
  session: string | null;
  phone: { token: string; auth: string; format: 'XML' | 'PDF' } | null;
  effects: number;
}

export interface TestSignPages extends SignPages {
  add(link?: NewTestLink): TestLink;
  /** Signatures to be rechecked, and what was answered. */
  readonly rechecks: { id: SignatureId; chain: readonly Uint8Array[]; validAt: Date }[];
  readonly answers: Map<SignatureId, VerifiedProof['revocation'] | 'REVOKED'>;
}

export interface NewTestLink {
  readonly purpose?: LinkPurpose;
  readonly language?: 'kk' | 'ru';
  readonly about?: StatementAbout;
  readonly outcome?: LinkOutcome;
  readonly files?: LinkView['files'];
  readonly livesMs?: number;
}

export const OWNER = '900101450014';
export const PDF = Buffer.from('%PDF-1.7\n% a paper of the test\n');

export const CHOICE: StatementAbout = {
  kind: 'CHOICE',
  applicationNumber: 'ZH-TSL-2026-000123',
  childName: 'Әлихан',
  district: { kk: 'Целиноград ауданы', ru: 'Целиноградский район' },
  children: [],
  kindergartens: [],
  groups: [
    {
      kindergarten: { kk: '«Жұлдыз» балабақшасы', ru: 'Детский сад «Жұлдыз»' },
      address: { kk: 'Ақмол ауылы, Абай көшесі, 12', ru: 'село Акмол, улица Абая, 12' },
      name: 'Балапан',
      language: 'kk',
    },
  ],
};
const REFERRAL: LinkOutcome = {
  kind: 'CHOICE',
  referralNumber: '000451',
  comeUntil: new Date('2026-11-30T13:00:00Z'),
};

export const CONFIRM = { code: '482913', start: 'login_word' };
export const LOGGED_IN = {
  kind: 'LOGIN',
  name: 'Айгүл',
  confirm: null,
  confirmed: false,
  awaited: false,
  by: 'PAGE',
} as const;

/** Only where the signature of a login came from is it told what the chat waits for, a phone in answer to it alone. */
function seenBy(view: LinkView, bearer: LinkBearer, signed = false): LinkView {
  const { outcome } = view;
  const phone = signed ? 'PHONE' : null;
  const here = 'phone' in bearer ? phone : 'PAGE';
  return outcome?.kind === 'LOGIN' && outcome.by !== here
    ? { ...view, outcome: { ...outcome, confirm: null } }
    : view;
}

/** The contract of `SignPages` held in memory, for tests of the routes and the page alone: one person, invented texts. */
export function testSignPages(clock: Clock): TestSignPages {
  const links = new Map<LinkId, Entry>();
  const watchers = new Map<LinkId, Set<() => void>>();
  const tell = (id: LinkId) => watchers.get(id)?.forEach((one) => void one());
  const change = (id: LinkId, entry: Entry, next: Partial<LinkView>) => {
    entry.view = { ...entry.view, ...next };
    tell(id);
  };
  const borne = (id: LinkId, bearer: LinkBearer): Entry => {
    const entry = links.get(id);
    const secret =
      entry && ('session' in bearer ? entry.session === bearer.session : entry.phone?.auth === bearer.phone);
    if (!entry || !secret) throw new Refusal('link.unknown');
    if (entry.view.state === 'OPEN' && clock.now() > entry.view.expiresAt)
      change(id, entry, { state: 'EXPIRED' });
    return entry;
  };
  const open = (entry: Entry): Entry => {
    const { state, refusal } = entry.view;
    if (state === 'DONE') throw new Refusal('link.done');
    if (state === 'EXPIRED' || clock.now() > entry.view.expiresAt) throw new Refusal('link.expired');
    if (state === 'VOID') throw new Refusal(refusal?.code ?? 'link.done', refusal?.params);
    return entry;
  };
  const signable = ({ content, view }: Entry, as: 'XML' | 'PDF'): Signable =>
    as === 'PDF'
      ? { use: 'SIGN', covers: 'STATEMENT_PDF', content: PDF }
      : {
          use: view.purpose === 'LOGIN' ? 'LOGIN' : 'SIGN',
          covers: view.purpose === 'LOGIN' ? 'LOGIN' : 'STATEMENT',
          content: Buffer.from(content),
        };
  const phoneRequest = (entry: Entry): PhoneRequest => ({
    id: entry.view.id,
    auth: entry.phone?.auth ?? '',
    purpose: entry.view.purpose === 'LOGIN' ? 'LOGIN' : 'SIGN',
    about: entry.view.about,
    expiresAt: entry.view.expiresAt,
  });
  const pages: TestSignPages = {
    rechecks: [],
    answers: new Map(),
    add: (link = {}) => {
      const entry = entryOf(clock, link);
      const { id } = entry.view;
      links.set(id, entry);
      return {
        id,
        token: entry.token,
        content: entry.content,
        change: (next) => change(id, entry, next),
        view: () => entry.view,
        effects: () => entry.effects,
      };
    },
    open: async (token, known) => {
      const entry = [...links.values()].find((one) => one.token === token);
      if (!entry) throw new Refusal('link.unknown');
      if (entry.session !== null) {
        if (entry.session !== known) throw new Refusal('link.used');
        return { session: null, view: entry.view };
      }
      if (clock.now() > entry.view.expiresAt) throw new Refusal('link.expired');
      entry.session = `session_${randomUUID()}`;
      return { session: entry.session, view: entry.view };
    },
    view: async (id, bearer) => seenBy(borne(id, bearer).view, bearer),
    signable: async (id, bearer, as) => signable(open(borne(id, bearer)), as),
    startPhone: async (id, bearer, as) => {
      const entry = open(borne(id, bearer));
      const format = entry.view.purpose === 'LOGIN' ? 'XML' : as;
      entry.phone = { token: `phone_${randomUUID()}`, auth: `auth_${randomUUID()}`, format };
      change(id, entry, { phone: 'WAITING' });
      return { token: entry.phone.token, expiresAt: entry.view.expiresAt };
    },
    phoneRequest: async (token) => {
      const entry = [...links.values()].find(({ phone }) => phone?.token === token);
      if (!entry) throw new Refusal('link.unknown');
      return phoneRequest(open(entry));
    },
    phoneSignable: async (id, bearer) => {
      const entry = open(borne(id, bearer));
      const format = entry.phone?.format ?? 'XML';
      if (entry.view.phone !== 'FETCHED') change(id, entry, { phone: 'FETCHED' });
      return { ...signable(entry, format), format };
    },
    accept: async (id, bearer, _covers, proof) => {
      const entry = borne(id, bearer);
      if (entry.view.state !== 'OPEN') return seenBy(entry.view, bearer);
      if (proof.revocation.state === 'UNAVAILABLE') throw new Refusal('signature.revocationUnavailable');
      if (proof.signer.iin !== entry.owner) throw new Refusal('signature.otherPerson');
      entry.effects += 1;
      const { outcome } = entry.view;
      const by = 'phone' in bearer ? 'PHONE' : 'PAGE';
      const done = outcome?.kind === 'LOGIN' ? { ...outcome, by } : outcome;
      change(id, entry, { state: 'DONE', outcome: done as LinkOutcome });
      return seenBy(entry.view, bearer, true);
    },
    file: async (id, session, name) => {
      const file = borne(id, { session }).view.files.find((one) => one.name === name);
      if (!file) throw new Refusal('file.unknown');
      return { type: 'application/xml', content: Buffer.alloc(file.bytes, 'x') };
    },
    watch: (id, onChange) => {
      const here = watchers.get(id) ?? new Set();
      watchers.set(id, here.add(onChange));
      return () => void here.delete(onChange);
    },
    claimRechecks: async (limit) => pages.rechecks.splice(0, limit),
    rechecked: async (id, answer) => void pages.answers.set(id, answer),
  };
  return pages;
}

function entryOf(clock: Clock, link: NewTestLink): Entry {
  const id = randomUUID() as LinkId;
  const purpose = link.purpose ?? 'SIGN';
  const about = link.about ?? (purpose === 'LOGIN' ? null : CHOICE);
  const until = new Date(clock.now().getTime() + 15 * 60_000);
  const outcome: LinkOutcome =
    purpose === 'LOGIN' ? { ...LOGGED_IN, awaited: true, confirm: { ...CONFIRM, until } } : REFERRAL;
  return {
    owner: OWNER,
    token: `token_${randomUUID()}`,
    content: `<?xml version="1.0" encoding="UTF-8"?><statement id="${id}"><child>Ә &amp; Б</child></statement>`,
    session: null,
    phone: null,
    effects: 0,
    view: {
      id,
      purpose,
      language: link.language ?? 'kk',
      state: 'OPEN',
      expiresAt: new Date(clock.now().getTime() + (link.livesMs ?? 15 * 60_000)),
      about,
      maskedIin: purpose === 'LOGIN' ? null : '9001•••••014',
      outcome: link.outcome ?? outcome,
      refusal: null,
      phone: 'NONE',
      files: link.files ?? [],
    },
  };
}
