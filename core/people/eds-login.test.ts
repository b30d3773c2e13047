import { describe, expect, it } from 'vitest';
import { coreWorld, freshIin } from '../../local/testing/core-world.ts';
import { civil } from '../calendar/civil-date.ts';
import type { LinkView } from '../signing/pages-api.ts';
import { proofOf, SILENT } from '../signing/testing/proof.ts';
import { refusal, wrong } from './testing/stage.ts';

const world = await coreWorld();
const { core, clock, db, sandbox } = world;
const { people, signPages } = core;
const MINUTE = 60_000;
let chats = 0;

async function agreed(): Promise<string> {
  chats += 1;
  const address = `${8_000_000 + chats}`;
  await people.account(address);
  await people.setLanguage(address, 'kk');
  await people.giveConsent(address);
  return address;
}

async function openLogin(address: string) {
  const { url } = await people.loginLink(address, 'kk');
  const { session, view } = await signPages.open(new URL(url).hash.slice(1));
  if (session === null) throw new Error('no session');
  const bearer = { session };
  return {
    id: view.id,
    address,
    bearer,
    view,
    accept: (proof: ReturnType<typeof proofOf>) => signPages.accept(view.id, bearer, 'LOGIN', proof),
  };
}

function confirmOf({ outcome }: LinkView) {
  if (outcome?.kind !== 'LOGIN' || outcome.confirm === null) throw new Error('nothing to confirm');
  return outcome.confirm;
}

/** Somebody the registry knows and we have never seen. */
async function stranger() {
  const iin = freshIin('1990-01-01');
  await sandbox.add({
    persons: [{ iin, surname: 'Сыналова', name: 'Мадина', patronymic: null, birthDate: civil('1990-01-01') }],
  });
  return iin;
}

describe('a login by ЭЦҚ', () => {
  it('takes the person from the key, needs no phone, and asks for a fresh text every time', async () => {
    const address = await agreed();
    const iin = await stranger();
    const login = await openLogin(address);
    expect(login.view).toMatchObject({ purpose: 'LOGIN', about: null, maskedIin: null, state: 'OPEN' });
    const first = await signPages.signable(login.id, login.bearer, 'PDF');
    expect([first.use, first.covers]).toEqual(['LOGIN', 'LOGIN']);
    const done = await login.accept(proofOf(iin));
    expect(done).toMatchObject({
      state: 'DONE',
      outcome: { kind: 'LOGIN', name: 'Мадина', confirmed: false },
    });
    expect((await people.account(address)).person).toBeNull();
    const account = await people.confirmLogin(address, confirmOf(done).code);
    expect(await people.account(address)).toEqual(account);
    expect((await signPages.view(login.id, login.bearer)).outcome).toMatchObject({
      confirm: null,
      confirmed: true,
    });
    expect(account).toMatchObject({
      phone: null,
      person: { name: 'Мадина', hasEmail: false, verifiedBy: 'EDS', verifiedAt: clock.now() },
    });
    const second = await openLogin(address);
    const again = await signPages.signable(second.id, second.bearer, 'XML');
    expect(Buffer.from(again.content).equals(Buffer.from(first.content))).toBe(false);
    expect(Buffer.from(again.content).toString()).toContain('<service>https://kezek.example</service>');
  });

  it('is done once, however often the signature comes', async () => {
    const address = await agreed();
    const iin = await stranger();
    const login = await openLogin(address);
    const answers = await Promise.all([1, 2, 3].map(() => login.accept(proofOf(iin))));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    const other = await world.person();
    expect(await login.accept(proofOf(other.iin))).toEqual(answers[0]);
    expect(await db.prisma.signature.count({ where: { link_id: login.id } })).toBe(1);
  });

  it('lets in only the chat that asked, with what the page shows, in fifteen minutes and five tries', async () => {
    const address = await agreed();
    const passedOn = await agreed();
    const login = await openLogin(address);
    expect(await refusal(people.confirmLogin(address, '123456'))).toMatchObject({ code: 'code.none' });
    const { code, start } = confirmOf(await login.accept(proofOf(await stranger())));
    expect(await refusal(people.confirmLogin(passedOn, start))).toMatchObject({ code: 'code.none' });
    expect(await refusal(people.confirmLogin(address, 'what'))).toMatchObject({ code: 'code.format' });
    for (const left of [4, 3, 2, 1]) {
      expect(await refusal(people.confirmLogin(address, wrong(code)))).toMatchObject({ params: { left } });
    }
    expect(await refusal(people.confirmLogin(address, wrong(code)))).toMatchObject({
      code: 'code.exhausted',
    });
    expect(await refusal(people.confirmLogin(address, code))).toMatchObject({ code: 'code.exhausted' });
    const over = { confirm: null, awaited: false, confirmed: false };
    expect((await signPages.view(login.id, login.bearer)).outcome).toMatchObject(over);
    const second = await openLogin(address);
    const later = confirmOf(await second.accept(proofOf(await stranger())));
    clock.set(new Date(clock.now().getTime() + 15 * MINUTE + 1));
    expect(await refusal(people.confirmLogin(address, later.code))).toMatchObject({ code: 'code.late' });
    expect((await people.account(address)).person).toBeNull();
    const third = await openLogin(address);
    const { start: word } = confirmOf(await third.accept(proofOf(await stranger())));
    expect((await people.confirmLogin(address, word)).person?.verifiedBy).toBe('EDS');
    expect(await refusal(people.confirmLogin(address, word))).toMatchObject({ code: 'code.none' });
  });

  it('by a phone tells only the phone: who has its code scanned by somebody else learns nothing', async () => {
    const address = await agreed();
    const login = await openLogin(address);
    const { token } = await signPages.startPhone(login.id, login.bearer, 'PDF');
    const { auth } = await signPages.phoneRequest(token);
    const phone = { phone: auth };
    expect((await signPages.phoneSignable(login.id, phone)).format).toBe('XML');
    const iin = await stranger();
    const { start } = confirmOf(await signPages.accept(login.id, phone, 'LOGIN', proofOf(iin)));
    // Whoever shows the code can read it too, and so be a phone beside the one that signs.
    const listening = [
      await signPages.view(login.id, phone),
      await signPages.accept(login.id, phone, 'LOGIN', proofOf(await stranger())),
    ];
    for (const { outcome } of listening)
      expect(outcome).toMatchObject({ confirm: null, name: null, by: 'PHONE' });
    expect((await signPages.view(login.id, login.bearer)).outcome).toMatchObject({
      confirm: null,
      by: 'PHONE',
    });
    expect((await login.accept(proofOf(await stranger()))).outcome).toMatchObject({ confirm: null });
    expect((await people.confirmLogin(address, start)).person?.verifiedBy).toBe('EDS');
  });

  it('warns who was logged in elsewhere, and keeps the phone they have', async () => {
    const family = await world.person();
    const login = await openLogin(await agreed());
    await people.confirmLogin(login.address, confirmOf(await login.accept(proofOf(family.iin))).start);
    expect(await world.notices(family.personId)).toEqual(['N34']);
    expect(await people.contacts(family.personId)).toHaveLength(1);
  });

  it('is refused without consent, too late, by a silent authority and for a person nobody knows', async () => {
    chats += 1;
    const unasked = `${8_000_000 + chats}`;
    await people.account(unasked);
    expect(await refusal(people.loginLink(unasked, 'ru'))).toMatchObject({ code: 'login.noConsent' });
    const iin = await stranger();
    const address = await agreed();
    const login = await openLogin(address);
    expect(await refusal(login.accept(proofOf(iin, SILENT)))).toMatchObject({
      code: 'signature.revocationUnavailable',
    });
    expect(await refusal(login.accept(proofOf(freshIin('1991-02-03'))))).toMatchObject({
      code: 'login.unknownKey',
    });
    expect(await refusal(login.accept(proofOf(null)))).toMatchObject({ code: 'signature.otherPerson' });
    await sandbox.setDown('REGISTRY', true);
    expect(await refusal(login.accept(proofOf(iin)))).toMatchObject({ code: 'login.unavailable' });
    await sandbox.setDown('REGISTRY', false);
    expect(await refusal(signPages.accept(login.id, login.bearer, 'STATEMENT', proofOf(iin)))).toMatchObject({
      code: 'link.unknown',
    });
    clock.set(new Date(clock.now().getTime() + 20 * MINUTE + 1));
    expect(await refusal(login.accept(proofOf(iin)))).toMatchObject({ code: 'link.expired' });
    expect((await people.account(address)).person).toBeNull();
    world.errors.length = 0;
  });
});

describe('a login that is not enough', () => {
  const policy = (key: string, value: unknown) =>
    db.prisma.policy.create({
      data: {
        district_id: world.districtId,
        key,
        value: value as object,
        valid_from: new Date('2020-01-01'),
        basis: 'test',
      },
    });

  it('withdrawing wants one of the last day, or by the district’s own method', async () => {
    const family = await world.person();
    const application = await world.enqueue(family, '2023-05-05');
    const at = clock.now();
    const act = (method: 'OTP' | 'EDS', hours: number) =>
      ({
        personId: family.personId,
        channel: 'BOT',
        login: { method, at: new Date(at.getTime() - hours * 3_600_000) },
      }) as const;
    expect(await refusal(core.applications.withdraw(act('OTP', 24.1), application))).toMatchObject({
      code: 'login.again',
      params: { methods: 'OTP,EDS' },
    });
    const { id } = await policy('auth.methods', ['EDS']);
    expect(await refusal(core.applications.withdraw(act('OTP', 1), application))).toMatchObject({
      code: 'login.again',
      params: { methods: 'EDS' },
    });
    await core.applications.withdraw(act('EDS', 24), application);
    await db.prisma.policy.delete({ where: { id } });
  });

  it('is mended by a code to the phone of the chat', async () => {
    const family = await world.person();
    const address = await agreed();
    await people.shareContact(address, family.phone);
    await sandbox.add({ phones: [{ iin: family.iin, phone: family.phone }] });
    expect(await refusal(people.startReverify(address))).toMatchObject({ code: 'login.noContact' });
    await people.startLogin(address, family.iin);
    await people.finishLogin(address, world.lastCode(family.phone));
    clock.set(new Date(clock.now().getTime() + 48 * 3_600_000));
    await people.shareContact(address, '+77770000001');
    expect(await refusal(people.startReverify(address))).toMatchObject({ code: 'login.notRegistered' });
    await people.shareContact(address, family.phone);
    const { maskedPhone } = await people.startReverify(address);
    expect(maskedPhone).toContain('•');
    await people.finishLogin(address, world.lastCode(family.phone));
    expect((await people.account(address)).person).toMatchObject({
      verifiedBy: 'OTP',
      verifiedAt: clock.now(),
    });
  });

  it('a district may want a signature by ЭЦҚ, and one without a phone has no code', async () => {
    const family = await world.person();
    const application = await world.enqueue(family, '2023-06-05');
    const methods = () => core.signing.methods(family.act, application, 'CHOICE');
    expect(await methods()).toEqual(['OTP', 'EDS']);
    await db.prisma.contact.deleteMany({ where: { person_id: family.personId } });
    expect(await methods()).toEqual(['EDS']);
    await policy('sign.methods', { CHOICE: ['EDS'], WISHES: ['OTP'] });
    expect(await methods()).toEqual(['EDS']);
  });
});
