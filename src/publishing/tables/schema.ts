import type { AlertTables } from './alerts.ts';
import type { ArtifactTables } from './artifacts.ts';
import type { OutboxTables } from './outbox.ts';
import type { PublishingTables } from './publishing.ts';

/** As the newest migration leaves them. */
export interface Schema extends OutboxTables, PublishingTables, ArtifactTables, AlertTables, OthersTables {}

/** What others keep and is only read here: no more columns than that takes. */
interface OthersTables {
  /** Of access, for the alert that a token ends. */
  api_token: { id: string; guild_id: string; name: string; expires_at_ms: number };
  /** Of scheduling: artifacts that a schedule will publish stay. */
  schedule: { id: string; next_slot_ms: number | null; content: string };
  schedule_slot: { schedule_id: string; state: string; content: string };
}
