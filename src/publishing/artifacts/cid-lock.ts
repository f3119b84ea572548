/** Gives one caller at a time access to the file of a content id within this process. */
export class CidLock {
  readonly #last = new Map<string, Promise<unknown>>();

  async hold<T>(cid: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(cid);
    const mine = (async () => {
      await before?.catch(() => undefined);
      return work();
    })();
    this.#last.set(cid, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(cid) === mine) this.#last.delete(cid);
    }
  }
}
