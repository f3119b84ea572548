const discordEpochMs = 1_420_070_400_000n;
const sequenceBits = 12n;

export interface Snowflakes {
  /** Strictly rising, in decimal; its high bits are the time of making. */
  next(): string;
}

export function createSnowflakes(nowMs: () => number): Snowflakes {
  let last = 0n;
  return {
    next() {
      const fromClock = (BigInt(Math.floor(nowMs())) - discordEpochMs) << (sequenceBits + 10n);
      // A clock that stands still or steps back must not give an id twice.
      last = fromClock > last ? fromClock : last + 1n;
      return last.toString();
    },
  };
}

/** When it was made: Unix time, milliseconds. */
export function snowflakeTimeMs(id: string): number {
  return Number((BigInt(id) >> (sequenceBits + 10n)) + discordEpochMs);
}
