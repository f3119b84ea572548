import type { LateOf } from '#contracts/service.ts';

/** The ports offered so far. Only here is one looked up by its name. */
export class PortBoard<P extends object> {
  readonly #ports: Partial<P>;

  constructor(given: Partial<P>) {
    this.#ports = { ...given };
  }

  /** Throws for a name without a port: `create` gave something else than `offers` says. */
  offer(by: string, names: readonly (keyof P)[], ports: Partial<P>): void {
    for (const name of names) {
      if (!(name in ports))
        throw new Error(
          `The service “${by}” offers the port “${String(name)}” but its \`create\` gave none: add it to \`ports\` in the service.ts of “${by}”, or remove it from \`offers\`.`,
        );
      this.#ports[name] = ports[name];
    }
  }

  /** These and no others. `checkPorts` has seen to it that all of them are there. */
  only<Name extends keyof P>(names: readonly Name[]): Pick<P, Name> {
    return byName(names, (name) => this.#ports[name]);
  }

  /** These, each to be called for when it is used. What is returned throws while the port isn't there. */
  late<Name extends keyof P>(service: string, names: readonly Name[]): LateOf<Pick<P, Name>> {
    return byName(names, (name) => () => {
      if (name in this.#ports) return this.#ports[name];
      throw new Error(
        `The service “${service}” used its late port “${String(name)}” before “${String(name)}” exists: in its service.ts call it in what runs after the start, not in \`create\`, or name it in \`needs\`.`,
      );
    });
  }
}

/**
 * The one cast of the wiring: TypeScript doesn't follow names through a loop. The types of `Service` tie the names to
 * what `create` is given, and the callers above take each value from under its own name.
 */
function byName<T extends object>(names: readonly (keyof T)[], portOf: (name: keyof T) => unknown): T {
  return Object.fromEntries(names.map((name) => [name, portOf(name)])) as T;
}
