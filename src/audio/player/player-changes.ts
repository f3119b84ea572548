/**
 * Reports that the player of a guild has changed: what it plays, its queue, its votes, and the people who hear it. The
 * subject is the guild, or the voice channel whose relay is over.
 */
export class PlayerChanges {
  readonly #listeners = new Set<(subject: string) => void>();

  /** Returns the unsubscriber. */
  onChange(listener: (subject: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  changed(subject: string): void {
    for (const listener of [...this.#listeners]) listener(subject);
  }
}
