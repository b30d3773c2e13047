import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { GroupId } from '../ids.ts';
import { Refusal } from '../refusal.ts';
import { MINUTE, openStage, refusedAs } from './testing/stage.ts';

const {
  act,
  applicationId,
  db,
  effects,
  garden,
  group,
  lastCode,
  later,
  parent,
  performer,
  prepare,
  secondGroup,
  sent,
  signing,
  strangers,
} = await openStage();

describe('preparing', () => {
  test('keeps the exact bytes and sends a code to the phone of the login', async () => {
    const prepared = await prepare();
    expect(prepared).toEqual({
      id: expect.any(String),
      kind: 'CHOICE',
      code: {
        maskedPhone: '+7 701 ••• •• 67',
        expiresAt: new Date('2026-11-23T04:05:00Z'),
        resendAt: new Date('2026-11-23T04:01:00Z'),
      },
    });
    expect(sent).toEqual([
      { phone: '+77011234567', text: expect.stringMatching(/^Kezek: қол қою коды \d{6}\. /) },
    ]);
    const row = await db.prisma.statement.findUniqueOrThrow({ where: { id: prepared.id } });
    expect(row.content).toBe(
      `<?xml version="1.0" encoding="UTF-8"?><statement xmlns="urn:kezek:statement:1" id="${prepared.id}"><kind>CHOICE</kind>` +
        `<application>AKM-TSL-2026-000001</application><applicant>${parent}</applicant>` +
        `<group rank="1" id="${group}"><name>Балапан 1</name><kindergarten id="${garden}">` +
        '<name xml:lang="kk">«Жұлдыз» &amp; Ko &lt;1&gt;</name><name xml:lang="ru">«Звезда»</name></kindergarten></group>' +
        '<issuedAt>2026-11-23T04:00:00.000Z</issuedAt><expiresAt>2026-11-23T04:30:00.000Z</expiresAt></statement>',
    );
    expect(Buffer.from(row.sha256).toString('hex')).toBe(
      createHash('sha256').update(row.content).digest('hex'),
    );
  });

  test('a second tap is led to the same statement, without another SMS', async () => {
    const [first, second] = await Promise.all([prepare(), prepare()]);
    expect(second).toEqual(first);
    expect(sent).toHaveLength(1);
    later(MINUTE);
    expect((await prepare()).id).not.toBe(first.id);
    expect(sent).toHaveLength(2);
  });

  test('another wish gets another code at once, and the older one is void', async () => {
    const first = await prepare();
    const code = lastCode();
    const second = await signing.prepareChoice(act, applicationId, secondGroup);
    await expect(signing.sign(act, first.id, code)).rejects.toEqual(refusedAs('code.none'));
    await signing.sign(act, second.id, lastCode());
    expect(await effects()).toEqual({ [`test choice ${secondGroup}`]: 1 });
  });

  test('five codes an hour', async () => {
    for (let i = 0; i < 5; i += 1) {
      await prepare();
      later(MINUTE);
    }
    await expect(prepare()).rejects.toEqual(
      refusedAs('code.tooOften', { resendAt: '2026-11-23T05:00:00.000Z' }),
    );
  });

  test('what choosing refuses is refused before anything is written or sent', async () => {
    performer.refuses = new Refusal('choice.tooYoung');
    await expect(prepare()).rejects.toEqual(refusedAs('choice.tooYoung'));
    expect(sent).toEqual([]);
    expect(await db.prisma.statement.count()).toBe(0);
  });

  test("somebody else's application, an unknown group and no wish at all", async () => {
    await expect(signing.prepareChoice(strangers, applicationId, group)).rejects.toEqual(
      refusedAs('application.unknown'),
    );
    await expect(
      signing.prepareChoice(act, applicationId, applicationId as string as GroupId),
    ).rejects.toEqual(refusedAs('group.unknown'));
    await expect(signing.prepareWishes(act, applicationId, [])).rejects.toEqual(refusedAs('wishes.none'));
    expect(await db.prisma.statement.count()).toBe(0);
  });
});
