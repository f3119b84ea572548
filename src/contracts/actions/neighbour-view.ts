/** What stands between a community that was named and being heard here. */
import { z } from 'zod';

/** Hubs that start together need a moment to find each other, and to say what they offer. */
export const neighbourWaitMs = 10_000;
/** How long a person may have a neighbour looked for: the answer to a command can be changed for 15 minutes. */
export const neighbourLookMs = 10 * 60_000;

/**
 * `unknown`: our own node is off. `absent`: not found within the wait. `not-allowed`: found, and not trusted by us.
 * `not-allowing`: it doesn't share with us, or not yet. `silent`: it may, and shares nothing now.
 */
export const neighbourState = z.enum(['unknown', 'absent', 'not-allowed', 'not-allowing', 'silent']);

/** A community that `/play` was given, and what stands between it and being heard here. */
export const neighbourView = z.object({
  /** What **Allow and play** gives as `what`: a key, not a name. Empty: none was found. */
  peerId: z.string(),
  name: z.string(),
  /** Six words that both sides compare: made from both keys. Empty: our node is off, or none was found. */
  words: z.string(),
  state: neighbourState,
  /** The asker may allow it: a manager, who then gets **Allow and play**. */
  mayAllow: z.boolean(),
});
export type NeighbourView = z.output<typeof neighbourView>;
