import type { LateOf } from '#contracts/service.ts';

/** The ports offered so far. This is the only place that looks one up by its name. */
export class PortBoard<P extends object> {
  readonly #ports: Partial<P>;

  constructor(given: Partial<P>) {
    this.#ports = { ...given };
  }

  /** Throws for a name without a port, which means that `create` returned something else than `offers` says. */
  offer(by: string, names: readonly (keyof P)[], ports: Partial<P>): void {
    for (const name of names) {
      if (!(name in ports))
        throw new Error(
          `The service “${by}” offers the port “${String(name)}” but its \`create\` gave none: add it to \`ports\` in the service.ts of “${by}”, or remove it from \`offers\`.`,
        );
      this.#ports[name] = ports[name];
    }
  }

  /** The named ports and no others. `checkPorts` has verified that all of them exist. */
  only<Name extends keyof P>(names: readonly Name[]): Pick<P, Name> {
    return byName(names, (name) => this.#ports[name]);
  }

  /** The named ports, each as a function to call when the port is used. It throws while the port doesn't exist. */
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
 * what `create` is given, and the callers above take each value by its own name.
 */
function byName<T extends object>(names: readonly (keyof T)[], portOf: (name: keyof T) => unknown): T {
  return Object.fromEntries(names.map((name) => [name, portOf(name)])) as T;
}
