export const neighbourLimits = {
  /** How often a look is taken at the communities that were found. */
  lookMs: 100,
  /** How often a community is asked that offers nothing yet. */
  askAgainMs: 500,
  /** The same while a person has it looked for, which may take minutes. */
  lookAgainMs: 1_000,
  /** Waits of people: the oldest of a guild ends for a new one; a new one ends at once where all places are taken. */
  looksPerGuildMax: 3,
  looksMax: 30,
  /** What a person types as a name of a community. */
  nameLengthMax: 128,
  /** Choices that were shown with their six words, and for how long each counts. */
  shownMax: 256,
  shownForMs: 15 * 60_000,
  /** Communities that one player is shared with, and those offered for it: as many as a list of choices holds. */
  sharedWithMax: 25,
} as const;
