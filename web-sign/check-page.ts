import { type Core, dateTimeInWords } from '../core/index.ts';
import { escapeHtml, type TextKey, type Texts } from '../locales/index.ts';

export type Checked = NonNullable<Awaited<ReturnType<Core['documents']['check']>>>;

/** The number and the hash that a visitor asked about. */
interface Asked {
  readonly number: string;
  readonly sha256: string;
}

/** The verdict on a paper; `asked` when it was found by its number and file, undefined when nothing was found. */
export function checkPage(t: Texts, found: Checked | undefined, asked?: Asked): string {
  const verdict = found === undefined ? 'unknown' : found.inForce ? 'inForce' : 'ended';
  const parts = [
    `<p class="verdict">${text(t, `check.${verdict}`)}</p>`,
    ...(found === undefined ? [] : [paperRows(t, found), signedPart(t, found), filesPart(t, found)]),
    `<p><a href="/check?lang=${t.language}">${text(t, 'check.other')}</a></p>`,
  ];
  return documentOf(t, verdict, parts.join('\n'), asked);
}

/** The form of `/check`: a number, and a file of which only the hash leaves the browser. */
export function checkForm(t: Texts, number = '', isUnknown = false): string {
  const parts = [
    ...(isUnknown ? [`<p class="verdict" role="alert">${text(t, 'check.form.unknown')}</p>`] : []),
    `<form class="card" method="get" action="/check" id="form" data-cannot="${text(t, 'check.compare.cannot')}">`,
    `<h2>${text(t, 'check.form.heading')}</h2><p>${text(t, 'check.form.text')}</p>`,
    `<label for="number">${text(t, 'check.form.number')}</label>`,
    `<input id="number" name="number" required maxlength="60" pattern="[A-Za-z0-9\\-]+" autocomplete="off" value="${escapeHtml(number)}">`,
    `<label for="file">${text(t, 'check.compare.choose')}</label>`,
    '<input id="file" type="file" accept="application/pdf,.pdf" required>',
    '<input type="hidden" name="sha256" id="sha256">',
    `<input type="hidden" name="lang" value="${t.language}">`,
    '<p id="result" role="status"></p>',
    `<button class="button">${text(t, 'check.form.button')}</button>`,
    '</form>',
  ];
  return documentOf(t, isUnknown ? 'unknown' : 'form', parts.join('\n'));
}

function paperRows(t: Texts, { kind, number, createdAt }: Checked): string {
  return `<section class="card">${rows(t, [
    ['check.kind', t.plain(`check.${kind}`)],
    ['check.number', number],
    ['check.created', dateTimeInWords(createdAt, t.language)],
  ])}</section>`;
}

function signedPart(t: Texts, { signed }: Checked): string {
  if (signed === null) return '';
  const { method, at, algorithm, issuer, revocation } = signed;
  const told: [TextKey, string | null][] = [
    ['check.signer', t.plain('check.applicant')],
    ['check.method', t.plain(`check.by.${method}`)],
    ['check.signedAt', dateTimeInWords(at, t.language)],
    ['check.algorithm', algorithm],
    ['check.issuer', issuer],
    ['check.key', revocation === null ? null : t.plain(`check.revocation.${revocation}`)],
  ];
  const present = told.flatMap(([name, value]): [TextKey, string][] =>
    value === null ? [] : [[name, value]],
  );
  return `<section class="card"><h2>${text(t, 'check.signed')}</h2>${rows(t, present)}</section>`;
}

/** The hashes of the files, and a comparison that the visitor's own browser makes. */
function filesPart(t: Texts, { files }: Checked): string {
  if (files.length === 0) return '';
  const listed = files
    .map(
      ({ language, sha256 }) =>
        `<dt>${text(t, `check.file.${language}`)}</dt><dd><code>${escapeHtml(sha256)}</code></dd>`,
    )
    .join('');
  const words = (['same', 'different', 'cannot'] as const)
    .map((word) => `data-${word}="${text(t, `check.compare.${word}`)}"`)
    .join(' ');
  const hashes = files.map(({ sha256 }) => sha256).join(' ');
  return [
    `<section class="card" id="compare" data-hashes="${escapeHtml(hashes)}" ${words}>`,
    `<h2>${text(t, 'check.compare.heading')}</h2><p>${text(t, 'check.compare.text')}</p>`,
    `<label for="file">${text(t, 'check.compare.choose')}</label>`,
    '<input id="file" type="file" accept="application/pdf,.pdf">',
    '<p id="result" role="status"></p>',
    `<h3>${text(t, 'check.files')}</h3><dl class="rows">${listed}</dl></section>`,
  ].join('\n');
}

function rows(t: Texts, pairs: readonly (readonly [TextKey, string])[]): string {
  const cells = pairs.map(([name, value]) => `<dt>${text(t, name)}</dt><dd>${escapeHtml(value)}</dd>`);
  return `<dl class="rows">${cells.join('')}</dl>`;
}

function text(t: Texts, key: TextKey): string {
  return escapeHtml(t.plain(key));
}

function documentOf(t: Texts, verdict: string, body: string, asked?: Asked): string {
  const other = t.language === 'kk' ? 'ru' : 'kk';
  const query = new URLSearchParams({ ...asked, lang: other });
  const title = text(t, 'check.title');
  return `<!doctype html>
<html lang="${t.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="icon" href="/check/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/check/assets/base.css">
<link rel="stylesheet" href="/check/assets/check.css">
<script type="module" src="/check/assets/check.js"></script>
</head>
<body>
<main class="${verdict}">
<p class="language"><a href="?${escapeHtml(query.toString())}" hreflang="${other}" lang="${other}">${text(t, 'check.otherLanguage')}</a></p>
<h1>${title}</h1>
${body}
</main>
</body>
</html>`;
}
