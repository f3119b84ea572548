import type { PlannedTime, WallTime } from '#contracts/wall-time.ts';
import type { Clock } from '#core/clock.ts';
import { publishErrors } from '../errors.ts';

/** A planned time this recent still means now. */
const pastGraceMs = 60_000;

export interface DueTimeComponents {
  /** Absent: publications leave at once only. */
  wallTime: WallTime | undefined;
  clock: Pick<Clock, 'nowMs'>;
}

/** Undefined for at once. Throws PUBLISH_TIME_PASSED, PUBLISH_NO_TIMES, SCHEDULE_*. */
export function resolveDue(
  { wallTime, clock }: DueTimeComponents,
  at: PlannedTime | null | undefined,
): ReturnType<WallTime['resolve']> | undefined {
  if (!at) return undefined;
  if (!wallTime) throw publishErrors.PUBLISH_NO_TIMES();
  const due = wallTime.resolve(at);
  if (due.atMs < clock.nowMs() - pastGraceMs) throw publishErrors.PUBLISH_TIME_PASSED({ when: due.text });
  return due;
}
