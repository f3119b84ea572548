import { scheduleErrors } from '../../errors.ts';
import type { Clock, Pieces } from './pieces.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;

/**
 * Milliseconds after the beginning of the day, one for each way to read it; 24 h for the end of the day. Throws
 * SCHEDULE_TIME_IMPOSSIBLE for 25:00 and 13pm.
 */
export function clockReadings(
  text: string,
  clock: Clock,
  { dayPart, isDayNamed }: Pick<Pieces, 'dayPart'> & { isDayNamed: boolean },
): number[] {
  if (clock.isMidnight) return midnight(dayPart, isDayNamed);
  const rest = clock.minute * minuteMs + clock.second * 1_000;
  const isWrong = clock.minute > 59 || clock.second > 59 || clock.hour * hourMs + rest > 24 * hourMs;
  if (isWrong || (clock.half && (clock.hour < 1 || clock.hour > 12)))
    throw scheduleErrors.SCHEDULE_TIME_IMPOSSIBLE({ local: text });
  return hoursOf(clock, dayPart).map((hour) => hour * hourMs + rest);
}

/** "friday midnight" begins or ends it; without a day the next one is meant. */
function midnight(dayPart: Pieces['dayPart'], isDayNamed: boolean): number[] {
  if (dayPart === 'later') return [24 * hourMs];
  return isDayNamed ? [0, 24 * hourMs] : [0];
}

function hoursOf({ half, hour, isBare }: Clock, dayPart: Pieces['dayPart']): number[] {
  const isTwelveHours = hour >= 1 && hour <= 12;
  if (half) return [(hour % 12) + (half === 'pm' ? 12 : 0)];
  if (!isTwelveHours) return [hour];
  if (dayPart) return [(hour % 12) + (dayPart === 'later' ? 12 : 0)];
  return isBare ? [hour % 24, (hour % 12) + (hour === 12 ? 0 : 12)] : [hour];
}
