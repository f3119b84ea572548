import type { AttemptContext, Publisher } from '#contracts/publisher.ts';
import type { GuildmeshError } from '#core/errors.ts';
import type { Claimed, ClaimedStep } from './delivery.ts';

/** What the runner gives to an attempt's context. */
export interface AttemptInit {
  signal: AbortSignal;
  progress: AttemptContext['progress'];
  firstAttemptAtMs: number;
  attempt: number;
}

/** Steps rendered again for a delivery of which nothing has left. */
export type Renewal =
  /** `keep` writes them, once the worker has released the delivery. */
  | { state: 'ready'; keep(): Promise<void> }
  /** They can't be rendered; a person must handle it. */
  | { state: 'impossible'; error: GuildmeshError };

/** What the host gives for one delivery: its publisher, and a context whose requests end at the signal. */
export interface DeliveryHost {
  /** With texts that this guild may see. Throws PUBLISH_NOT_LOADED. */
  publisher(id: string, guildId: string): Promise<Publisher | undefined>;
  context(delivery: Claimed, step: ClaimedStep, init: AttemptInit): Promise<AttemptContext>;
  targetName(targetId: string): Promise<string>;
  /** Names of files that it still must send and that no longer exist. Absent: not checked. */
  missingFiles?(delivery: Claimed): Promise<readonly string[]>;
  /** Absent: outdated steps are refused. */
  renew?(delivery: Claimed, reason: string, signal: AbortSignal): Promise<Renewal>;
}
