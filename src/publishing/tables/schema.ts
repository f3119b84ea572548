import type { AlertTables } from './alerts.ts';
import type { ArtifactTables } from './artifacts.ts';
import type { OutboxTables } from './outbox.ts';
import type { PublishingTables } from './publishing.ts';

/** The tables as the newest migration leaves them. */
export interface Schema extends OutboxTables, PublishingTables, ArtifactTables, AlertTables, OthersTables {}

/** Tables of other services that are only read here: no more columns than needed. */
interface OthersTables {
  /** Owned by access, for the alert that a token ends. */
  api_token: { id: string; guild_id: string; name: string; expires_at_ms: number };
  /** Owned by scheduling: artifacts that a schedule will publish stay. */
  schedule: { id: string; next_slot_ms: number | null; content: string };
  schedule_slot: { schedule_id: string; state: string; content: string };
}
