/** Things of one kind that services bring, each name once. */
export class Collection<T> {
  readonly all: T[] = [];
  readonly #kind: string;
  readonly #nameOf: (item: T) => string;
  readonly #broughtBy = new Map<string, string>();

  constructor(kind: string, nameOf: (item: T) => string) {
    this.#kind = kind;
    this.#nameOf = nameOf;
  }

  /** Throws for a name that an earlier service, or the same one, has brought already. */
  add(service: string, items: readonly T[] = []): void {
    for (const item of items) {
      const name = this.#nameOf(item);
      const first = this.#broughtBy.get(name);
      if (first !== undefined)
        throw new Error(
          first === service
            ? `The service “${service}” brings the ${this.#kind} “${name}” twice: remove it once from what \`create\` gives in its service.ts.`
            : `The services “${first}” and “${service}” both bring the ${this.#kind} “${name}”: remove it from what \`create\` gives in the service.ts of one of them, or rename it.`,
        );
      this.#broughtBy.set(name, service);
      this.all.push(item);
    }
  }
}
