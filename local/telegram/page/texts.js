/** The words of the local chat page itself. What the bot says comes from the product's own catalogues. */
const TEXTS = {
  kk: {
    title: 'Сынақ чаты',
    hint: 'Кімнің атынан жазатыныңызды таңдаңыз: бәрі осы компьютерде ғана өтеді.',
    people: 'Адамдар',
    chat: 'Чат',
    theme: 'Ашық не қараңғы түс',
    language: 'Бет тілі',
    back: 'Адамдар тізіміне оралу',
    bot: 'бот',
    typing: 'жазып жатыр…',
    uploading: 'файл жіберіп жатыр…',
    choosing: 'Адамды таңдаңыз',
    writeAs: 'Сіз:',
    placeholder: 'Хабарлама',
    send: 'Жіберу',
    save: 'Өзгерісті сақтау',
    attach: 'Тіркеу',
    menu: 'Мәзір',
    commands: 'Бот командалары',
    noCommands: 'Бот командаларын әлі айтқан жоқ',
    keyboard: 'Жауап батырмалары',
    start: 'Бастау',
    emptyTitle: 'Бұл бот не істей алады?',
    empty: 'Әңгімені бастау үшін төмендегі батырманы басыңыз.',
    edited: 'өзгертілді',
    forwarded: 'Қайта жіберілген хабар',
    pinned: 'Бекітілген хабар',
    down: 'Соңғы хабарға өту',
    more: 'Тағы',
    reply: 'Жауап беру',
    edit: 'Өзгерту',
    cancel: 'Бас тарту',
    ok: 'Жарайды',
    close: 'Жабу',
    photo: 'Фото',
    file: 'Файл',
    voice: 'Дауыстық хабар',
    sticker: 'Стикер',
    location: 'Геоорын',
    myContact: 'Менің нөмірім',
    otherContact: 'Басқа адамның нөмірі',
    forwardContact: 'Қайта жіберілген нөмір',
    contact: 'Байланыс',
    shareTitle: 'Нөміріңізді ботқа жібересіз бе?',
    shareText: 'Бот телефон нөміріңізді біледі:',
    share: 'Жіберу',
    whose: 'Кімнің нөмірін жібересіз?',
    noPhone: 'Бұл адамның телефоны жоқ',
    deepLink: 'Сілтемемен ашу (start=…)',
    payload: 'Сілтемедегі код',
    open: 'Ашу',
    block: 'Ботты бұғаттау',
    unblock: 'Бұғаттан шығару',
    blocked: 'Бұғатталған',
    blockAsk: 'Ботты бұғаттайсыз ба? Ол сізге жаза алмайды.',
    deleteChat: 'Чатты өшіру',
    deleteAsk: 'Чаттағы хабарлар сізге енді көрінбейді.',
    delete: 'Өшіру',
    addPerson: 'Адам қосу',
    firstName: 'Аты',
    lastName: 'Тегі',
    phone: 'Телефон',
    appLanguage: 'Қолданба тілі',
    role: 'Рөлі',
    add: 'Қосу',
    download: 'Жүктеп алу',
    copied: 'Көшірілді',
    copy: 'Көшіру',
    coordinates: 'Координаттары',
    today: 'Бүгін',
    yesterday: 'Кеше',
    you: 'Сіз',
    inbox: 'SMS және пошта',
    noInbox: 'Бұл адамға әлі ештеңе келген жоқ',
    newSms: 'Жаңа SMS',
    newMail: 'Жаңа хат',
    insert: 'Жолға қою',
    facts: 'Бұл адамның деректері',
    log: 'Bot API журналы',
    noCalls: 'Бот әлі ештеңе сұраған жоқ',
    polling: 'getUpdates көрсету',
    clear: 'Тазалау',
    waiting: 'Бот алмаған жаңартулар',
    mode: 'Байланыс',
    webhook: 'webhook',
    poll: 'getUpdates',
    clock: 'Жергілікті уақыт',
    links: 'Сыртқы дүние',
    offline: 'Сервермен байланыс жоқ, қайта қосылуда…',
    spoiler: 'Жасырын мәтінді көрсету',
    failed: 'Болмады',
    unread: 'оқылмаған',
    opensLink: 'жаңа бетте ашылады',
    image: 'Сурет',
  },
  ru: {
    title: 'Пробный чат',
    hint: 'Выберите, от чьего имени писать: всё происходит только на этом компьютере.',
    people: 'Люди',
    chat: 'Чат',
    theme: 'Светлая или тёмная тема',
    language: 'Язык страницы',
    back: 'Назад к списку людей',
    bot: 'бот',
    typing: 'печатает…',
    uploading: 'отправляет файл…',
    choosing: 'Выберите человека',
    writeAs: 'Вы:',
    placeholder: 'Сообщение',
    send: 'Отправить',
    save: 'Сохранить изменение',
    attach: 'Прикрепить',
    menu: 'Меню',
    commands: 'Команды бота',
    noCommands: 'Бот ещё не назвал своих команд',
    keyboard: 'Кнопки ответа',
    start: 'Начать',
    emptyTitle: 'Что умеет этот бот?',
    empty: 'Чтобы начать разговор, нажмите кнопку внизу.',
    edited: 'изменено',
    forwarded: 'Пересланное сообщение',
    pinned: 'Закреплённое сообщение',
    down: 'К последнему сообщению',
    more: 'Ещё',
    reply: 'Ответить',
    edit: 'Изменить',
    cancel: 'Отмена',
    ok: 'Хорошо',
    close: 'Закрыть',
    photo: 'Фото',
    file: 'Файл',
    voice: 'Голосовое сообщение',
    sticker: 'Стикер',
    location: 'Геопозиция',
    myContact: 'Мой номер',
    otherContact: 'Номер другого человека',
    forwardContact: 'Пересланный номер',
    contact: 'Контакт',
    shareTitle: 'Отправить боту ваш номер?',
    shareText: 'Бот узнает ваш номер телефона:',
    share: 'Отправить',
    whose: 'Чей номер отправить?',
    noPhone: 'У этого человека нет телефона',
    deepLink: 'Открыть по ссылке (start=…)',
    payload: 'Код из ссылки',
    open: 'Открыть',
    block: 'Заблокировать бота',
    unblock: 'Разблокировать',
    blocked: 'Заблокирован',
    blockAsk: 'Заблокировать бота? Он не сможет вам писать.',
    deleteChat: 'Удалить чат',
    deleteAsk: 'Вы больше не увидите сообщений этого чата.',
    delete: 'Удалить',
    addPerson: 'Добавить человека',
    firstName: 'Имя',
    lastName: 'Фамилия',
    phone: 'Телефон',
    appLanguage: 'Язык приложения',
    role: 'Роль',
    add: 'Добавить',
    download: 'Скачать',
    copied: 'Скопировано',
    copy: 'Скопировать',
    coordinates: 'Координаты',
    today: 'Сегодня',
    yesterday: 'Вчера',
    you: 'Вы',
    inbox: 'SMS и почта',
    facts: 'Что знает этот человек',
    noInbox: 'Этому человеку ещё ничего не приходило',
    newSms: 'Новое SMS',
    newMail: 'Новое письмо',
    insert: 'Вставить',
    log: 'Журнал Bot API',
    noCalls: 'Бот ещё ничего не запрашивал',
    polling: 'Показывать getUpdates',
    clear: 'Очистить',
    waiting: 'Обновления, не взятые ботом',
    mode: 'Связь',
    webhook: 'webhook',
    poll: 'getUpdates',
    clock: 'Местное время',
    links: 'Внешний мир',
    offline: 'Нет связи с сервером, подключаюсь снова…',
    spoiler: 'Показать скрытый текст',
    failed: 'Не получилось',
    unread: 'непрочитанных',
    opensLink: 'откроется в новой вкладке',
    image: 'Картинка',
  },
};
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
