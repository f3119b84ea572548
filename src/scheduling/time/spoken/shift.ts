import type { Zone } from '../zone.ts';
import { dayMs } from './day-readings.ts';
import type { Distance, Unit } from './distances.ts';

/** The year 9999: what is further away is refused anyway, and has no calendar here. */
export const farthestMs = Date.UTC(9_999, 0, 1);

const exactMs: Readonly<Partial<Record<Unit, number>>> = { second: 1_000, minute: 60_000, hour: 3_600_000 };
const daysOf: Readonly<Partial<Record<Unit, number>>> = { day: 1, week: 7 };

/**
 * The instant so far away. Days, weeks, months and years keep the time of day, whatever the clocks do in between; a month
 * that is shorter ends earlier.
 */
export function shifted(zone: Zone, nowMs: number, distances: readonly Distance[]): number {
  let [months, days, ms] = [0, 0, 0];
  for (const { amount, unit } of distances) {
    const whole = Math.trunc(amount);
    if (unit === 'month') months += whole;
    else if (unit === 'year') months += whole * 12;
    else if (daysOf[unit] !== undefined) days += amount * daysOf[unit];
    else ms += amount * (exactMs[unit] ?? 0);
  }
  const wholeDays = Math.trunc(days);
  const restMs = ms + (days - wholeDays) * dayMs;
  if (months === 0 && wholeDays === 0) return Math.min(nowMs + restMs, farthestMs);
  const localMs = inMonths(zone.localOf(nowMs), months) + wholeDays * dayMs;
  if (!(localMs < farthestMs)) return farthestMs;
  return zone.resolve(localMs).atMs + restMs;
}

function inMonths(localMs: number, months: number): number {
  const date = new Date(localMs);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + months];
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(date.getUTCDate(), lastDay)) + (localMs % dayMs);
}
