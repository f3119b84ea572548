import type { Generated } from 'kysely';

/**
 * Storage's own tables as the newest migration leaves them; services have theirs in `tables/schema.ts`. Times are wall-clock milliseconds with a fraction; `payload`,
 * `input`, `answer` and `addresses` are JSON. Only types that SQLite and Postgres both have.
 */
export interface Schema {
  schema_version: { version: number; name: string; applied_at_ms: number };
  action_key: {
    /** The hub that runs it: see `intent`. */
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
  /** Rows of one hub: `hub` is its id where several share the database, and empty in a file of its own. */
  intent: {
    hub: Generated<string>;
    kind: string;
    key: string;
    payload: string;
    wanted_by: string;
    created_at_ms: number;
  };
  /** One row for each Discord application that has had a hub here; only on Postgres. */
  hub_application: {
    application_id: string;
    community: string;
    host: string;
    pid: number;
    started_at_ms: number;
  };
}
