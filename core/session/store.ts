/** What a dialog keeps between two messages of a chat. Losing it costs a tap, never data. Fits grammY's StorageAdapter. */
export interface SessionStore<T> {
  read(key: string): Promise<T | undefined>;
  /** A value that is as it was read is not written again. */
  write(key: string, value: T): Promise<void>;
  delete(key: string): Promise<void>;
}

/** Leaves out writes of what has not changed since it was read: most taps only look. */
export function skipUnchanged<T extends object>(inner: SessionStore<T>): SessionStore<T> {
  // By object: two messages of one chat are two reads, and what is forgotten is forgotten here too.
  const asRead = new WeakMap<T, string>();
  return {
    read: async (key) => {
      const value = await inner.read(key);
      if (value !== undefined) asRead.set(value, JSON.stringify(value));
      return value;
    },
    write: async (key, value) => {
      const text = JSON.stringify(value);
      if (asRead.get(value) === text) return;
      await inner.write(key, value);
      asRead.set(value, text);
    },
    delete: (key) => inner.delete(key),
  };
}
