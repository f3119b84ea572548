import type { PlannedTime, WallTime } from '#contracts/wall-time.ts';
import type { Clock } from '#core/clock.ts';
import { scheduleErrors } from '../errors.ts';
import { clockText, dateText, offsetText, parseLocal, whenText } from './local-time.ts';
import type { Zone } from './zone.ts';
import type { Zones } from './zones.ts';

/** Zone rules are published a few years ahead; a date beyond that is a typing error. */
export const planAheadYearsMax = 10;
const yearMs = 366 * 24 * 3_600_000;

export interface WallTimeComponents {
  zones: Zones;
  clock: Pick<Clock, 'nowMs'>;
}

/**
 * Refuses times that have passed. A time in a gap of daylight saving is moved by the jump (02:30 becomes 03:30); of a
 * time that happens twice the first is used; both are noted.
 */
export function createWallTime({ zones, clock }: WallTimeComponents): WallTime {
  return {
    resolve(planned) {
      const resolved = resolvePlanned(zones, planned);
      const nowMs = clock.nowMs();
      if (resolved.atMs <= nowMs) throw scheduleErrors.SCHEDULE_TIME_PAST({ when: resolved.text });
      if (resolved.atMs > nowMs + planAheadYearsMax * yearMs)
        throw scheduleErrors.SCHEDULE_TIME_TOO_FAR({ when: resolved.text, yearsMax: planAheadYearsMax });
      return resolved;
    },
    zone: (name) => zones.get(name).name,
  };
}

/** The same, past or not. */
export function resolvePlanned(
  zones: Zones,
  { local, zone: name }: PlannedTime,
): ReturnType<WallTime['resolve']> {
  const zone = zones.get(name);
  const localMs = parseLocal(local);
  const { atMs, kind } = zone.resolve(localMs);
  const text = whenText(zone, atMs);
  if (kind === 'gap') return { atMs, text, note: gapNote(zone, localMs, atMs) };
  if (kind === 'overlap') return { atMs, text, note: overlapNote(zone, atMs, 'first') };
  return { atMs, text };
}

/** "02:30 does not exist that day in America/New_York; 03:30 is used" */
function gapNote(zone: Zone, localMs: number, atMs: number): string {
  const usedMs = zone.localOf(atMs);
  // Samoa once skipped a whole day.
  const used =
    dateText(usedMs) === dateText(localMs)
      ? clockText(usedMs)
      : `${clockText(usedMs)} on ${dateText(usedMs)}`;
  return `${clockText(localMs)} does not exist that day in ${zone.name}; ${used} is used`;
}

/** "01:30 happens twice that day in America/New_York; the first (UTC-4) is used" */
export function overlapNote(zone: Zone, atMs: number, which: 'first' | 'second'): string {
  const time = clockText(zone.localOf(atMs));
  return `${time} happens twice that day in ${zone.name}; the ${which} (${offsetText(zone.offsetMs(atMs))}) is used`;
}
