export const neighbourLimits = {
  /** Hubs that start together need a moment to find each other. */
  foundWithinMs: 10_000,
  /** From trusting a community until it says what it offers us. */
  heardWithinMs: 10_000,
  /** How often a look is taken at the communities that were found. */
  lookMs: 100,
  /** How often a community is asked that offers nothing yet. */
  askAgainMs: 500,
  /** What a person types as a name of a community. */
  nameLengthMax: 128,
  /** Choices that were shown with their six words, and for how long each counts. */
  shownMax: 256,
  shownForMs: 15 * 60_000,
  /** Communities that one player is shared with, and those offered for it: as many as a list of choices holds. */
  sharedWithMax: 25,
} as const;
