/** An id contains its time: milliseconds since 2015 above 22 other bits. */
const epochMs = 1_420_070_400_000;

/** The smallest id that can have been made at that instant. */
export function snowflakeAt(atMs: number): string {
  const sinceEpochMs = Math.max(0, Math.floor(atMs) - epochMs);
  return String(BigInt(sinceEpochMs) << 22n);
}

export function isAfter(id: string, other: string): boolean {
  return BigInt(id) > BigInt(other);
}
