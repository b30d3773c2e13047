import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { statementNumber } from '../document/statement.ts';
import { refusal } from '../people/testing/stage.ts';
import { MINUTE, pagesStage, tokenOf } from './testing/pages-stage.ts';
import { proofOf } from './testing/proof.ts';

const world = await pagesStage();
const { accept, core, db, later, opened, turn } = world;
const { signPages, signing } = core;

describe('a link', () => {
  it('has the token after the # alone, and nothing of it is kept', async () => {
    const here = await turn();
    const { family } = here;
    const { link, id, session, view } = await opened(here);
    expect(link.url).toMatch(/^https:\/\/kezek\.example\/sign#[\w-]{43}$/);
    expect(view).toMatchObject({
      purpose: 'SIGN',
      state: 'OPEN',
      maskedIin: expect.stringContaining('•'),
      about: { kind: 'CHOICE', childName: 'Нұрлан', groups: [{ name: 'Күншуақ' }] },
    });
    const { rows } = await db.pool.query('SELECT row_to_json(l)::text AS row FROM sign_link l');
    for (const secret of [session, tokenOf(link.url)]) expect(JSON.stringify(rows)).not.toContain(secret);
    expect(JSON.stringify(view)).not.toContain(family.iin);
    expect(await refusal(signPages.view(id, { session: 'x' }))).toMatchObject({ code: 'link.unknown' });
  });

  it('is the first browser’s: the same one may come back, a second is refused', async () => {
    const here = await turn();
    const { link, session } = await opened(here);
    const token = tokenOf(link.url);
    expect(await refusal(signPages.open(token))).toMatchObject({ code: 'link.used' });
    expect(await refusal(signPages.open(token, 'another browser'))).toMatchObject({ code: 'link.used' });
    expect((await signPages.open(token, session)).session).toBeNull();
    expect(await refusal(signPages.open('never written'))).toMatchObject({ code: 'link.unknown' });
  });

  it('of two browsers at once only one gets in', async () => {
    const here = await turn();
    const { family, application } = here;
    const { link } = await signing.linkChoice(family.act, application, here.group);
    const both = await Promise.allSettled([1, 2, 3].map(() => signPages.open(tokenOf(link.url))));
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('opens for ten minutes, and a newer one closes it', async () => {
    const here = await turn();
    const { family, application } = here;
    const first = await signing.linkChoice(family.act, application, here.group);
    later(1000);
    const second = await signing.link(family.act, first.id);
    expect(await refusal(signPages.open(tokenOf(first.link.url)))).toMatchObject({ code: 'link.expired' });
    later(10 * MINUTE + 1);
    expect(await refusal(signPages.open(tokenOf(second.url)))).toMatchObject({ code: 'link.expired' });
  });

  it('is given twenty times an hour', async () => {
    const here = await turn();
    const { family, application } = here;
    const { id } = await signing.linkChoice(family.act, application, here.group);
    for (let i = 0; i < 19; i += 1) await signing.link(family.act, id);
    expect(await refusal(signing.link(family.act, id))).toMatchObject({ code: 'link.tooOften' });
  });

  it('wakes whoever watches it', async () => {
    const here = await turn();
    const { id, bearer } = await opened(here);
    const changed = Promise.withResolvers<void>();
    const stop = signPages.watch(id, () => changed.resolve());
    await signPages.startPhone(id, bearer, 'PDF');
    await changed.promise;
    stop();
  });
});

describe('a signature', () => {
  it('chooses the kindergarten, tells the chat, and leaves the whole proof to its owner', async () => {
    const here = await turn();
    const { family, application } = here;
    const on = await opened(here);
    const { content, covers, use } = await signPages.signable(on.id, on.bearer, 'XML');
    expect([covers, use]).toEqual(['STATEMENT', 'SIGN']);
    expect(Buffer.from(content).toString()).toContain('<kind>CHOICE</kind>');
    const done = await accept(on, proofOf(family.iin));
    expect(done).toMatchObject({ state: 'DONE', outcome: { kind: 'CHOICE' } });
    expect(await world.stateOf(application)).toBe('REFERRED');
    expect(await world.notices(family.personId)).toContain('N41');
    expect(await signing.state(family.act, on.statement)).toMatchObject({ state: 'SIGNED' });
    const [document] = await core.applications.documents(family.personId, application);
    if (document === undefined) throw new Error('no paper');
    const way = await signing.proofLink(family.act, document.id);
    const { session, view } = await signPages.open(tokenOf(way.url));
    expect(view.files.map(({ name }) => name)).toEqual(['signed.xml', 'statement.xml', 'record.json']);
    const record = await signPages.file(view.id, session ?? '', 'record.json');
    expect(JSON.parse(Buffer.from(record.content).toString())).toMatchObject({
      algorithm: 'GOST3410-2015-512',
      signer: { iin: family.iin },
      revocation: { state: 'GOOD', source: 'OCSP' },
    });
    expect(await refusal(signPages.file(view.id, session ?? '', '../x'))).toMatchObject({
      code: 'file.unknown',
    });
    const { rows } = await db.pool.query('SELECT row_to_json(s)::text AS row FROM signature s');
    expect(JSON.stringify(rows)).not.toContain(family.iin);
    const sanity = await core.documents.check(on.statement);
    expect(sanity).toMatchObject({ kind: 'STATEMENT', signed: { method: 'EDS', revocation: 'GOOD' } });
    await expect(db.pool.query("UPDATE signature SET algorithm = 'x'")).rejects.toThrow('not changed');
    await expect(db.pool.query('DELETE FROM signature')).rejects.toThrow('not changed');
  });

  it('sent twice, and in two tabs at once, has one effect and one answer', async () => {
    const here = await turn();
    const { family, application } = here;
    const on = await opened(here);
    const answers = await Promise.all([1, 2, 3, 4].map(() => accept(on, proofOf(family.iin))));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await accept(on, proofOf(family.iin))).toEqual(answers[0]);
    expect(await db.prisma.referral.count({ where: { application_id: application } })).toBe(1);
    expect(await db.prisma.signature.count({ where: { statement_id: on.statement } })).toBe(1);
  });

  it('of another person, or of nobody, changes nothing', async () => {
    const here = await turn();
    const { family, application } = here;
    const other = await world.person();
    const on = await opened(here);
    for (const iin of [other.iin, null, '123456789012']) {
      expect(await refusal(accept(on, proofOf(iin)))).toMatchObject({ code: 'signature.otherPerson' });
    }
    expect(await world.stateOf(application)).toBe('NOTIFIED');
    expect((await accept(on, proofOf(family.iin))).state).toBe('DONE');
  });

  it('comes after a code: the code counts, and the page says so', async () => {
    const here = await turn();
    const { family } = here;
    const on = await opened(here);
    await signing.resend(family.act, on.statement);
    await signing.sign(family.act, on.statement, world.lastCode(family.phone));
    expect(await refusal(signPages.signable(on.id, on.bearer, 'XML'))).toMatchObject({ code: 'link.done' });
    expect(await accept(on, proofOf(family.iin))).toMatchObject({
      state: 'DONE',
      outcome: { kind: 'CHOICE' },
    });
    expect(await db.prisma.signature.count({ where: { statement_id: on.statement } })).toBe(0);
  });

  it('is too late after the statement: yesterday’s is refused', async () => {
    const here = await turn();
    const { family, application } = here;
    const on = await opened(here);
    later(30 * MINUTE + 1);
    expect(await refusal(accept(on, proofOf(family.iin)))).toMatchObject({ code: 'statement.expired' });
    expect((await signPages.view(on.id, on.bearer)).state).toBe('EXPIRED');
    expect(await world.stateOf(application)).toBe('NOTIFIED');
  });

  it('when somebody was faster, the statement is void and the page says why', async () => {
    const here = await turn();
    const { family } = here;
    const on = await opened(here);
    await db.pool.query(
      "UPDATE place SET state = 'WITHDRAWN', withdrawal_reason = 'GROUP_CLOSED' WHERE group_id = $1",
      [here.group],
    );
    expect(await accept(on, proofOf(family.iin))).toMatchObject({
      state: 'VOID',
      refusal: { code: 'choice.taken' },
    });
    expect(await refusal(signPages.signable(on.id, on.bearer, 'XML'))).toMatchObject({
      code: 'choice.taken',
    });
    expect(await signing.state(family.act, on.statement)).toMatchObject({
      state: 'VOID',
      code: 'choice.taken',
    });
    expect(await db.prisma.signature.count({ where: { statement_id: on.statement } })).toBe(0);
  });
});

describe('a phone', () => {
  it('is passed the paper, signs it, and another phone with the old code gets nothing', async () => {
    const here = await turn();
    const { family } = here;
    const on = await opened(here);
    const stale = await signPages.startPhone(on.id, on.bearer, 'XML');
    const { token } = await signPages.startPhone(on.id, on.bearer, 'PDF');
    expect(await refusal(signPages.phoneRequest(stale.token))).toMatchObject({ code: 'link.unknown' });
    expect((await signPages.view(on.id, on.bearer)).phone).toBe('WAITING');
    const request = await signPages.phoneRequest(token);
    const phone = { phone: request.auth };
    const paper = await signPages.phoneSignable(on.id, phone);
    expect([paper.format, paper.covers]).toEqual(['PDF', 'STATEMENT_PDF']);
    expect(Buffer.from(paper.content).subarray(0, 5).toString()).toBe('%PDF-');
    expect(await signPages.phoneSignable(on.id, phone)).toEqual(paper);
    expect((await signPages.view(on.id, on.bearer)).phone).toBe('FETCHED');
    expect(await refusal(signPages.phoneSignable(on.id, { phone: 'x' }))).toMatchObject({
      code: 'link.unknown',
    });
    const number = statementNumber(on.statement);
    const sha256 = createHash('sha256').update(paper.content).digest('hex');
    expect(await core.documents.checkFile(number, sha256)).toMatchObject({
      kind: 'STATEMENT',
      inForce: false,
    });
    expect(await core.documents.checkFile('S-000000000000', sha256)).toBeUndefined();
    const proof = proofOf(family.iin, { format: 'CMS' });
    expect(await signPages.accept(on.id, phone, 'STATEMENT_PDF', proof)).toMatchObject({ state: 'DONE' });
    expect(await signPages.accept(on.id, phone, 'STATEMENT_PDF', proof)).toMatchObject({ state: 'DONE' });
    expect((await signPages.view(on.id, on.bearer)).state).toBe('DONE');
    expect(await refusal(signPages.phoneRequest(token))).toMatchObject({ code: 'link.done' });
  });
});
