import type { Moment } from './front.ts';

export const durableWrites = ['claim', 'beginAttempt', 'endAttempt', 'release'] as const;

/** By the process's own hand, right before a durable write or right after it. */
export interface OrderedDeath {
  write: (typeof durableWrites)[number];
  side: 'before' | 'after';
  /** From 1: at which write of this kind. */
  nth: number;
}

/** How one process is to end. */
export type Death =
  | { kind: 'aimed'; moment: Moment; nth: number }
  | { kind: 'ordered'; at: OrderedDeath }
  | { kind: 'random'; afterMs: number };

/** `overdue`: what it was to die at didn't come. */
export type DeathName = Moment | `${OrderedDeath['side']} ${OrderedDeath['write']}` | 'random' | 'overdue';

/** Around the end of an attempt the most is at stake: the effect has happened, and is not yet written down or just. */
const shares: readonly [weight: number, draw: () => Death][] = [
  [12, () => aimed('request', 4)],
  [30, () => aimed('effect', 1)],
  [18, () => aimed('answer', 1)],
  [20, () => ordered('endAttempt', 2)],
  [6, () => ordered('beginAttempt', 2)],
  [3, () => ordered('claim', 1)],
  [3, () => ordered('release', 1)],
  [8, () => ({ kind: 'random', afterMs: Math.random() * randomLifeMaxMs })],
];
/** About as long as a first delivery takes. */
const randomLifeMaxMs = 150;

export const deathNames: readonly DeathName[] = [
  'request',
  'effect',
  'answer',
  ...durableWrites.flatMap((write) => [`before ${write}`, `after ${write}`] as const),
  'random',
  'overdue',
];

/** What every delivery passes: `release` and later ones come by chance. */
const points: readonly (() => Death)[] = [
  () => aimed('request', 1),
  () => aimed('effect', 1),
  () => aimed('answer', 1),
  ...(['claim', 'beginAttempt', 'endAttempt'] as const).flatMap((write) =>
    (['before', 'after'] as const).map(
      (side) => (): Death => ({ kind: 'ordered', at: { write, side, nth: 1 } }),
    ),
  ),
];

/** Deaths for the processes of a run: first each publisher at each point, in an order of its own, then by chance. */
export class DeathDeck {
  readonly #left: ReadonlyMap<string, Death[]>;

  private constructor(publishers: readonly string[], deaths: () => Death[]) {
    this.#left = new Map(publishers.map((publisher) => [publisher, deaths()]));
  }

  static ofEach(publishers: readonly string[]): DeathDeck {
    return new DeathDeck(publishers, () => points.map((point) => point()).sort(() => Math.random() - 0.5));
  }

  /** Only where a blind repetition doubles: the effect is there, and nobody knows. */
  static ofEffects(publishers: readonly string[], times: number): DeathDeck {
    return new DeathDeck(publishers, () => Array.from({ length: times }, () => aimed('effect', 1)));
  }

  /** How a process ends that is about to deliver by this publisher. */
  draw(publisher: string): { death: Death; isPlanned: boolean } {
    const planned = this.#left.get(publisher)?.shift();
    return { death: planned ?? drawDeath(), isPlanned: planned !== undefined };
  }

  /** It didn't come. */
  putBack(publisher: string, death: Death): void {
    this.#left.get(publisher)?.push(death);
  }

  /** "github: after claim" of each that is still to come. */
  missing(): string[] {
    return [...this.#left].flatMap(([publisher, deaths]) =>
      deaths.map((death) => `${publisher}: ${nameOf(death)}`),
    );
  }
}

function nameOf(death: Death): DeathName {
  if (death.kind === 'random') return 'random';
  return death.kind === 'aimed' ? death.moment : `${death.at.side} ${death.at.write}`;
}

function drawDeath(): Death {
  let left = Math.random() * shares.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, draw] of shares) {
    left -= weight;
    if (left < 0) return draw();
  }
  return aimed('effect', 1);
}

function aimed(moment: Moment, nthMax: number): Death {
  return { kind: 'aimed', moment, nth: upTo(nthMax) };
}

function ordered(write: OrderedDeath['write'], nthMax: number): Death {
  return {
    kind: 'ordered',
    at: { write, side: Math.random() < 0.5 ? 'before' : 'after', nth: upTo(nthMax) },
  };
}

/** The first ones most often: later ones may not come. */
function upTo(max: number): number {
  return 1 + Math.floor(Math.random() ** 3 * max);
}
