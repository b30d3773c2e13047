/** A person's name as the registry has it, part by part. */
export interface Names {
  readonly surname: string;
  readonly name: string;
  readonly patronymic: string | null;
}

/** «Әлиев Нұрлан Маратұлы», for papers and for those who may read it. Not everybody has a patronymic. */
export function fullName({ surname, name, patronymic }: Names): string {
  return [surname, name, patronymic].filter(Boolean).join(' ');
}

/** «Нұрлан Маратұлы»: how one is spoken to where the surname is nobody's business. */
export function calledBy({ name, patronymic }: Omit<Names, 'surname'>): string {
  return [name, patronymic].filter(Boolean).join(' ');
}
