import type { Generated } from 'kysely';
import type { CaptureRule, ConsentChoice } from '#contracts/consent-store.ts';
import type { FirstChoice, KeptStanding } from '#contracts/home-guild-store.ts';
import type { AlertTables } from './alert-tables.ts';
import type { ArtifactTables } from './artifact-tables.ts';
import type { OutboxTables } from './outbox-tables.ts';
import type { PublishingTables } from './publishing-tables.ts';
import type { SchedulingTables } from './scheduling-tables.ts';

/**
 * The tables as the newest migration leaves them. Times are wall-clock milliseconds with a fraction; `payload`,
 * `input`, `answer` and `addresses` are JSON. Only types that SQLite and Postgres both have.
 */
export interface Schema
  extends OutboxTables,
    PublishingTables,
    ArtifactTables,
    SchedulingTables,
    AlertTables {
  schema_version: { version: number; name: string; applied_at_ms: number };
  action_key: {
    /** Which hub runs it: see `intent`. */
    hub: Generated<string>;
    key: string;
    fingerprint: string;
    state: 'running' | 'done';
    answer: string | null;
    claimed_at_ms: number;
  };
  audit: {
    id: string;
    at_ms: number;
    actor: string;
    guild_id: string | null;
    action: string;
    input: string | null;
    outcome: 'ok' | 'refused' | 'failed';
    error_code: string | null;
  };
  /** Of one hub: `hub` is its id where several share the database, and empty in a file of its own. */
  intent: {
    hub: Generated<string>;
    kind: string;
    key: string;
    payload: string;
    wanted_by: string;
    created_at_ms: number;
  };
  trusted_community: {
    peer_id: string;
    name: string;
    trusted_by: string;
    trusted_at_ms: number;
    addresses: string;
  };
  trusted_name: { name: string; peer_id: string; trusted_at_ms: number };
  capture_rule: { guild_id: string; rule: CaptureRule; set_at_ms: number };
  capture_consent: { guild_id: string; user_id: string; choice: ConsentChoice; chosen_at_ms: number };
  home_guild: { guild_id: string; standing: KeptStanding; set_by: string; set_at_ms: number };
  home_choice: { id: number; choice: FirstChoice; made_at_ms: number };
  /** One row for each Discord application that has had a hub here; Postgres alone. */
  hub_application: {
    application_id: string;
    community: string;
    host: string;
    pid: number;
    started_at_ms: number;
  };
  role_grant: { guild_id: string; discord_role_id: string; role: string };
}
