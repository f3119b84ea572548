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

/** Steps made anew for a delivery of which nothing has left. */
export type Renewal =
  /** `keep` writes them, once the worker has let go. */
  | { state: 'ready'; keep(): Promise<void> }
  /** They can't be made; a person must see to it. */
  | { state: 'impossible'; error: GuildmeshError };

/** What the host gives for one delivery: its publisher, and a context whose requests end at the signal. */
export interface DeliveryHost {
  /** As this guild may hear it. Throws PUBLISH_NOT_LOADED. */
  publisher(id: string, guildId: string): Promise<Publisher | undefined>;
  context(delivery: Claimed, step: ClaimedStep, init: AttemptInit): Promise<AttemptContext>;
  targetName(targetId: string): Promise<string>;
  /** Names of the files it still has to send that are no longer there. Absent: nobody looks. */
  missingFiles?(delivery: Claimed): Promise<readonly string[]>;
  /** Absent: what is outdated is refused. */
  renew?(delivery: Claimed, reason: string, signal: AbortSignal): Promise<Renewal>;
}
