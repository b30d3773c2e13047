import { kk } from './words-kk.js';
import { ru } from './words-ru.js';

/** The words of the local chat page itself. What the bot says comes from the product's own catalogues. */
const TEXTS = { kk, ru };
const KEY = 'kezek.page.language';

let current = localStorage.getItem(KEY) === 'ru' ? 'ru' : 'kk';

export const language = () => current;

export function setLanguage(next) {
  current = next;
  localStorage.setItem(KEY, next);
  document.documentElement.lang = next;
}

export const t = (key) => TEXTS[current][key];

/** A label that is one word for both languages, or one for each. */
export const label = (words) => (typeof words === 'string' ? words : (words?.[current] ?? ''));

const TIME_ZONE = 'Asia/Almaty';
// Written out, because not every browser carries Kazakh dates.
const MONTHS = {
  kk: 'қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан'.split(' '),
  ru: 'января февраля марта апреля мая июня июля августа сентября октября ноября декабря'.split(' '),
};
const WEEKDAYS = {
  kk: 'жексенбі дүйсенбі сейсенбі сәрсенбі бейсенбі жұма сенбі'.split(' '),
  ru: 'воскресенье понедельник вторник среда четверг пятница суббота'.split(' '),
};

/** 'YYYY-MM-DD' and 'HH:MM' in Kazakhstan. */
const civil = (ms) => new Intl.DateTimeFormat('sv', { timeZone: TIME_ZONE }).format(ms);
const clockTime = new Intl.DateTimeFormat('sv', { hour: '2-digit', minute: '2-digit', timeZone: TIME_ZONE });

export const time = (seconds) => clockTime.format(seconds * 1000);

export const sameDay = (a, b) => civil(a * 1000) === civil(b * 1000);

function dayAndMonth(date) {
  const [, month, dayOfMonth] = date.split('-').map(Number);
  return `${dayOfMonth} ${MONTHS[current][month - 1]}`;
}

function withYear(date) {
  const year = date.slice(0, 4);
  return current === 'kk' ? `${year} жылғы ${dayAndMonth(date)}` : `${dayAndMonth(date)} ${year} года`;
}

/** "Today", "Yesterday" or the date, seen from the instant `nowMs`. */
export function day(seconds, nowMs) {
  const date = civil(seconds * 1000);
  if (date === civil(nowMs)) return t('today');
  if (date === civil(nowMs - 86_400_000)) return t('yesterday');
  return date.slice(0, 4) === civil(nowMs).slice(0, 4) ? dayAndMonth(date) : withYear(date);
}

/** The date in figures, where there is little room. */
export const shortDay = (seconds) =>
  civil(seconds * 1000)
    .split('-')
    .reverse()
    .join('.');

export function dateAndTime(ms) {
  const date = civil(ms);
  const weekday = WEEKDAYS[current][new Date(`${date}T00:00:00Z`).getUTCDay()];
  return `${withYear(date)}, ${weekday}, ${time(ms / 1000)}`;
}

const UNITS = { kk: ['Б', 'КБ', 'МБ'], ru: ['Б', 'КБ', 'МБ'] };

export function size(bytes) {
  const step = bytes < 1024 ? 0 : bytes < 1024 * 1024 ? 1 : 2;
  const value = (bytes / 1024 ** step).toFixed(step === 0 ? 0 : 1).replace('.', ',');
  return `${value}\u00a0${UNITS[current][step]}`;
}

const PAGE_WORDS = { one: 'страница', few: 'страницы', many: 'страниц', other: 'страницы' };
const russian = new Intl.PluralRules('ru');

/** "3 бет", "3 страницы". */
export const pages = (n) => `${n}\u00a0${current === 'kk' ? 'бет' : PAGE_WORDS[russian.select(n)]}`;
