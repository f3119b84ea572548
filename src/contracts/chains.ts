/** Offered by publishing: events that may start a chain. The same event never starts a chain twice. */
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
