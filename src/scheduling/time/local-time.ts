import { scheduleErrors } from '../errors.ts';
import type { Zone } from './zone.ts';

const minuteMs = 60_000;
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const pattern = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2}))?$/;

/** "2026-12-24T18:00" as if UTC. Throws SCHEDULE_TIME_IMPOSSIBLE for the 30th of February and for 24:00. */
export function parseLocal(local: string): number {
  const match = pattern.exec(local.trim());
  if (!match) throw scheduleErrors.SCHEDULE_TIME_IMPOSSIBLE({ local });
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((digits) => Number(digits ?? 0));
  const localMs = Date.UTC(year, month - 1, day, hour, minute, second);
  // Date.UTC carries an excess into the next unit: then the text no longer matches.
  const same = formatLocal(localMs).startsWith(`${match[1]}-${match[2]}-${match[3]}T${match[4]}:${match[5]}`);
  if (!same || second > 59) throw scheduleErrors.SCHEDULE_TIME_IMPOSSIBLE({ local });
  return localMs;
}

/** "2026-12-24T18:00:00" */
export function formatLocal(localMs: number): string {
  return new Date(localMs).toISOString().slice(0, 19);
}

/** "Thu 24 Dec 2026, 18:00 Europe/Berlin (UTC+1)"; UTC needs no offset. */
export function whenText(zone: Zone, atMs: number): string {
  const localMs = zone.localOf(atMs);
  const time = `${dateText(localMs)}, ${clockText(localMs)} ${zone.name}`;
  return zone.name === 'UTC' ? time : `${time} (${offsetText(zone.offsetMs(atMs))})`;
}

/** "Thu 24 Dec 2026" */
export function dateText(localMs: number): string {
  const date = new Date(localMs);
  return `${weekdays[date.getUTCDay()]} ${date.getUTCDate()} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

/** "18:00", with seconds where there are any. */
export function clockText(localMs: number): string {
  const text = formatLocal(localMs).slice(11);
  return text.endsWith(':00') ? text.slice(0, 5) : text;
}

/** "UTC", "UTC+5:45", "UTC-3:30" */
export function offsetText(offsetMs: number): string {
  if (offsetMs === 0) return 'UTC';
  const minutes = Math.abs(Math.round(offsetMs / minuteMs));
  const rest = minutes % 60;
  const fraction = rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`;
  return `UTC${offsetMs < 0 ? '-' : '+'}${Math.floor(minutes / 60)}${fraction}`;
}
