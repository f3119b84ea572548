import type { Fate } from './publisher.ts';

/** Thrown by a publisher that knows what went wrong and what to change. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly fate: Fate;

  constructor(fate: Fate, options?: { cause?: unknown }) {
    super(fate.reason, options);
    this.fate = fate;
  }
}
