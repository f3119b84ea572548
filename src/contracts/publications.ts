import type { z } from 'zod';
import type { PublicationView, publicationContent } from './actions/publish.ts';

/** Offered by publishing to services that publish automatically: schedules, milestones, chains. */
export interface Publications {
  /**
   * Enqueues durably. The same cause gives the same publication, however often it is ordered, so an interrupted caller
   * orders again. What a target refuses becomes a draft that people see. Throws PUBLISH_NO_TARGET, PUBLISH_NO_ARTIFACT,
   * PUBLISH_TIME_PASSED.
   */
  order(order: PublicationOrder): Promise<PublicationView>;
  /** Withdraws deliveries that nothing was sent of; sent ones stay. */
  withdraw(guildId: string, publicationId: string): Promise<PublicationView>;
  /** Moves unsent deliveries to another time. */
  move(guildId: string, publicationId: string, dueAtMs: number): Promise<PublicationView>;
  /** Undefined when this guild has no such publication. */
  find(guildId: string, publicationId: string): Promise<PublicationView | undefined>;
  /** Called soon after anything about a publication changed in this process; at most once per change. */
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
  /** `actorKey` of the person who planned it. */
  orderedBy: string;
}

/** Offered by publishing: checks that a target exists, for plans. */
export interface KnownTargets {
  /** Throws PUBLISH_NO_TARGET, with the nearest name. */
  named(guildId: string, name: string): Promise<unknown>;
}
