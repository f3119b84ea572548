/** Reports that the player of a guild has changed: what it plays, its queue, its votes, and the people who hear it. */
export class PlayerChanges {
  readonly #listeners = new Set<(guildId: string) => void>();

  /** Returns the unsubscriber. */
  onChange(listener: (guildId: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  changed(guildId: string): void {
    for (const listener of [...this.#listeners]) listener(guildId);
  }
}
