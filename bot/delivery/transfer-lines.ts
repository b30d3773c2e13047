import type { Texts } from '../../locales/index.ts';
import type { NoticeContent } from './core.ts';

const STEPS = { BOTH: ['LEAVE', 'FILE'], LEAVE: ['LEAVE'], FILE: ['FILE'] } as const;

/** Of a transfer: what is still to be done, what becomes of the present place, and what happens when the term passes. */
export function transferLines({ code, params }: NoticeContent, t: Texts): string[] {
  const { event, safe } = params;
  const kept = safe === 1;
  const late = t.html(params.archive === 0 ? 'notice.transfer.lateKeep' : 'notice.transfer.lateArchive');
  const place = t.html(kept ? 'notice.transfer.safe' : 'notice.transfer.risk');
  if (code === 'N29') return [place, late];
  if (code === 'N29r') {
    const open = event === 'LEAVE' || event === 'FILE' ? STEPS[event] : STEPS.BOTH;
    return [...open.map((step) => t.html(`notice.transfer.${step}`)), place, late];
  }
  if (code === 'N29e' && (event === 'REFUSED' || event === 'CANCELLED'))
    return [t.html(kept ? 'notice.transfer.stays' : 'notice.transfer.queue')];
  if (code !== 'N29x') return [];
  return [
    t.html(params.archived === 1 ? 'notice.transfer.archived' : 'notice.transfer.kept'),
    t.html(kept ? 'notice.transfer.stays' : 'notice.transfer.lost'),
  ];
}
