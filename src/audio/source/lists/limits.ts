export const listLimits = {
  /** For any list. RFC 8216 gives no limit; hours of segments fit. */
  bytes: 1_048_576,
  /** Entries of one list. */
  entries: 10_000,
  /** Lists that name lists. */
  depth: 3,
  /** Addresses tried of a list whose entries stand for one station. */
  mirrors: 8,
} as const;
