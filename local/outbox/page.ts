import type { IncomingMessage, ServerResponse } from 'node:http';
import { escapeHtml } from '../../locales/index.ts';
import type { InboxItem } from '../telegram/types.ts';
import type { Outbox } from './outbox.ts';

const WORDS = {
  kk: {
    title: 'SMS және хаттар',
    empty: 'Әзірге ештеңе жіберілген жоқ.',
    sms: 'SMS',
    mail: 'Хат',
    other: 'Русский',
  },
  ru: {
    title: 'SMS и письма',
    empty: 'Пока ничего не отправлено.',
    sms: 'SMS',
    mail: 'Письмо',
    other: 'Қазақша',
  },
};
type Lang = keyof typeof WORDS;

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, "Noto Sans", sans-serif; }
body { margin: 0 auto; padding: 1rem; max-width: 40rem; }
header { display: flex; align-items: baseline; justify-content: space-between; gap: 1rem; }
h1 { font-size: 1.4rem; }
ol { list-style: none; margin: 0; padding: 0; display: grid; gap: .75rem; }
li { border: 1px solid color-mix(in srgb, currentColor 20%, transparent); border-radius: .75rem; padding: .75rem 1rem; }
li > div { display: flex; flex-wrap: wrap; gap: .25rem 1rem; font-size: .875rem; opacity: .75; }
h2 { font-size: 1rem; margin: .5rem 0 0; }
p { margin: .25rem 0 0; white-space: pre-wrap; overflow-wrap: anywhere; }`;

/** Answers `GET /inbox` as a page, or as JSON to whoever asks for it; false for any other address. */
export function serveOutbox(outbox: Outbox, req: IncomingMessage, res: ServerResponse): boolean {
  const url = new URL(req.url ?? '/', 'http://local');
  if (req.method !== 'GET' || (url.pathname !== '/inbox' && url.pathname !== '/inbox.json')) return false;
  const headers = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
  if (url.pathname === '/inbox.json' || req.headers.accept?.startsWith('application/json')) {
    res.writeHead(200, { ...headers, 'content-type': 'application/json' });
    res.end(JSON.stringify(outbox.items()));
    return true;
  }
  const lang = url.searchParams.get('lang') === 'ru' ? 'ru' : 'kk';
  res.writeHead(200, {
    ...headers,
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
  });
  res.end(page(outbox.items(), lang));
  return true;
}

function page(items: readonly InboxItem[], lang: Lang): string {
  const words = WORDS[lang];
  const other = lang === 'kk' ? 'ru' : 'kk';
  const list =
    items.length === 0
      ? `<p>${words.empty}</p>`
      : `<ol>${items.map((item) => entry(item, lang)).join('')}</ol>`;
  return `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><title>${words.title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="refresh" content="5">
<style>${STYLE}</style></head><body><header><h1>${words.title}</h1>
<a href="/inbox?lang=${other}" lang="${other}">${words.other}</a></header><main>${list}</main></body></html>`;
}

function entry(item: InboxItem, lang: Lang): string {
  const when = new Date(item.at).toLocaleString('ru-RU', {
    timeZone: 'Asia/Almaty',
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  const subject = item.subject ? `<h2>${escapeHtml(item.subject)}</h2>` : '';
  return `<li data-testid="outbox-item"><div><b>${WORDS[lang][item.kind]}</b><span>${escapeHtml(item.to)}</span>
<time>${escapeHtml(when)}</time></div>${subject}<p>${escapeHtml(item.text)}</p></li>`;
}
