import type { ScheduleTable } from '../tables/schema.ts';
import type { Rule } from '../time/rule.ts';
import { jitterOf } from './jitter.ts';

/** Within this of its time a run is on time: timers check the clock each minute. */
export const onTimeMs = 60_000;
/** Most missed runs that the policy `all` catches up on. */
export const caughtUpMax = 10;
/** Time between caught-up runs. */
export const caughtUpSpacingMs = 60_000;
/** Missed runs are counted up to this. */
export const missedCountMax = 1_000;

export type Timing = Pick<ScheduleTable, 'id' | 'policy' | 'grace_ms' | 'jitter_ms' | 'after_ms'>;

export interface DueSlots {
  /** Oldest first. `dueAtMs` may lie ahead: caught up one after the other. */
  fire: { slotMs: number; dueAtMs: number }[];
  missed: MissedSlots[];
  /** Everything up to here is settled by this. */
  afterMs: number;
}

export interface MissedSlots {
  count: number;
  firstMs: number;
  lastMs: number;
  /** `replaced`: a newer run takes its place. */
  reason: 'skipped' | 'beyond-grace' | 'replaced' | 'beyond-cap';
}

/**
 * What to do at `nowMs` about the slots since `after_ms`: those on time fire; of the missed ones, `skip` drops all,
 * `once` catches up on the latest if it is within the grace, `all` on the latest few. Undefined: nothing is due.
 */
export function dueSlots(rule: Rule, timing: Timing, nowMs: number): DueSlots | undefined {
  // One more than can be caught up on: the newest may still wait for its jitter.
  const latest = latestSlots(rule, timing.after_ms, nowMs, caughtUpMax + 2)
    .map((slotMs) => ({ slotMs, dueAtMs: fireAt(rule, timing, slotMs) }))
    .filter(({ dueAtMs }) => dueAtMs <= nowMs);
  const newest = latest.at(-1);
  if (!newest) return undefined;
  const late = latest.filter(({ dueAtMs }) => nowMs - dueAtMs > onTimeMs);
  const punctual = latest.slice(late.length);
  const madeUp = caughtUp(timing, { late, punctual }, nowMs);
  const lastLate = late.at(-1);
  const missed = lastLate
    ? missedSlots(rule, timing, { lastMs: lastLate.slotMs, madeUpFromMs: madeUp[0]?.slotMs })
    : [];
  const waits = madeUp.map(({ slotMs }, index) => ({ slotMs, dueAtMs: nowMs + index * caughtUpSpacingMs }));
  const reason = reasonOf(timing.policy, madeUp.length > 0 || punctual.length > 0);
  return {
    fire: [...waits, ...punctual],
    missed: missed.map((slots) => ({ ...slots, reason })),
    afterMs: newest.slotMs,
  };
}

/**
 * The newest slots since `afterMs`, oldest first. Searched forwards, as there is mostly one; from the end where there
 * are many.
 */
function latestSlots(rule: Rule, afterMs: number, nowMs: number, countMax: number): number[] {
  const slots: number[] = [];
  let slotMs = rule.nextAfter(afterMs);
  for (; slotMs !== undefined && slotMs <= nowMs; slotMs = rule.nextAfter(slotMs)) {
    if (slots.length === countMax) return rule.latestUpTo(nowMs, countMax).reverse();
    slots.push(slotMs);
  }
  return slots;
}

/** A slot with its jitter, which never reaches the next slot. */
export function fireAt(
  rule: Rule,
  { id, jitter_ms }: Pick<Timing, 'id' | 'jitter_ms'>,
  slotMs: number,
): number {
  if (jitter_ms === 0) return slotMs;
  const gapMs = (rule.nextAfter(slotMs) ?? Number.POSITIVE_INFINITY) - slotMs;
  return slotMs + jitterOf(id, slotMs, Math.min(jitter_ms, gapMs));
}

type Slot = DueSlots['fire'][number];

function caughtUp(
  { policy, grace_ms }: Timing,
  { late, punctual }: { late: readonly Slot[]; punctual: readonly Slot[] },
  nowMs: number,
): readonly Slot[] {
  if (policy === 'skip') return [];
  if (policy === 'all') return late.slice(-caughtUpMax);
  const last = late.at(-1);
  const wanted = last && punctual.length === 0 && nowMs - last.dueAtMs <= grace_ms;
  return wanted ? [last] : [];
}

function missedSlots(
  rule: Rule,
  { after_ms }: Timing,
  made: { lastMs: number; madeUpFromMs: number | undefined },
): Omit<MissedSlots, 'reason'>[] {
  const firstMs = rule.nextAfter(after_ms);
  if (firstMs === undefined) return [];
  const endMs = made.madeUpFromMs ?? made.lastMs + 1;
  if (firstMs >= endMs) return [];
  let count = 0;
  let lastMs = firstMs;
  for (let slotMs: number | undefined = firstMs; slotMs !== undefined && slotMs < endMs; ) {
    count += 1;
    lastMs = slotMs;
    if (count >= missedCountMax) break;
    slotMs = rule.nextAfter(slotMs);
  }
  if (count >= missedCountMax) lastMs = rule.latestUpTo(endMs - 1, 1)[0] ?? lastMs;
  return [{ count, firstMs, lastMs }];
}

function reasonOf(policy: Timing['policy'], anotherRuns: boolean): MissedSlots['reason'] {
  if (policy === 'skip') return 'skipped';
  if (policy === 'all') return 'beyond-cap';
  return anotherRuns ? 'replaced' : 'beyond-grace';
}
