import { scheduleErrors } from '../../errors.ts';
import type { CalendarDay, Day } from './pieces.ts';

export const dayMs = 24 * 3_600_000;
/** Leap days are at most eight years apart. */
const leapYearsMax = 8;

export interface DayComponents {
  /** The local day that it is, at its beginning. */
  today: number;
  clockMs: number;
  isAhead(localMs: number): boolean;
}

/**
 * Local times, one for each way to read the day. What names no year or week is the next one to come. Throws
 * SCHEDULE_TIME_IMPOSSIBLE for 31.2. and SCHEDULE_TIME_NEEDS_YEAR for 29.2. where it is years away.
 */
export function dayReadings(text: string, day: Day | undefined, components: DayComponents): number[] {
  const { clockMs, today } = components;
  const first = (days: readonly number[]) => [
    firstAhead(
      days.map((at) => at + clockMs),
      components,
    ),
  ];
  if (!day) return first([today, today + dayMs]);
  if (day.kind === 'offset') return [today + day.days * dayMs + clockMs];
  if (day.kind === 'date') return dateReadings(text, day, components);
  const monday = today - ((new Date(today).getUTCDay() + 6) % 7) * dayMs;
  const inThisWeek = monday + (day.weekday - 1) * dayMs;
  if (day.week === 'this') return [inThisWeek + clockMs];
  if (day.week === 'next') return [inThisWeek + 7 * dayMs + clockMs];
  return first([inThisWeek, inThisWeek + 7 * dayMs]);
}

function dateReadings(text: string, day: CalendarDay, components: DayComponents): number[] {
  const other = day.isEither ? [{ ...day, day: day.month, month: day.day }] : [];
  const readings = [day, ...other].flatMap((each) => oneDate(each, components));
  if (readings.length > 0) return readings;
  const thisYear = new Date(components.today).getUTCFullYear();
  const years = Array.from({ length: leapYearsMax }, (_, index) => thisYear + 1 + index);
  const year = day.year ?? years.find((each) => dateIn(each, day) !== undefined);
  if (day.year === undefined && year !== undefined)
    throw scheduleErrors.SCHEDULE_TIME_NEEDS_YEAR({ text, year });
  throw scheduleErrors.SCHEDULE_TIME_IMPOSSIBLE({ local: text });
}

function oneDate(day: CalendarDay, components: DayComponents): number[] {
  const thisYear = new Date(components.today).getUTCFullYear();
  const years = day.year === undefined ? [thisYear, thisYear + 1] : [day.year];
  const times = years
    .map((year) => dateIn(year, day))
    .filter((at) => at !== undefined)
    .map((at) => at + components.clockMs);
  return times.length === 0 ? [] : [firstAhead(times, components)];
}

function dateIn(year: number, { day, month }: CalendarDay): number | undefined {
  const at = Date.UTC(year, month - 1, day);
  const date = new Date(at);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? at : undefined;
}

/** The last one where all have passed. */
function firstAhead(times: readonly number[], { isAhead }: DayComponents): number {
  return times.find(isAhead) ?? times.at(-1) ?? Number.NaN;
}
