import type { Texts } from '../../locales/index.ts';
import type { DraftStep } from '../core.ts';

/** «Баланы кезекке қою › 2/4 Бала»: which step of how many this is. */
export function formCrumbs(t: Texts, step: DraftStep | 'DONE'): string {
  return `<i>${t.html('form.crumb')} › ${t.html(`form.step.${step}`)}</i>`;
}
