/** Cuts a time as people write it into pieces: a day, a time of day, a distance, an instant, a zone. Pure. */
import { type Distance, readDistances } from './distances.ts';
import { monthOf, weekdayOf } from './names.ts';

export interface Clock {
  hour: number;
  minute: number;
  second: number;
  half?: 'am' | 'pm';
  /** Without minutes or half: "6" may be meant in the morning or in the evening. */
  isBare?: true;
  /** Between two days: of a day that is named it may be the first or the last instant. */
  isMidnight?: true;
}

export type Day =
  | { kind: 'offset'; days: number }
  /** Monday is 1, Sunday is 7. */
  | { kind: 'weekday'; weekday: number; week: 'this' | 'next' | undefined }
  | CalendarDay;

export interface CalendarDay {
  kind: 'date';
  day: number;
  month: number;
  year: number | undefined;
  /** "03/04": day and month may be meant the other way round. */
  isEither?: true;
}

export interface Pieces {
  now?: true;
  atMs?: number;
  day?: Day;
  clock?: Clock;
  /** "18.30" or "24.12": what else there is decides. */
  dotted?: readonly [number, number];
  dayPart?: 'morning' | 'later';
  distances?: readonly Distance[];
  zone?: string;
  /** Distance of the local time from UTC, where it was written. */
  offsetMs?: number;
}

type Reader = (match: readonly (string | undefined)[]) => Pieces | undefined;

const word = '([a-z]{3,9})\\.?';
const nth = '(?:st|nd|rd|th)?';
const year = '(?:,?\\s+(20\\d\\d))?';
const half = '(am|pm|a\\.m\\.?|p\\.m\\.?)(?![a-z])';
const minuteMs = 60_000;

/** In order of preference: the first that reads something is taken. */
const readers: readonly (readonly [RegExp, Reader])[] = [
  [/<t:(-?\d{1,12})(?::[a-z])?>/y, ([, seconds]) => ({ atMs: Number(seconds) * 1_000 })],
  [/now\b/y, () => ({ now: true })],
  ...dates(),
  ...days(),
  [/this\s+morning\b/y, () => ({ ...inDays(0), dayPart: 'morning' })],
  [/(?:in\s+the\s+)?morning\b/y, () => ({ dayPart: 'morning' })],
  [/(?:in\s+the\s+)?(?:afternoon|evening)\b|(?:at\s+)?night\b/y, () => ({ dayPart: 'later' })],
  ...clocks(),
  [/(?:utc|gmt)?([+-])(\d{1,2})(?::?(\d\d))?(?![\d:])/y, ([, sign, h, m]) => offsetOf(sign, h, m)],
  [/z(?![a-z])/y, () => ({ offsetMs: 0 })],
  [
    /([a-z]+(?:\/[a-z0-9_+-]+)+|utc|[a-z]{2,4}t|msk|mez)(?![a-z])/y,
    ([, zone]) => (zone ? { zone } : undefined),
  ],
  [/(\d{1,2})(?![\d:.])/y, ([, hour]) => bareHour(hour)],
];

const between = /(?:[\s,]|(?:at|on|the|of)\s)*/y;

/** Undefined: it isn't all read, or something stands there twice. `text` is in lower case. */
export function piecesOf(text: string): Pieces | undefined {
  let pieces: Pieces = {};
  let at = 0;
  while (at < text.length) {
    const read = readDistances(text, at) ?? readAt(text, skip(between, text, at));
    if (!read || Object.keys(read.pieces).some((name) => name in pieces)) return undefined;
    pieces = { ...pieces, ...read.pieces };
    at = skip(/[\s,]*/y, text, read.end);
  }
  return pieces;
}

function readAt(text: string, at: number): { end: number; pieces: Pieces } | undefined {
  for (const [pattern, reader] of readers) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    const end = pattern.lastIndex;
    const pieces = match && isWhole(text, end) ? reader(match) : undefined;
    if (pieces) return { end, pieces };
  }
  return undefined;
}

/** A word or a number isn't cut in two; but "T" and "Z" of ISO stand close. */
function isWhole(text: string, end: number): boolean {
  const [last = '', next = ''] = [text[end - 1], text[end]];
  if (!/[a-z0-9]/.test(last) || !/[a-z0-9]/.test(next)) return true;
  return /\d/.test(last) ? next === 'z' : last === 't' && /\d/.test(next);
}

function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

function dates(): [RegExp, Reader][] {
  return [
    [/(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:t(?=\d))?/y, ([, y, m, d]) => dateOf(d, m, y)],
    [
      /(\d{1,2})\.\s?(\d{1,2})\.(?:\s?(20\d\d)|(\d\d)(?![\d:.]))?/y,
      ([, d, m, y, short]) => dateOf(d, m, y ?? short),
    ],
    [/(\d{1,2})([-/])(\d{1,2})\2(20\d\d|\d\d(?!\d))/y, ([, d, , m, y]) => eitherDate(d, m, y)],
    [/(\d{1,2})\/(\d{1,2})/y, ([, d, m]) => eitherDate(d, m, undefined)],
    [new RegExp(`${word}\\s+(\\d{1,2})${nth}(?![\\d:h])${year}`, 'y'), ([, m, d, y]) => namedDate(d, m, y)],
    [
      new RegExp(`(\\d{1,2})${nth}\\.?\\s+(?:of\\s+)?${word}${year}`, 'y'),
      ([, d, m, y]) => namedDate(d, m, y),
    ],
  ];
}

function days(): [RegExp, Reader][] {
  return [
    [
      new RegExp(`(?:next\\s+week\\s+(?:on\\s+)?${word}|${word}\\s+next\\s+week)`, 'y'),
      ([, before, behind]) => dayOfWeek(before ?? behind, 'next'),
    ],
    [new RegExp(`(?:(next|this|coming)\\s+)?${word}`, 'y'), ([, which, name]) => dayOfWeek(name, which)],
    [/day\s+after\s+tomorrow\b/y, () => inDays(2)],
    [/(?:tomorrow|tmrw?|tmw)\b/y, () => inDays(1)],
    [/today\b/y, () => inDays(0)],
    [/(?:tonight|this\s+(?:evening|afternoon))\b/y, () => ({ ...inDays(0), dayPart: 'later' })],
    [/yesterday\b/y, () => inDays(-1)],
    [/next\s+week\b/y, () => inDays(7)],
  ];
}

function clocks(): [RegExp, Reader][] {
  return [
    [/(?:noon|midday)\b/y, () => ({ clock: { hour: 12, minute: 0, second: 0 } })],
    [/midnight\b/y, () => ({ clock: { hour: 0, minute: 0, second: 0, isMidnight: true } })],
    [
      new RegExp(`(\\d{1,2})[:h](\\d\\d)(?!\\d)(?::(\\d\\d))?(?:\\s*${half}|\\s?h(?![a-z]))?`, 'y'),
      ([, hour, minute, second, which]) => clockOf(hour, minute, second, which),
    ],
    [new RegExp(`(\\d{1,2})\\s*${half}`, 'y'), ([, hour, which]) => clockOf(hour, '0', '0', which)],
    [/(\d{1,2})\s*o['’]?clock\b/y, ([, hour]) => bareHour(hour)],
    [/(\d{1,2})\.(\d\d?)(?![\d.])/y, ([, first, second]) => ({ dotted: [Number(first), Number(second)] })],
  ];
}

function inDays(days: number): Pieces {
  return { day: { kind: 'offset', days } };
}

function dayOfWeek(name: string | undefined, which: string | undefined): Pieces | undefined {
  const weekday = weekdayOf(name);
  if (weekday === undefined) return undefined;
  const week = which === 'next' || which === 'this' ? which : undefined;
  return { day: { kind: 'weekday', weekday, week } };
}

function dateOf(day: string | undefined, month: string | undefined, year: string | undefined): Pieces {
  const years = year === undefined ? undefined : Number(year) + (year.length === 2 ? 2_000 : 0);
  return { day: { kind: 'date', day: Number(day), month: Number(month), year: years } };
}

/** Above twelve only one of the two can be the day. */
function eitherDate(first: string | undefined, second: string | undefined, year: string | undefined): Pieces {
  const [day, month] = [Number(first), Number(second)];
  if (month > 12 && day <= 12) return dateOf(second, first, year);
  const read = dateOf(first, second, year);
  return day > 12 || day === month || read.day?.kind !== 'date'
    ? read
    : { day: { ...read.day, isEither: true } };
}

function namedDate(
  day: string | undefined,
  name: string | undefined,
  year: string | undefined,
): Pieces | undefined {
  const month = monthOf(name);
  return month === undefined ? undefined : dateOf(day, String(month), year);
}

function clockOf(
  hour: string | undefined,
  minute: string | undefined,
  second: string | undefined,
  which: string | undefined,
): Pieces {
  const clock = { hour: Number(hour), minute: Number(minute), second: Number(second ?? 0) };
  if (which === undefined) return { clock };
  return { clock: { ...clock, half: which.startsWith('a') ? 'am' : 'pm' } };
}

function bareHour(hour: string | undefined): Pieces {
  return { clock: { hour: Number(hour), minute: 0, second: 0, isBare: true } };
}

function offsetOf(sign: string | undefined, hours: string | undefined, minutes: string | undefined): Pieces {
  const size = (Number(hours) * 60 + Number(minutes ?? 0)) * minuteMs;
  return { offsetMs: sign === '-' ? -size : size };
}
