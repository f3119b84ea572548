/** One figure of the surface, and what it is to be. */
export interface Row {
  what: string;
  value: number;
  unit: 'ms' | 'x' | 'MiB' | 's' | '/min' | 'count';
  /** At most this; absent: shown only. */
  most?: number;
  /** What it was measured with, and the figures behind a ratio. */
  note?: string;
}

/** One subject of the benchmark; says why it is left out where the machine lacks something. */
export type Part = () => Promise<Row[]>;

export function isReached({ most, value }: Row): boolean {
  return most === undefined || value <= most;
}

export function lineOf(row: Row): string {
  const { most, note = '', unit, value, what } = row;
  const limit = most === undefined ? '' : `${isReached(row) ? 'ok' : 'OVER'}, at most ${most}`;
  return `${what.padEnd(46)} ${String(Math.round(value * 1_000) / 1_000).padStart(9)} ${unit.padEnd(5)} ${limit.padEnd(20)} ${note}`;
}
