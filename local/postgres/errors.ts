/** The local database cannot be brought up. The message is one line for the person who typed the command. */
export class LocalDatabaseError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message.replaceAll(/\s*\n\s*/g, ' ').trim(), options);
    this.name = 'LocalDatabaseError';
  }
}

/** Another program holds this data folder. `address` is where it answers, once it has told. */
export class AlreadyRunning extends LocalDatabaseError {
  readonly pid: number | undefined;
  readonly address: string | undefined;

  constructor(holder: { pid: number | undefined; address: string | undefined }) {
    const process = holder.pid === undefined ? '' : ` (process ${holder.pid})`;
    super(
      holder.address
        ? `Kezek is already running on this data folder: ${holder.address}${process}. Use it, or stop it first.`
        : `Kezek is already starting on this data folder${process}. Use it, or stop it first.`,
    );
    this.name = 'AlreadyRunning';
    this.pid = holder.pid;
    this.address = holder.address;
  }
}
