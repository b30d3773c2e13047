import type { Texts } from '../../locales/index.ts';
import { personId } from '../context.ts';
import { footer, pageOf, pager } from '../keyboard.ts';
import { defineScreen, type Rendered } from '../screen.ts';
import { home } from '../show.ts';
import { paragraphs } from '../words.ts';
import { type InboxNotice, type Page, shortDateTime } from './core.ts';
import { renderNotice } from './render.ts';

/** Few on a page: a message of Telegram holds 4096 signs. */
const PAGE_SIZE = 4;

/** «Хабарламалар»: every notice of the person, also what was sent by SMS and e-mail alone. */
export function renderInbox({ items, page, pages, total }: Page<InboxNotice>, t: Texts): Rendered {
  const shown = items.map((notice) => {
    const when = `${notice.isNew ? '🆕 ' : ''}<code>${shortDateTime(notice.createdAt)}</code>`;
    return `${when}\n${renderNotice(notice, t.language).brief}`;
  });
  return {
    text: paragraphs(t.html('notice.inbox'), ...(total === 0 ? [t.html('notice.inboxEmpty')] : shown)),
    keyboard: [...pager('notices', (to) => [to], page, pages), footer(t, home)],
  };
}

export const inboxScreen = defineScreen<Page<InboxNotice>>({
  name: 'notices',
  access: 'PERSON',
  load: (ctx, [page]) => ctx.house.core.notices.list(personId(ctx), pageOf(page), PAGE_SIZE),
  render: renderInbox,
});
