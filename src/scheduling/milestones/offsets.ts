import type { Zone } from '../time/zone.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;

const units = ['d', 'h', 'm'] as const;

export type Offset = { kind: 'done' } | { kind: 'span'; count: number; unit: (typeof units)[number] };

/** "-7d", "0", "2h", "done" as the schema allows them. */
export function parseOffset(text: string): Offset {
  if (text === 'done') return { kind: 'done' };
  const match = /^(-?\d+)([dhm])$/.exec(text);
  const count = Number(match?.[1] ?? 0);
  return {
    kind: 'span',
    count: count === 0 ? 0 : count,
    unit: units.find((unit) => unit === match?.[2]) ?? 'd',
  };
}

/** "-07d" and "-7d" are one offset, and so are "0", "0d" and "-0m". */
export function normalOffsets(texts: readonly string[]): string[] {
  return [...new Set(texts.map((text) => offsetText(parseOffset(text))))];
}

function offsetText(offset: Offset): string {
  if (offset.kind === 'done') return 'done';
  return offset.count === 0 ? '0' : `${offset.count}${offset.unit}`;
}

/**
 * When a post at this offset leaves; undefined: on completion. Days are calendar days: one day before 18:00 is 18:00,
 * even across a change of daylight saving.
 */
export function offsetAtMs(zone: Zone, milestoneAtMs: number, text: string): number | undefined {
  const offset = parseOffset(text);
  if (offset.kind === 'done') return undefined;
  if (offset.unit === 'h') return milestoneAtMs + offset.count * hourMs;
  if (offset.unit === 'm') return milestoneAtMs + offset.count * minuteMs;
  if (offset.count === 0) return milestoneAtMs;
  return zone.resolve(zone.localOf(milestoneAtMs) + offset.count * dayMs).atMs;
}
