/**
 * When schedules must run, worked out without the code under test and without its cron library: from nothing but what
 * Intl says the clocks on the wall show.
 */
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

export interface Expression {
  text: string;
  /** "02:30" */
  times: readonly string[];
  /** 0 is Sunday; absent: each day. */
  weekdays?: readonly number[];
  /**
   * Fixed times run once a day whatever the clock does: at the first pass of an overlap, and at the end of a gap.
   * Otherwise they run whenever the clock shows them: twice, or not at all.
   */
  isFixed: boolean;
}

/** The hours in which zones change their clocks, and one that is free of it. */
export const expressions: readonly Expression[] = [
  { text: '30 2 * * *', times: ['02:30'], isFixed: true },
  { text: '15 1 * * *', times: ['01:15'], isFixed: true },
  { text: '0 9 * * MON-FRI', times: ['09:00'], weekdays: [1, 2, 3, 4, 5], isFixed: true },
  { text: '*/30 1 * * *', times: ['01:00', '01:30'], isFixed: false },
];

/** Half an hour of change, an hour, none; changes by day and by night, north and south; odd offsets; Ramadan. */
export const zoneNames = [
  'Australia/Lord_Howe',
  'America/New_York',
  'Europe/Berlin',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'America/St_Johns',
  'Africa/Casablanca',
  'America/Santiago',
  'Asia/Tehran',
  'Pacific/Chatham',
  'Europe/London',
  'UTC',
] as const;

interface Change {
  atMs: number;
  beforeMs: number;
  afterMs: number;
}

export class WallClock {
  readonly #changes: Change[] = [];
  readonly #offsetsMs: number[];

  /** Looks at each hour of the span, and at each quarter of an hour where something changed. */
  constructor(zone: string, fromMs: number, toMs: number) {
    const offsetAt = offsetsOf(zone);
    let beforeMs = offsetAt(fromMs);
    const seen = new Set([beforeMs]);
    for (let hour = fromMs; hour < toMs; hour += hourMs) {
      if (offsetAt(hour + hourMs) === beforeMs) continue;
      let atMs = hour;
      while (offsetAt(atMs) === beforeMs) atMs += 15 * minuteMs;
      const afterMs = offsetAt(hour + hourMs);
      this.#changes.push({ atMs, beforeMs, afterMs });
      seen.add(afterMs);
      beforeMs = afterMs;
    }
    this.#offsetsMs = [...seen];
  }

  get changeCount(): number {
    return this.#changes.length;
  }

  /** After `fromMs`, up to and including `toMs`. */
  slots({ times, weekdays, isFixed }: Expression, fromMs: number, toMs: number): number[] {
    const slots = new Set<number>();
    const firstDayMs = Math.floor(fromMs / dayMs) * dayMs - 2 * dayMs;
    for (let localDayMs = firstDayMs; localDayMs < toMs + 2 * dayMs; localDayMs += dayMs) {
      if (weekdays && !weekdays.includes(new Date(localDayMs).getUTCDay())) continue;
      for (const time of times) {
        const [hours = 0, minutes = 0] = time.split(':').map(Number);
        const instants = this.#shows(localDayMs + hours * hourMs + minutes * minuteMs);
        const shown = isFixed ? instants.slice(0, 1) : instants;
        const [skippedTo] = isFixed && instants.length === 0 ? this.#gapWith(localDayMs, hours, minutes) : [];
        for (const atMs of skippedTo === undefined ? shown : [skippedTo])
          if (atMs > fromMs && atMs <= toMs) slots.add(atMs);
      }
    }
    return [...slots].sort((a, b) => a - b);
  }

  /** Instants at which the clock on the wall shows this, as if UTC; the earliest first. */
  #shows(localMs: number): number[] {
    return this.#offsetsMs
      .map((offsetMs) => localMs - offsetMs)
      .filter((atMs) => atMs + this.#offsetAt(atMs) === localMs)
      .sort((a, b) => a - b);
  }

  #offsetAt(atMs: number): number {
    const last = this.#changes.findLast((change) => change.atMs <= atMs);
    return last?.afterMs ?? this.#changes[0]?.beforeMs ?? this.#offsetsMs[0] ?? 0;
  }

  #gapWith(localDayMs: number, hours: number, minutes: number): number[] {
    const localMs = localDayMs + hours * hourMs + minutes * minuteMs;
    return this.#changes
      .filter(({ atMs, beforeMs, afterMs }) => atMs + beforeMs <= localMs && localMs < atMs + afterMs)
      .map(({ atMs }) => atMs);
  }
}

function offsetsOf(zone: string): (atMs: number) => number {
  // "2026-03-29 02:30"
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'short',
  });
  return (atMs) => Date.parse(`${format.format(atMs).replace(' ', 'T')}Z`) - atMs;
}
