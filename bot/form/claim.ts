import { defineScreen, redirect } from '../screen.ts';
import { target } from '../session.ts';
import { atStep, stepTarget } from './form.ts';

/** Where the scans of a claim lead back to: the summary, the next question of a child just added, or the child. */
export const claimOfFormScreen = defineScreen<object>({
  name: 'fclaim',
  access: 'PERSON',
  load: async (ctx, [claim]) => {
    const view = await atStep(ctx, 'CHILDREN', 's');
    if ('redirect' in view) return view;
    const child = view.children.find((known) => known.claim?.id === claim);
    if (view.step === 'SUMMARY' || child === undefined) return redirect(stepTarget(view.step));
    return child.preferredLanguage === null
      ? redirect(target('flang', child.id, 'n'))
      : redirect(target('fchild', child.id));
  },
  render: () => ({ text: '', keyboard: [] }),
});
