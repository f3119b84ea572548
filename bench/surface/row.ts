import { errorText } from '#core/errors.ts';

/** One figure of the surface, and what it is to be. */
export interface Row {
  what: string;
  /** Absent where it couldn't be measured: see `problem`. */
  value?: number;
  unit: 'ms' | 'x' | 'MiB' | 's' | '/min' | 'count';
  /** At most this; absent: shown only. */
  most?: number;
  /** What it was measured with, and the figures behind a ratio. */
  note?: string;
  /** Why there is no value. */
  problem?: string;
}

/** One subject of the benchmark. */
export type Part = () => Promise<Row[]>;

export function isReached({ most, problem, value = 0 }: Row): boolean {
  return problem === undefined && (most === undefined || value <= most);
}

/** The rows of a part; one that can't be measured is a row with the reason, and the others are measured all the same. */
export async function rowsOf(name: string, part: Part): Promise<(Row & { part: string; ok: boolean })[]> {
  const rows = await part().catch((error: unknown): Row[] => [
    { what: name, unit: 'count', problem: errorText(error) },
  ]);
  return rows.map((row) => ({ part: name, ...row, ok: isReached(row) }));
}

export function lineOf(row: Row): string {
  const { most, note = '', problem, unit, value, what } = row;
  if (problem !== undefined) return `${what.padEnd(46)} ${'-'.padStart(9)} not measured: ${problem}`;
  const limit = most === undefined ? '' : `${isReached(row) ? 'ok' : 'OVER'}, at most ${most}`;
  const shown = String(Math.round((value ?? 0) * 1_000) / 1_000);
  return `${what.padEnd(46)} ${shown.padStart(9)} ${unit.padEnd(5)} ${limit.padEnd(20)} ${note}`;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}
