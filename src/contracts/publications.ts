import type { z } from 'zod';
import type { PublicationView, publicationContent } from './actions/publish.ts';

/** Offered by publishing to what publishes by itself: schedules, milestones, chains. */
export interface Publications {
  /**
   * Enqueues durably. The same cause gives the same publication, however often it is asked for, so a caller that was
   * cut off asks again. What a target refuses becomes a draft that people see. Throws PUBLISH_NO_TARGET,
   * PUBLISH_NO_ARTIFACT, PUBLISH_TIME_PASSED.
   */
  order(order: PublicationOrder): Promise<PublicationView>;
  /** Withdraws what has not left; what has left stays. */
  withdraw(guildId: string, publicationId: string): Promise<PublicationView>;
  /** Moves what has not left to another time. */
  move(guildId: string, publicationId: string, dueAtMs: number): Promise<PublicationView>;
  /** Undefined when this guild has no such publication. */
  find(guildId: string, publicationId: string): Promise<PublicationView | undefined>;
  /** Told soon after anything about a publication changed in this process; at most once per change. */
  onChange(listener: (publicationId: string) => void): () => void;
}

export interface PublicationOrder {
  guildId: string;
  /** Unique within the guild: "schedule:ID:SLOT". */
  cause: string;
  content: z.input<typeof publicationContent>;
  /** By name. */
  targets: readonly string[];
  /** Absent: now. */
  dueAtMs?: number;
  /** `actorKey` of who planned it. */
  orderedBy: string;
}

/** Offered by publishing: whether a target is there to be planned for. */
export interface KnownTargets {
  /** Throws PUBLISH_NO_TARGET, with the nearest name. */
  named(guildId: string, name: string): Promise<unknown>;
}
