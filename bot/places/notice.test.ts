import { beforeAll, describe, expect, test } from 'vitest';
import { encodeCallback } from '../callback.ts';
import type { Act, KindergartenId } from '../core.ts';
import type { NoticeContent } from '../delivery/core.ts';
import { renderNotice } from '../delivery/index.ts';
import { botStage } from '../testing/stage.ts';

const stage = await botStage();
const { world } = stage;
let admin: Act;
let far: { house: KindergartenId };

beforeAll(async () => {
  admin = await world.staff({ admin: true });
  far = { house: await world.kindergarten('Күншуақ') };
});

describe('a notice of an open place', () => {
  test('opens the kindergarten, and ends its subscription with one tap, once', async () => {
    const { chat, personId, act } = await stage.loggedIn('kk');
    const id = await world.core.kindergartens.subscribe(act, {
      birthYear: 2021,
      language: null,
      kindergartenId: far.house,
    });
    // Nobody waits for a place of this year.
    const older = await world.group(far.house, 2021);
    await world.core.staff.publish(admin, older, 1);
    await world.moveTo(new Date(world.clock.now().getTime() + 2 * 24 * 3_600_000));
    const { items } = await world.core.notices.list(personId, 0, 5);
    const notice = items.find(({ code }) => code === 'N27') as NoticeContent;
    const { html, button, stop } = renderNotice(notice, 'kk');
    expect(html).toContain('«Күншуақ» балабақшасы');
    const data = (of: typeof button) => (of !== null && 'callback_data' in of ? of.callback_data : '');
    await chat.press(data(button), 5);
    expect(chat.text).toContain('«Күншуақ» балабақшасы');
    await chat.press(data(stop), 5);
    expect(chat.lastToast).toBe('Жазылым тоқтатылды');
    expect(chat.text).toContain('Әзірге жазылым жоқ');
    expect(await world.core.kindergartens.subscriptions(act)).toEqual([]);
    await chat.press(data(stop), 5);
    expect(chat.lastToast).toContain('Бұл жазылым тоқтатылған');
    await chat.type('/start');
    const stranger = await stage.loggedIn('ru');
    await world.core.kindergartens.subscribe(act, {
      birthYear: 2021,
      language: null,
      kindergartenId: far.house,
    });
    const [live] = await world.core.kindergartens.subscriptions(act);
    await stranger.chat.press(
      data(stop).replace(/:[^:]*$/, `:${encodeCallback('x', [live?.id ?? id]).split(':')[2]}`),
      5,
    );
    expect(stranger.chat.lastToast).toContain('уже отменена');
    expect(await world.core.kindergartens.subscriptions(act)).toHaveLength(1);
  });

  test('nothing else may be done from a notice, and nobody who is logged out does it', async () => {
    const { chat, act } = await stage.loggedIn('kk');
    const id = await world.core.kindergartens.subscribe(act, {
      birthYear: 2021,
      language: null,
      kindergartenId: far.house,
    });
    await chat.press(
      encodeCallback('subwhere/make', ['k', far.house, 2023, 'any', 0]).replace('v1', 'e1'),
      5,
    );
    expect(await world.core.kindergartens.subscriptions(act)).toHaveLength(1);
    await world.core.people.logout(String(chat.id));
    await chat.press(encodeCallback('subs/stop', [id]).replace('v1', 'e1'), 5);
    expect(await world.core.kindergartens.subscriptions(act)).toHaveLength(1);
    expect(chat.text).not.toContain('жазылым');
  });
});
