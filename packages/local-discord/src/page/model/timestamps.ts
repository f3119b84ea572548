const formats: Readonly<Record<string, Intl.DateTimeFormatOptions>> = {
  t: { timeStyle: 'short' },
  T: { timeStyle: 'medium' },
  d: { dateStyle: 'short' },
  D: { dateStyle: 'long' },
  f: { dateStyle: 'long', timeStyle: 'short' },
  F: { dateStyle: 'full', timeStyle: 'short' },
};

const steps: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** Discord's `<t:seconds:style>`; `R` is relative to `nowMs`. */
export function formatTimestamp(unixSeconds: number, style: string, nowMs: number, locale?: string): string {
  if (style === 'R') return relativeTime(unixSeconds - nowMs / 1000, locale);
  return new Intl.DateTimeFormat(locale, formats[style] ?? formats.f).format(unixSeconds * 1000);
}

/** `14:05` today, else with the date. */
export function messageTime(iso: string, nowMs: number, locale?: string): string {
  const date = new Date(iso);
  const today = new Date(nowMs).toDateString() === date.toDateString();
  return new Intl.DateTimeFormat(
    locale,
    today ? formats.t : { dateStyle: 'short', timeStyle: 'short' },
  ).format(date);
}

function relativeTime(seconds: number, locale?: string): string {
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  for (const [unit, unitSeconds] of steps) {
    if (Math.abs(seconds) >= unitSeconds) return format.format(Math.round(seconds / unitSeconds), unit);
  }
  return format.format(Math.round(seconds), 'second');
}
