/** Bounds of the cache of decoded sound that aren't options. */
export const cacheLimits = {
  /** Files that are being written at once; what plays beyond that isn't kept. */
  writersMax: 16,
  /** Without an option: the smaller of this and a share of the free disk. */
  bytesDefaultMax: 2 * 1024 ** 3,
  freeDiskShare: 0.05,
  /** A longer sound isn't kept: 12 h. */
  framesMax: 12 * 3_600 * 50,
  titlesMax: 1_000,
} as const;
