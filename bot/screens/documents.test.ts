import { describe, expect, test } from 'vitest';
import { layPaper } from '../../local/testing/papers.ts';
import { encodeCallback } from '../callback.ts';
import { botStage } from '../testing/stage.ts';

const stage = await botStage();
const { world } = stage;

async function withClaim(scans: number) {
  const parent = await stage.loggedIn();
  const id = await world.enqueue(parent, '2023-05-14');
  const claim = await world.core.benefits.begin(parent.act, id, 'LARGE');
  for (let n = 0; n < scans; n += 1) await layPaper(world, claim);
  if (scans > 0) await world.core.benefits.send(parent.act, claim);
  return { ...parent, id, claim };
}

describe('the documents of an application (S1)', () => {
  test('are in two sections, and a scan is sent again by a tap, protected, and goes with the screen', async () => {
    const { chat } = await withClaim(2);
    await chat.type('/menu');
    await chat.tap('Менің өтініштерім');
    await chat.tap('Нұрлан');
    await chat.tap('Құжаттар');
    expect(chat.text).toContain('Өтінішке қосымшалар');
    expect(chat.text).toContain('1. Жеңілдікті растайтын құжат · бет саны: 2');
    expect(chat.text).toContain('Мәртебесі: тексеруді күтуде');
    expect(chat.text.indexOf('қосымшалар')).toBeLessThan(chat.text.indexOf('Жалпы құжаттар'));
    expect(chat.text).toContain('Тіркеу туралы құжат');
    // Which benefit it is stands on no screen that somebody may look at over the shoulder.
    expect(chat.text).not.toMatch(/Көпбалалы|LARGE/);

    await chat.tap('📎 1.');
    const album = chat.calls.findLast(({ method }) => method === 'sendMediaGroup');
    expect(album?.payload.protect_content).toBe(true);
    expect(album?.payload.media).toHaveLength(2);
    expect(chat.text).toContain('Көшірме жоғарыда');
    await chat.tap('Ақпарат');
    expect(chat.calls.some(({ method }) => method === 'deleteMessages')).toBe(true);
  });

  test('have no button without scans, and none of another claim', async () => {
    const [mine, other] = [await withClaim(0), await withClaim(1)];
    const { chat } = mine;
    await chat.type('/menu');
    await chat.press(encodeCallback('docs', [mine.id]), chat.live.id);
    expect(chat.text).toContain('Қосымша құжат жоқ.');
    expect(chat.labels.some((label) => label.startsWith('📎'))).toBe(false);
    await chat.press(encodeCallback('docs/scans', [mine.id, other.claim]), chat.live.id);
    expect(chat.calls.some(({ method }) => method === 'sendMediaGroup' || method === 'sendPhoto')).toBe(
      false,
    );
    expect(chat.toasts.at(-1)?.alert).toBe(true);
  });

  test('of the other parent’s claim are not shown to the second one', async () => {
    const owner = await withClaim(1);
    const second = await stage.loggedIn();
    const at = world.clock.now();
    await world.db.prisma.guardian_link.create({
      data: {
        application_id: owner.id,
        person_id: second.personId,
        state: 'LINKED',
        proof: 'OWNER',
        state_since: at,
        created_at: at,
      },
    });
    const { chat } = second;
    await chat.type('/menu');
    await chat.press(encodeCallback('docs', [owner.id]), chat.live.id);
    expect(chat.text).toContain('Оларды өтінішті берген ата-ана ғана көреді.');
    expect(chat.text).toContain('Тіркеу туралы құжат');
    await chat.press(encodeCallback('docs/scans', [owner.id, owner.claim]), chat.live.id);
    expect(chat.toasts.at(-1)?.alert).toBe(true);
    expect(chat.calls.some(({ method }) => method === 'sendMediaGroup' || method === 'sendPhoto')).toBe(
      false,
    );
  });
});
