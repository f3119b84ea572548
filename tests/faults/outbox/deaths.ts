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

export function drawDeath(): Death {
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
