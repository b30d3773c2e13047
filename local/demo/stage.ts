import type { Journal } from './journal.ts';
import type { Player } from './player.ts';
import type { DemoProgram } from './program.ts';

export interface Telling {
  readonly counted: (step: string) => void;
  /** Keeps a paper, or a certificate in `trust/`, under this name. */
  readonly keep: (name: string, content: Buffer | string) => void;
}

/** What every chapter plays on. */
export interface Stage extends Telling {
  readonly program: DemoProgram;
  readonly journal: Journal;
}

/** The people of the story. */
export interface Cast {
  readonly aigul: Player;
  readonly nurlan: Player;
  readonly sergey: Player;
  /** Operators of the two districts. */
  readonly zhanar: Player;
  readonly irina: Player;
  /** The head of Sergey's kindergarten. */
  readonly elena: Player;
}
