import { type Asked, isWrite } from '../../plugins/compliance/fake-platform.ts';
import { type Accident, accidents } from './accidents.ts';
import { type DeathName, deathNames } from './deaths.ts';
import { kinds } from './plan.ts';

const undecidable = new Set(kinds.filter((kind) => kind.undecidable).map(({ publisher }) => publisher));

/** What was done to the workers of a round, and what the platforms saw of them. */
export class Tally {
  readonly accidents = zeros(accidents);
  readonly deaths = zeros(deathNames);
  livesWithEffect = 0;
  /** Requests sent again, to where nothing can be looked up, after one whose fate nobody can know. */
  blindResends = 0;
  readonly #openKeys = new Set<string>();

  accident(accident: Accident): void {
    this.accidents[accident]++;
  }

  death(name: DeathName): void {
    this.deaths[name]++;
  }

  asked(publisher: string, asked: Asked): void {
    if (undecidable.has(publisher) && this.#openKeys.has(keyOf(asked))) this.blindResends++;
  }

  /** Its sender died or gets no whole answer. */
  leftOpen(publisher: string, asked: Asked): void {
    if (undecidable.has(publisher) && isWrite(asked)) this.#openKeys.add(keyOf(asked));
  }

  wasLeftOpen(key: string): boolean {
    return this.#openKeys.has(key);
  }
}

export function zeros<Name extends string>(names: readonly Name[]): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
}

function keyOf({ headers }: Asked): string {
  return headers['idempotency-key'] ?? '';
}
