/** What a time as people write it means, at a given instant in a given zone: "in 2 h", "fri 18:00", "03/04 6pm". Pure. */
import type { PlannedTime } from '#contracts/wall-time.ts';
import { scheduleErrors } from '../../errors.ts';
import { formatLocal as formatSeconds } from '../local-time.ts';
import type { Zone } from '../zone.ts';
import type { Zones } from '../zones.ts';
import { clockReadings } from './clock-readings.ts';
import { dayMs, dayReadings } from './day-readings.ts';
import { type Pieces, piecesOf } from './pieces.ts';
import { farthestMs, shifted } from './shift.ts';

const spokenLengthMax = 60;
/** A text that can be read in more ways is offered the earliest ones. */
const readingsMax = 4;

export type Spoken =
  | { kind: 'now' }
  /** More than one: it can be read in several ways. They may have passed. */
  | { kind: 'times'; moments: PlannedTime[] }
  | { kind: 'unreadable' }
  /** A time of day, and neither it nor the server says where. */
  | { kind: 'zone-missing' };

/** Just enough of a zone to place a time in it. */
type Place = Pick<Zone, 'localOf' | 'resolve'>;

export interface SpokenComponents {
  zones: Zones;
  nowMs: number;
  /** The zone meant where the text names none. */
  zone: string | undefined;
}

/** Throws SCHEDULE_TIME_IMPOSSIBLE, _NEEDS_HOUR, _NEEDS_YEAR, _PASSED and SCHEDULE_ZONE_UNKNOWN. */
export function readSpoken(text: string, { zones, nowMs, zone: usual }: SpokenComponents): Spoken {
  const typed = text.normalize('NFKC').trim().replaceAll('−', '-');
  const pieces = typed.length > spokenLengthMax ? undefined : piecesOf(typed.toLowerCase());
  if (!pieces) return { kind: 'unreadable' };
  const name = pieces.zone === undefined ? usual : asTyped(pieces.zone, typed);
  const home = zones.get(name ?? 'UTC');
  const { atMs, now, ...rest } = withDotted(pieces);
  const isAlone = Object.keys(rest).length === 0;
  if (now) return isAlone && atMs === undefined ? { kind: 'now' } : { kind: 'unreadable' };
  if (atMs !== undefined) return isAlone ? times([exactly(home, atMs)]) : { kind: 'unreadable' };
  return placed(text, rest, { home, nowMs, name });
}

interface Where {
  home: Zone;
  /** Undefined: nobody said where, and `home` is UTC. */
  name: string | undefined;
  nowMs: number;
}

function placed(text: string, pieces: Pieces, { home, name, nowMs }: Where): Spoken {
  const { distances, offsetMs } = pieces;
  if (distances) return distant(text, { ...pieces, distances }, { home, name, nowMs });
  if (offsetMs !== undefined) return atOffset(text, pieces, offsetMs, { home, nowMs });
  if (!pieces.day && !pieces.clock) return { kind: 'unreadable' };
  const locals = localReadings(text, pieces, home, nowMs);
  if (name === undefined) return { kind: 'zone-missing' };
  return times(locals.map((localMs) => ({ local: formatLocal(localMs), zone: home.name })));
}

/** Aliases of zones are shown as they were typed. */
function asTyped(zone: string, typed: string): string {
  const at = typed.toLowerCase().indexOf(zone);
  return typed.slice(at, at + zone.length);
}

/** Without seconds where there are none. */
function formatLocal(localMs: number): string {
  return formatSeconds(localMs).replace(/:00$/, '');
}

function times(moments: PlannedTime[]): Spoken {
  return { kind: 'times', moments };
}

/** "18.30" is a time of day unless one stands beside it; "24.12" can only be a day. */
function withDotted({ dotted, ...pieces }: Pieces): Pieces {
  if (!dotted) return pieces;
  const [first, second] = dotted;
  if (!pieces.clock && first < 24) return { ...pieces, clock: { hour: first, minute: second, second: 0 } };
  return { ...pieces, day: { kind: 'date', day: first, month: second, year: undefined } };
}

/** As a local time of the zone where that means the same instant: of an hour that happens twice it is only the first. */
function exactly(zone: Zone, atMs: number): PlannedTime {
  const wholeMs = Math.floor(Math.min(atMs, farthestMs) / 1_000) * 1_000;
  const localMs = zone.localOf(wholeMs);
  return zone.resolve(localMs).atMs === wholeMs
    ? { local: formatLocal(localMs), zone: zone.name }
    : { local: formatLocal(wholeMs), zone: 'UTC' };
}

function distant(
  text: string,
  { clock, dayPart, distances, day, offsetMs }: Pieces & Required<Pick<Pieces, 'distances'>>,
  { home, name, nowMs }: Where,
): Spoken {
  if (day || offsetMs !== undefined) return { kind: 'unreadable' };
  if (distances.some(({ amount }) => amount < 0)) throw scheduleErrors.SCHEDULE_TIME_PASSED({ text });
  if (!clock)
    return dayPart ? { kind: 'unreadable' } : times([exactly(home, shifted(home, nowMs, distances))]);
  // "in 3 days at 18:00": of "in 2 h at 18:00" nobody can say what is meant.
  if (distances.some(({ unit }) => ['second', 'minute', 'hour'].includes(unit)))
    return { kind: 'unreadable' };
  if (name === undefined) return { kind: 'zone-missing' };
  const dayStart = startOfDay(home.localOf(shifted(home, nowMs, distances)));
  return times(
    clockReadings(text, clock, { dayPart, isDayNamed: true }).map((clockMs) => ({
      local: formatLocal(dayStart + clockMs),
      zone: home.name,
    })),
  );
}

function atOffset(
  text: string,
  pieces: Pieces,
  offsetMs: number,
  { home, nowMs }: Pick<Where, 'home' | 'nowMs'>,
): Spoken {
  if (!pieces.clock) return { kind: 'unreadable' };
  const place: Place = {
    localOf: (atMs) => atMs + offsetMs,
    resolve: (localMs) => ({ atMs: localMs - offsetMs, kind: 'plain' }),
  };
  return times(localReadings(text, pieces, place, nowMs).map((localMs) => exactly(home, localMs - offsetMs)));
}

/** What has passed is left out where something is still to come. */
function localReadings(text: string, { clock, day, dayPart }: Pieces, place: Place, nowMs: number): number[] {
  const isAhead = (localMs: number) => place.resolve(localMs).atMs > nowMs;
  const today = startOfDay(place.localOf(nowMs));
  if (!clock) {
    if (day?.kind === 'offset' && day.days < 0) throw scheduleErrors.SCHEDULE_TIME_PASSED({ text });
    // A day that doesn't exist is said first.
    if (day) dayReadings(text, day, { today, clockMs: 0, isAhead });
    throw scheduleErrors.SCHEDULE_TIME_NEEDS_HOUR({ text });
  }
  const all = clockReadings(text, clock, { dayPart, isDayNamed: day !== undefined }).flatMap((clockMs) =>
    dayReadings(text, day, { today, clockMs, isAhead }),
  );
  const ahead = all.filter(isAhead);
  const kept = [...new Set(ahead.length > 0 ? ahead : all.slice(0, 1))];
  return kept.sort((a, b) => a - b).slice(0, readingsMax);
}

function startOfDay(localMs: number): number {
  return Math.floor(localMs / dayMs) * dayMs;
}
