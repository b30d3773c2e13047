import { expect, it } from 'vitest';
import { DESKTOP, PHONE, pageStage, sideways, violations } from '../testing/page-stage.ts';

const stage = await pageStage();

const looks = [
  ['kk', 'light', DESKTOP],
  ['ru', 'dark', DESKTOP],
  ['kk', 'dark', PHONE],
  ['ru', 'light', PHONE],
] as const;

it.each(looks)('axe finds nothing: %s, %s', async (language, colorScheme, options) => {
  stage.nca.script.answer = () => [{ status: false, code: 'X', message: 'y' }];
  const link = await stage.openNew({ language }, { ...options, colorScheme, bypassCSP: true });
  expect(await violations(stage.page)).toEqual([]);
  for (const summary of await stage.page.locator('summary').all()) await summary.click();
  await stage.id('phone-button').click();
  await stage.id('qr').waitFor();
  await stage.id('nca-button').click();
  await expect.poll(stage.problem).toBe('failed');
  expect(await violations(stage.page)).toEqual([]);
  link.change({ state: 'DONE' });
  await stage.id('end').waitFor();
  expect(await violations(stage.page)).toEqual([]);
});

it.each(looks)('axe finds nothing at a login either: %s, %s', async (language, colorScheme, options) => {
  const link = await stage.openNew(
    { purpose: 'LOGIN', language },
    { ...options, colorScheme, bypassCSP: true },
  );
  expect(await violations(stage.page)).toEqual([]);
  link.change({ state: 'DONE' });
  await stage.id('confirm-code').waitFor();
  expect(await violations(stage.page)).toEqual([]);
  await stage.page.setViewportSize({ width: 320, height: 640 });
  expect(await sideways(stage.page)).toBeLessThanOrEqual(0);
});

it.each(['kk', 'ru'] as const)('320 points are wide enough, and large letters: %s', async (language) => {
  await stage.openNew({ language }, { viewport: { width: 320, height: 640 } });
  for (const summary of await stage.page.locator('summary').all()) await summary.click();
  await stage.id('qr').waitFor();
  expect(await sideways(stage.page)).toBeLessThanOrEqual(0);
  await stage.page.setViewportSize({ width: 640, height: 800 });
  await stage.page.evaluate(() => {
    document.documentElement.style.fontSize = '200%';
  });
  expect(await sideways(stage.page)).toBeLessThanOrEqual(0);
});

it('works by keyboard alone, with a focus one can see', async () => {
  await stage.openNew();
  const seen: (string | null)[] = [];
  for (let n = 0; n < 6; n++) {
    await stage.page.keyboard.press('Tab');
    seen.push(
      await stage.page.evaluate(() => {
        const focused = document.activeElement;
        const outline = focused ? getComputedStyle(focused).outlineStyle : 'none';
        return outline === 'none' ? null : (focused?.textContent?.trim().slice(0, 12) ?? '');
      }),
    );
  }
  expect(seen).toEqual([
    'Қазақша',
    'Русский',
    'Өтініштің дә',
    'Өтінішті PDF',
    'Қол қойып, ж',
    'QR кодты көр',
  ]);
  await stage.page.keyboard.press('Shift+Tab');
  await stage.page.keyboard.press('Enter');
  await stage.id('end').waitFor();
});

it('stands still for those who do not like motion', async () => {
  stage.nca.script.answer = () => [];
  await stage.openNew({}, { ...DESKTOP, reducedMotion: 'reduce' });
  await stage.id('nca-button').click();
  const animation = await stage.page
    .locator('[data-testid=nca-button] .spinner')
    .evaluate((node) => getComputedStyle(node).animationName);
  expect(animation).toBe('none');
});
