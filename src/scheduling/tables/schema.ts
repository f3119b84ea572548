/** The tables of schedules and milestones. JSON is text, flags are 0 and 1. */
export interface Schema {
  schedule: ScheduleTable;
  schedule_slot: ScheduleSlotTable;
  missed_run: MissedRunTable;
  target_spacing: TargetSpacingTable;
  milestone: MilestoneTable;
  milestone_post: MilestonePostTable;
}

export interface ScheduleTable {
  id: string;
  guild_id: string;
  title: string;
  /** `actorKey` */
  created_by: string;
  created_at_ms: number;
  rule: 'cron' | 'once';
  /** Cron expression, or a local date and time. */
  expression: string;
  zone: string;
  kind: 'publication' | 'digest';
  /** PublicationContent; for a digest `{ title }`. */
  content: string;
  targets: string;
  policy: 'skip' | 'once' | 'all';
  grace_ms: number;
  jitter_ms: number;
  paused: number;
  /** Rises with each change: a worker that read an older version claims nothing. */
  version: number;
  /** Slots up to and including this instant are settled: fired, missed or before its time. */
  after_ms: number;
  /** null: it will not run again. */
  next_slot_ms: number | null;
  /** The slot with its jitter. */
  next_at_ms: number | null;
  /** End of the period that the last digest covered. */
  digest_from_ms: number | null;
  /** Runs ordered so far: the next one has the number after it. */
  run_count: number;
}

/** One run of a schedule, stored before it is ordered: the key makes a second one impossible. */
export interface ScheduleSlotTable {
  schedule_id: string;
  slot_ms: number;
  guild_id: string;
  /** `due` → `enqueued`, or permanently `refused`. */
  state: 'due' | 'enqueued' | 'refused';
  content: string;
  targets: string;
  ordered_by: string;
  due_at_ms: number;
  /** When to order it, or to retry; null: settled. */
  act_at_ms: number | null;
  attempt_count: number;
  publication_id: string | null;
  error: string | null;
  recorded_at_ms: number;
  /** Number within its schedule, from 1. */
  run_number: number;
}

/** Runs that did not happen, announced once. */
export interface MissedRunTable {
  id: string;
  guild_id: string;
  /** Id of a schedule or of a milestone. */
  source_id: string;
  title: string;
  missed_count: number;
  first_ms: number;
  last_ms: number;
  reason: 'skipped' | 'beyond-grace' | 'replaced' | 'beyond-cap' | 'refused';
  detail: string | null;
  recorded_at_ms: number;
  told: number;
}

/** When the newest post that schedules planned for a target leaves. */
export interface TargetSpacingTable {
  guild_id: string;
  target: string;
  due_at_ms: number;
}

export interface MilestoneTable {
  id: string;
  guild_id: string;
  title: string;
  description: string;
  created_by: string;
  created_at_ms: number;
  local: string;
  zone: string;
  at_ms: number;
  state: 'open' | 'reached' | 'cancelled';
  progress_percent: number;
  artifacts: string;
  targets: string;
  /** Rises with each change. */
  version: number;
  settled_at_ms: number | null;
  /** 1 until all listeners were notified that it was reached. */
  reached_untold: number;
}

export interface MilestonePostTable {
  milestone_id: string;
  /** "-7d", "0", "done" */
  offset: string;
  guild_id: string;
  /** null: on completion, whenever that is. */
  at_ms: number | null;
  /**
   * `planned` → `ordering` → `enqueued`. A change sends an enqueued one through `revising`: it is withdrawn where it
   * has not left and planned again where it is still wanted. `withdrawn` and `missed` are ends.
   */
  state: 'planned' | 'ordering' | 'enqueued' | 'revising' | 'withdrawn' | 'missed';
  /** When to act on it; null: nothing happens automatically. */
  act_at_ms: number | null;
  attempt_count: number;
  /** Part of the cause it is ordered by; rises when it is planned again. */
  revision: number;
  /** What a `revising` one becomes where it has not left. */
  aim: 'post' | 'withdrawn' | 'missed';
  publication_id: string | null;
  /** As ordered. */
  content: string | null;
  /** Names of its targets, as ordered. */
  targets: string;
  /** Targets an earlier revision has reached: not posted to again. */
  reached_targets: string;
}
