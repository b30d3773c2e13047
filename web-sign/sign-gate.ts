/** The server has as much to verify as it can take; the visitor is asked to come back in a moment. */
export class Busy extends Error {
  constructor() {
    super('too many signatures are being verified');
    this.name = 'Busy';
  }
}

export interface Gate {
  /** Runs `work` when one of the places is free. @throws Busy when too many wait already. */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** At most `places` pieces of work at once and `waiting` in line: a flood of uploads must not starve everybody else. */
export function createGate(places: number, waiting: number): Gate {
  let running = 0;
  const line: (() => void)[] = [];
  const leave = () => {
    const next = line.shift();
    if (next) next();
    else running -= 1;
  };
  return {
    run: async (work) => {
      if (running < places) running += 1;
      else {
        if (line.length >= waiting) throw new Busy();
        await new Promise<void>((enter) => void line.push(enter));
      }
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}
