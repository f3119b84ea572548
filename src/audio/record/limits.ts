/** Every bound of recordings that isn't an option of the person who starts one. */
export const recordLimits = {
  recordingsMax: 4,
  /** A recording ends automatically after this time. */
  durationMaxMs: 12 * 3_600_000,
  partBytesMin: 1024 * 1024,
  partBytesDefault: 100 * 1024 * 1024,
  partBytesMax: 1024 * 1024 * 1024,
  /** Parts of one recording; then it ends. */
  partsMax: 64,
  chaptersMax: 60,
  chapterNameLengthMax: 80,
  /** Size of the comment header, reserved for the chapters that are known only at the end. */
  tagsPacketBytes: 12 * 1024,
  /** Bytes waiting for the disk; when it can't keep up, frames are left out and counted. */
  unwrittenBytesMax: 1024 * 1024,
  /** Written data is made durable this often: a loss of power costs no more. */
  syncIntervalMs: 5_000,
  /** A gap is filled with silence up to this many frames (10 s): the rest of a longer one is left out. */
  gapFramesMax: 500,
  /** How long the broadcast of a recording may be away after a restart of the hub. */
  broadcastWaitMs: 60_000,
  storeTimeoutMs: 10 * 60_000,
} as const;
