import { type CoreWorld, type Family, freshIin } from '../../local/testing/core-world.ts';
import type { Chat } from './chat.ts';

/** The buttons of the form by what they do, in both languages. */
export const formWords = {
  kk: {
    menu: 'Баланы кезекке қою',
    district: 'Целиноград ауданы',
    read: 'Өтінімді беру',
    next: 'Ары қарай',
    skip: 'Өткізіп жіберу',
    yes: 'Иә, осы бала',
    noBenefit: 'Жеңілдік жоқ',
    benefit: 'Иә, санатын таңдау',
    any: 'Маңызды емес',
    kazakh: 'Қазақ тілі',
    add: 'Тағы бала қосу',
    code: 'SMS-кодпен қол қою',
    eds: 'ЭЦҚ-мен қол қою',
    queued: 'Балаңыз кезекке қойылды',
    back: '⬅ Артқа',
    home: 'Басты мәзір',
    go: 'Жалғастыру',
  },
  ru: {
    menu: 'Поставить в очередь',
    district: 'Целиноградский район',
    read: 'Подать заявление',
    next: 'Далее',
    skip: 'Пропустить',
    yes: 'Да, верно',
    noBenefit: 'Льготы нет',
    benefit: 'Да, выбрать категорию',
    any: 'Не важно',
    kazakh: 'Казахский',
    add: 'Добавить ребёнка',
    code: 'Подписать кодом SMS',
    eds: 'Подписать с ЭЦП',
    queued: 'Ваш ребёнок встал в очередь',
    back: '⬅ Назад',
    home: 'Главное меню',
    go: 'Продолжить',
  },
} as const;

export const ADDRESS = ['Көкшетау', 'Ғұмырлы көшесі', '118Б', '73Ғ'] as const;

/** Where the walk through the form stops: before the named step. */
export type Stop = 'INTRO' | 'APPLICANT' | 'CHILDREN' | 'BENEFIT' | 'LANGUAGE' | 'LIST' | 'HOME' | 'SUMMARY';

/** A parent in a chat, and what lets the registry know a child. */
export interface Filling {
  readonly chat: Chat;
  readonly family: Family;
  readonly language: 'kk' | 'ru';
  readonly born: CoreWorld['born'];
}

/** Fills in the form by hand up to a step; answers the child's IIN. */
export async function fillForm({ chat, family, language, born }: Filling, stop: Stop, birth = '2023-05-14') {
  const word = formWords[language];
  const iin = freshIin(birth);
  await born(family, iin, birth);
  await chat.type('/menu');
  await chat.tap(word.menu);
  await chat.tap(word.district);
  if (stop === 'INTRO') return iin;
  await chat.tap(word.read);
  if (stop === 'APPLICANT') return iin;
  await fillApplicant(chat, language);
  if (stop === 'CHILDREN') return iin;
  await chat.type(iin);
  await chat.tap(word.yes);
  if (stop === 'BENEFIT') return iin;
  await chat.tap(word.noBenefit);
  if (stop === 'LANGUAGE') return iin;
  await chat.tap(word.any);
  if (stop === 'LIST') return iin;
  await chat.tap(word.next);
  if (stop === 'HOME') return iin;
  await chat.tap(word.skip);
  return iin;
}

/** The address question by question, and on to the children. */
export async function fillApplicant(chat: Chat, language: 'kk' | 'ru'): Promise<void> {
  const word = formWords[language];
  const [city, street, house, flat] = ADDRESS;
  await chat.tap(word.next);
  await chat.type(city);
  await chat.tap(word.skip);
  await chat.type(street);
  await chat.type(house);
  await chat.type(flat);
  await chat.tap(word.next);
}

/** One more child from the list of children: benefit none, language any. */
export async function addChild(filling: Filling, birth: string, iin = freshIin(birth)) {
  const { chat, family, language, born } = filling;
  const word = formWords[language];
  await born(family, iin, birth);
  await chat.tap(word.add);
  await chat.type(iin);
  await chat.tap(word.yes);
  await chat.tap(word.noBenefit);
  await chat.tap(word.any);
  return iin;
}
