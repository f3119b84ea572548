export type Unit = 'second' | 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';

export interface Distance {
  /** Negative: ago. */
  amount: number;
  unit: Unit;
}

const units: readonly (readonly [string, Unit])[] = [
  ['seconds?|secs?|s', 'second'],
  ['minutes?|mins?|m', 'minute'],
  ['hours?|hrs?|hr|h', 'hour'],
  ['days?|d', 'day'],
  ['weeks?|wks?|wk|w', 'week'],
  ['months?|mos?', 'month'],
  ['years?|yrs?|y', 'year'],
];
const numbers = [
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];

const lead = /(?:in\s+|\+\s?)/y;
const amount = `(-?\\s?\\d{1,5}(?:[.,]\\d{1,2})?|half\\s+an?|an?|${numbers.join('|')})`;
const unit = `(${units.map(([names]) => names).join('|')})`;
const one = new RegExp(`${amount}\\s*${unit}(?![a-z0-9])`, 'y');
/** "1h30", after "in" alone: without it that is a time of day. */
const hourAndMinutes = /(\d{1,3})h\s?(\d\d)(?![\d:])\s?(?:m|min)?(?![a-z0-9])/y;
const and = /\s*(?:,|and\b)?\s*/y;
const trail = /\s+(from\s+now|ago)(?![a-z0-9])/y;

/** "in 2 h", "1 h 30 min", "2 days from now", "3 h ago", which begin at `at`. */
export function readDistances(
  text: string,
  at: number,
): { end: number; pieces: { distances: readonly Distance[] } } | undefined {
  const start = endOf(lead, text, at) ?? at;
  const both = start > at ? matchAt(hourAndMinutes, text, start) : undefined;
  const { distances, end } = both
    ? {
        distances: [distance(both[1], 'hour'), distance(both[2], 'minute')],
        end: hourAndMinutes.lastIndex,
      }
    : listAt(text, start);
  if (distances.length === 0) return undefined;
  const [, word] = matchAt(trail, text, end) ?? [];
  const sign = word === 'ago' ? -1 : 1;
  return {
    end: word ? trail.lastIndex : end,
    pieces: { distances: distances.map((each) => ({ ...each, amount: each.amount * sign })) },
  };
}

function listAt(text: string, start: number): { distances: Distance[]; end: number } {
  const distances: Distance[] = [];
  let [at, end] = [start, start];
  for (let match = matchAt(one, text, at); match; match = matchAt(one, text, at)) {
    end = one.lastIndex;
    distances.push(distance(match[1], unitOf(match[2])));
    at = endOf(and, text, end) ?? end;
  }
  return { distances, end };
}

function distance(written: string | undefined, of: Unit): Distance {
  return { amount: amountOf(written ?? ''), unit: of };
}

function amountOf(written: string): number {
  if (/\d/.test(written)) return Number(written.replace(/\s/g, '').replace(',', '.'));
  if (written.startsWith('half')) return 0.5;
  return Math.max(1, numbers.indexOf(written) + 1);
}

function unitOf(written: string | undefined): Unit {
  const found = units.find(([names]) => new RegExp(`^(?:${names})$`).test(written ?? ''));
  return found?.[1] ?? 'second';
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

function endOf(pattern: RegExp, text: string, at: number): number | undefined {
  return matchAt(pattern, text, at) && pattern.lastIndex;
}
