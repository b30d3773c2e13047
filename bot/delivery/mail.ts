import { escapeHtml, texts } from '../../locales/index.ts';
import type { Language } from './core.ts';
import type { Mail } from './email.ts';
import type { RenderedNotice } from './render.ts';

export interface MailFrame {
  readonly supportPhone: string;
  /** `https://t.me/<bot>`: the one button of an e-mail. */
  readonly botUrl?: string;
}

/** A notice as a letter: plain text and HTML with the same words. */
export function renderMail(notice: RenderedNotice, language: Language, frame: MailFrame): Mail {
  const t = texts(language);
  const footer = t.plain('mail.footer', { support: frame.supportPhone });
  const { botUrl } = frame;
  const style = 'background:#1a7f4b;color:#fff;padding:12px 20px;border-radius:8px;text-decoration:none';
  const link =
    botUrl === undefined
      ? ''
      : `<p><a href="${escapeHtml(botUrl)}" style="${style}">${escapeHtml(t.plain('mail.open'))}</a></p>`;
  const paragraphs = notice.html.split('\n\n').map((part) => `<p>${part.replaceAll('\n', '<br>')}</p>`);
  const body = `${paragraphs.join('')}${link}<p style="color:#666;font-size:13px">${escapeHtml(footer)}</p>`;
  return {
    subject: notice.subject,
    text: [notice.plain, botUrl, footer].filter((part) => part !== undefined).join('\n\n'),
    html: `<!doctype html><html lang="${language}"><meta charset="utf-8"><body style="font-family:sans-serif;font-size:16px;line-height:1.5;max-width:36em">${body}</body></html>`,
  };
}
