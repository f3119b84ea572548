import type { AttemptContext, Publisher } from '#contracts/publisher.ts';
import type { Claimed, ClaimedStep } from './delivery.ts';

/** What the runner gives to an attempt's context. */
export interface AttemptInit {
  signal: AbortSignal;
  progress: AttemptContext['progress'];
  firstAttemptAtMs: number;
  attempt: number;
}

/** What the host gives for one delivery: its publisher, and a context whose requests end at the signal. */
export interface DeliveryHost {
  /** As this guild may hear it. */
  publisher(id: string, guildId: string): Publisher | undefined;
  context(delivery: Claimed, step: ClaimedStep, init: AttemptInit): Promise<AttemptContext>;
  targetName(targetId: string): Promise<string>;
}
