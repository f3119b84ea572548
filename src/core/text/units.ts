import { roughBytes } from './amounts.ts';

/** What a number counts. `micros`: millionths of a US dollar. */
export type Unit =
  | 'minutes'
  | 'seconds'
  | 'milliseconds'
  | 'days'
  | 'bytes'
  | 'micros'
  | 'characters'
  | 'posts';

const minutesIn = { m: 1, min: 1, minute: 1, h: 60, hour: 60, d: 1_440, day: 1_440, w: 10_080, week: 10_080 };
const secondsIn = { s: 1, sec: 1, second: 1, ...scaled(minutesIn, 60) };
const bytesIn = { b: 1, byte: 1, kb: 1e3, mb: 1e6, gb: 1e9, kib: 1_024, mib: 1_048_576, gib: 1_073_741_824 };

/** How much of the unit one of a word is. */
const words: Readonly<Partial<Record<Unit, Readonly<Record<string, number>>>>> = {
  minutes: minutesIn,
  seconds: secondsIn,
  milliseconds: { ms: 1, ...scaled(secondsIn, 1_000) },
  days: { d: 1, day: 1, w: 7, week: 7 },
  bytes: bytesIn,
  micros: { $: 1e6, usd: 1e6, dollar: 1e6, cent: 1e4 },
};

function scaled(table: Readonly<Record<string, number>>, by: number): Record<string, number> {
  return Object.fromEntries(Object.entries(table).map(([word, amount]) => [word, amount * by]));
}

/** "1 hour", "16 MiB", "25 posts"; without a unit the number. */
export function amountOf(value: number, unit?: Unit): string {
  switch (unit) {
    case undefined:
      return value.toLocaleString('en', { maximumFractionDigits: 20 });
    case 'bytes':
      return roughBytes(value);
    case 'micros':
      return `$${(value / 1e6).toLocaleString('en', { maximumFractionDigits: 6 })}`;
    case 'minutes':
      return minutesText(value);
    default:
      return counted(value, unit.slice(0, -1));
  }
}

function minutesText(minutes: number): string {
  for (const [word, length] of [
    ['week', 10_080],
    ['day', 1_440],
    ['hour', 60],
  ] as const)
    if (minutes >= length && minutes % length === 0) return counted(minutes / length, word);
  return counted(minutes, 'minute');
}

function counted(value: number, one: string): string {
  return `${value.toLocaleString('en')} ${one}${value === 1 ? '' : 's'}`;
}

/** "1 h" of minutes is 60; undefined where it is no amount of that unit. A bare number is an amount of the unit itself. */
export function amountIn(text: string, unit?: Unit): number | undefined {
  const [, dollar, digits = '', word = dollar ?? ''] =
    /^\s*(\$)?\s*(-?\d{1,15}(?:[.,]\d{1,6})?)\s*([a-z$]+)?\s*$/i.exec(text) ?? [];
  if (digits === '') return undefined;
  const amount = Number(digits.replace(',', '.'));
  if (word === '') return amount;
  const lower = word.toLowerCase();
  const table = unit === undefined ? undefined : words[unit];
  const one = table?.[lower] ?? table?.[lower.replace(/s$/, '')];
  if (one !== undefined) return amount * one;
  return unit !== undefined && lower.replace(/s$/, '') === unit.replace(/s$/, '') ? amount : undefined;
}
