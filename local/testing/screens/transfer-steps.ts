import type { Phone } from './phone.ts';
import { begin, opened, signOnPage, takeCode } from './steps.ts';
import type { ScreensWorld } from './world.ts';

export interface Stage {
  readonly world: ScreensWorld;
  readonly phone: Phone;
  readonly iin: string;
  readonly child: string;
}

/** When a worker came to send it is not told. */
export const NOTICE = { wayBack: false, hide: /^\d\d:\d\d$/ } as const;

/** Login with ЭЦҚ through NCALayer, up to the menu. */
export async function logInByKey({ world, phone, iin }: Stage): Promise<void> {
  await begin(phone);
  await phone.tap({ key: 'hello.agreeEds' });
  await phone.look('s2-login', [{ key: 'edslogin.title' }], { wayBack: false });
  const page = await opened(phone, { key: 'edslogin.open' });
  await page.locator('main').waitFor();
  await phone.lookAtPage('s2-login-page', page, 'main');
  await signOnPage(world, page, iin);
  const code = (await page.getByTestId('confirm-code').textContent()) ?? '';
  await phone.lookAtPage('s2-login-page-end', page, 'main', /^\d{3}$/);
  await page.close();
  await phone.type(code);
  await phone.sees({ key: 'menu.choose' });
}

/** The page of a statement beside the chat, NCALayer, and back. */
export async function signByKey({ world, phone, iin }: Stage, name: string): Promise<void> {
  await phone.tap({ key: 'sign.byEds' });
  await phone.look(`${name}-eds`, [{ key: 'esign.title' }]);
  const page = await opened(phone, { key: 'esign.open' });
  await page.locator('main').waitFor();
  await phone.lookAtPage(`${name}-page`, page, 'main');
  await signOnPage(world, page, iin);
  await phone.lookAtPage(`${name}-page-end`, page, 'main');
  await page.close();
  await phone.tap({ key: 'esign.check' });
}

/** Looks at the page, and prefers the code. */
export async function signByCodeAfterAll(stage: Stage, name: string): Promise<void> {
  const { phone } = stage;
  await phone.tap({ key: 'sign.byEds' });
  await phone.look(`${name}-eds`, [{ key: 'esign.title' }]);
  const page = await opened(phone, { key: 'esign.open' });
  await page.locator('main').waitFor();
  await phone.lookAtPage(`${name}-page`, page, 'main');
  await page.close();
  await signByCode(stage, name);
}

export async function signByCode({ phone }: Stage, name: string): Promise<void> {
  await phone.tap({ key: 'sign.byCode' });
  await phone.look(`${name}-code`, [{ key: 'code.signTitle' }]);
  await takeCode(phone, 'sign');
}

/** The home screen, the manual, «Күту тізімі» and the information window. */
export async function toWindow({ phone, child }: Stage): Promise<void> {
  await phone.look(
    's2-menu',
    [{ key: 'menu.section' }, { key: 'menu.support', values: { support: '1414' } }],
    {
      wayBack: false,
    },
  );
  await phone.tap({ key: 'menu.waitlist' });
  await phone.look('s2-lists', [{ key: 'waitlist.what' }, child]);
  await phone.tap({ key: 'manual.transfer.title' });
  await phone.look('s2-manual-1', [{ key: 'manual.transfer.title' }]);
  for (const page of ['2', '3', '4']) {
    await phone.tap('›');
    await phone.look(`s2-manual-${page}`, [{ key: 'manual.transfer.title' }]);
  }
  await phone.tap({ key: 'button.home' });
  await phone.tap({ key: 'menu.waitlist' });
  await phone.sees({ key: 'waitlist.what' });
  await phone.tap(child);
  await phone.look('s2-application', [child, { key: 'waitlist.status.NONE' }]);
  await phone.tap({ key: 'waitlist.join' });
  await phone.look('s2-window', [{ key: 'waitlist.info.how' }]);
  await phone.tap({ key: 'waitlist.info.ok' });
}

/** Two kindergartens in order of wish; the signature comes next. */
export async function choose({ phone }: Stage): Promise<void> {
  await phone.look('s2-choose', [{ key: 'waitlist.pick.title' }]);
  await phone.tap('☐ Балапан');
  await phone.sees('✅', 'Балапан');
  await phone.tap('☐ Айгөлек');
  await phone.look('s2-chosen', [{ key: 'waitlist.pick.title' }]);
  await phone.tap('›');
  await phone.look('s2-choose-more', [{ key: 'waitlist.pick.title' }, 'Самал']);
  await phone.tap({ key: 'waitlist.pick.next' });
  await phone.look('s2-summary', [{ key: 'waitlist.sum.what' }]);
}
