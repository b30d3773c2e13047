const WORDS = {
  kk: {
    about: 'Сынаққа арналған телефон',
    language: 'Қолданба тілі',
    scan: 'QR арқылы қол қою',
    scanMore: 'Нағыз телефонда камера QR-кодты оқиды. Мұнда оның мәтінін немесе сілтемесін қойыңыз.',
    link: 'QR-код мәтіні немесе сілтеме',
    open: 'Ашу',
    opening: 'Ашылуда…',
    wants: 'Қол қоюды сұрайды',
    until: 'Мерзімі',
    document: 'Құжат',
    xml: 'Мәтін (XML)',
    openFile: 'Құжатты толық ашу',
    bytes: 'байт',
    who: 'Телефон иесі',
    key: 'Кілт',
    sign: 'Қол қою',
    signing: 'Қол қойылуда…',
    cancel: 'Бас тарту',
    GOST: 'ГОСТ-512',
    'RSA-SIGN': 'RSA, қол қоюға',
    'RSA-AUTH': 'RSA, кіруге',
    EXPIRED: 'мерзімі өткен',
    REVOKED: 'қайтарып алынған',
    own: 'жеке тұлға',
    done: 'Құжатқа қол қойылды',
    back: 'Бетке оралу',
    notTaken: 'Қабылданбады',
    notTakenMore: 'Қызмет қолтаңбаны қабылдамады.',
    again: 'Басқа кілтпен қайталау',
    first: 'Басынан бастау',
    troubles: {
      link: 'Бұл қол қоюдың сілтемесі емес.',
      address: 'Бұл телефон осы компьютердегі бағдарламамен ғана сөйлеседі.',
      unreachable: 'Қызметпен байланыс болмады.',
      refused: 'Қызмет сұрауды бермеді.',
      malformed: 'Қызметтің жауабы түсініксіз.',
      method: 'Бұл телефон мұндай қолтаңба қоя алмайды.',
      expired: 'Сілтеменің мерзімі өткен. Бетте жаңа QR-код сұраңыз.',
      other: 'Болмады. Қайталап көріңіз.',
    },
  },
  ru: {
    about: 'Пробный телефон',
    language: 'Язык приложения',
    scan: 'Подписание по QR',
    scanMore: 'В настоящем телефоне QR-код читает камера. Здесь вставьте его текст или ссылку.',
    link: 'Текст QR-кода или ссылка',
    open: 'Открыть',
    opening: 'Открывается…',
    wants: 'Просит подписать',
    until: 'Действует до',
    document: 'Документ',
    xml: 'Текст (XML)',
    openFile: 'Открыть документ целиком',
    bytes: 'байт',
    who: 'Владелец телефона',
    key: 'Ключ',
    sign: 'Подписать',
    signing: 'Подписывается…',
    cancel: 'Отмена',
    GOST: 'ГОСТ-512',
    'RSA-SIGN': 'RSA, для подписи',
    'RSA-AUTH': 'RSA, для входа',
    EXPIRED: 'срок истёк',
    REVOKED: 'отозван',
    own: 'физическое лицо',
    done: 'Документ подписан',
    back: 'Вернуться на страницу',
    notTaken: 'Не принято',
    notTakenMore: 'Служба не приняла подпись.',
    again: 'Повторить другим ключом',
    first: 'Начать сначала',
    troubles: {
      link: 'Это не ссылка на подписание.',
      address: 'Этот телефон говорит только с программой на этом же компьютере.',
      unreachable: 'Связаться со службой не удалось.',
      refused: 'Служба не выдала запрос.',
      malformed: 'Ответ службы непонятен.',
      method: 'Этот телефон не умеет ставить такую подпись.',
      expired: 'Срок ссылки истёк. Попросите на странице новый QR-код.',
      other: 'Не получилось. Попробуйте ещё раз.',
    },
  },
};

const KEY = 'kezek.phone.language';

export const language = () => (localStorage.getItem(KEY) === 'ru' ? 'ru' : 'kk');

export const setLanguage = (code) => localStorage.setItem(KEY, code);

export const t = (name) => WORDS[language()][name];

export const trouble = (name) => t('troubles')[name] ?? t('troubles').other;

export const label = (words) => (words && typeof words === 'object' ? words[language()] : words);

export const moment = (iso) =>
  new Date(iso).toLocaleString('ru-RU', { timeZone: 'Asia/Almaty', dateStyle: 'short', timeStyle: 'short' });
