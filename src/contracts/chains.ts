/** Offered by publishing: what may start a chain. Asking again for the same event starts nothing again. */
export interface ChainTriggers {
  milestoneReached(event: MilestoneReached): Promise<void>;
}

export interface MilestoneReached {
  guildId: string;
  milestoneId: string;
  title: string;
  description: string;
  /** Content ids. */
  artifacts: readonly string[];
}
