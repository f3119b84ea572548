const hourMs = 3_600_000;
/** No zone changes its offset twice within this distance of a transition. */
const probeMs = 26 * hourMs;

/**
 * What a local time means: the instant used, and why it isn't the plain answer. `gap`: it doesn't exist that day and
 * the clock's jump is added. `overlap`: it happens twice and the first is used.
 */
export interface LocalResolution {
  atMs: number;
  kind: 'plain' | 'gap' | 'overlap';
}

/** A time zone. Local times are "as if UTC" milliseconds: Date.UTC of the fields that a clock on the wall shows. */
export class Zone {
  readonly name: string;
  readonly #format: Intl.DateTimeFormat;

  /** `name` must be known to Intl; throws RangeError otherwise. */
  constructor(name: string) {
    this.name = name;
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'gregory',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  localOf(atMs: number): number {
    const wholeMs = Math.floor(atMs / 1_000) * 1_000;
    const fields: Record<string, number> = {};
    for (const { type, value } of this.#format.formatToParts(wholeMs)) fields[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = fields;
    return Date.UTC(year, month - 1, day, hour, minute, second) + (atMs - wholeMs);
  }

  offsetMs(atMs: number): number {
    return Math.round(this.localOf(atMs) - atMs);
  }

  resolve(localMs: number): LocalResolution {
    const beforeMs = this.offsetMs(localMs - probeMs);
    const afterMs = this.offsetMs(localMs + probeMs);
    const instants = [...new Set([beforeMs, afterMs])]
      .map((offsetMs) => localMs - offsetMs)
      .filter((atMs) => this.localOf(atMs) === localMs)
      .sort((a, b) => a - b);
    const [first] = instants;
    // With the offset from before the jump, a time inside the gap comes as long after the gap's start as it was inside.
    if (first === undefined) return { atMs: localMs - beforeMs, kind: 'gap' };
    return { atMs: first, kind: instants.length > 1 ? 'overlap' : 'plain' };
  }
}
