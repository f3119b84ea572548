import type { AlertItemTable } from './alerts.ts';

/**
 * The tables of the outbox. Instants are milliseconds since 1970; JSON is text; everything here is portable between
 * SQLite and Postgres.
 */
export interface OutboxTables {
  publication: PublicationTable;
  delivery: DeliveryTable;
  delivery_step: DeliveryStepTable;
  delivery_attempt: DeliveryAttemptTable;
  target_lane: TargetLaneTable;
  target_pause: TargetPauseTable;
  target_spend: TargetSpendTable;
  /** Written together with its cause. */
  alert_item: AlertItemTable;
}

export interface PublicationTable {
  id: string;
  guild_id: string;
  /** `actorKey` */
  created_by: string;
  created_at_ms: number;
  /** PublicationContent */
  content: string;
}

export interface DeliveryTable {
  /** Sorts by creation: per-target order follows it. */
  id: string;
  publication_id: string;
  target_id: string;
  guild_id: string;
  publisher: string;
  /** Unique: the same publication, target and revision is enqueued once, however often it is asked for. */
  key: string;
  revision: number;
  state: DeliveryState;
  /** 1 while its fate is open: deliveries behind it in order must wait. Derived from `state`, stored for the index. */
  open: number;
  /** When it should leave; null: only a person moves it on. */
  due_at_ms: number | null;
  /** When a worker may take it: the due time, or the end of the lease while one has it. */
  claim_at_ms: number | null;
  /** After this time it is no longer sent but shown as missed. */
  not_after_ms: number | null;
  order_key: string | null;
  created_at_ms: number;
  updated_at_ms: number;
  /** Refusals that may pass; a dead letter at the maximum. */
  attempt_count: number;
  /** How often a worker died with it; a dead letter at the maximum. */
  crash_count: number;
  /** Rises with each claim: only the holder of the newest may write. */
  fence: number;
  worker: string | null;
  /** Hash of the rendered steps, as approved. */
  steps_hash: string;
  cost_micros: number;
  /** The month whose budget it is taken from, "2026-11"; null: nothing is reserved. */
  reserved_month: string | null;
  /** While its fate is looked up or confirmed: when a person is asked instead. */
  give_up_at_ms: number | null;
  error_code: string | null;
  error_text: string | null;
  /** Receipt of the last step, or what a person entered. */
  receipt: string | null;
  /** The delivery whose result it takes back: it has steps of its own, and no edit touches it. */
  takes_back: string | null;
  /** HMAC over what never changes after writing; see publishing/seals. */
  seal: string | null;
}

/**
 * `draft` → `awaiting-approval` → `scheduled` → `pending` → `sending` → `confirming` → `done`, or on a side track:
 * `unknown` (an attempt's fate must be looked up; without `due_at_ms`: by a person), `failed` (dead letter),
 * `cancelled` (withdrawn before it left), `discarded` (given up by a person).
 */
export type DeliveryState =
  | 'draft'
  | 'awaiting-approval'
  | 'scheduled'
  | 'pending'
  | 'sending'
  | 'confirming'
  | 'unknown'
  | 'done'
  | 'failed'
  | 'cancelled'
  | 'discarded';

export interface DeliveryStepTable {
  delivery_id: string;
  ordinal: number;
  step_id: string;
  /** Step */
  step: string;
  /** `said-there`: the target says that it has it, and doesn't show it yet. */
  state: 'waiting' | 'sending' | 'unknown' | 'said-there' | 'done';
  first_attempt_at_ms: number | null;
  /** End of the last attempt as far as known: a look-up waits from here. */
  last_attempt_at_ms: number | null;
  receipt: string | null;
}

/** Append-only. A row is written before its request leaves, so whatever left has a row. */
export interface DeliveryAttemptTable {
  /** Sorts by creation. */
  id: string;
  delivery_id: string;
  step_id: string;
  fence: number;
  worker: string;
  kind: 'execute' | 'find' | 'confirm';
  at_ms: number;
  outcome: string | null;
  detail: string | null;
}

/** One per target that ever had a delivery. The claiming worker locks it. */
export interface TargetLaneTable {
  target_id: string;
  /** Simultaneous deliveries. */
  in_flight_max: number;
  /** Shortest time between two starts. */
  spacing_ms: number;
  free_at_ms: number;
  served_at_ms: number;
}

export interface TargetPauseTable {
  target_id: string;
  /** null: until a person resumes it. */
  until_ms: number | null;
  reason: 'authorisation-lost' | 'out-of-budget' | 'rate-limited' | 'by-person';
  detail: string;
  since_ms: number;
}

export interface TargetSpendTable {
  target_id: string;
  /** "2026-11", UTC */
  month: string;
  spent_micros: number;
}
