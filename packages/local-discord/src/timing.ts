/** Discord's own times. Tests shorten them; nothing else should. */
export interface Timing {
  /** An interaction must be answered within this. */
  firstResponseMs: number;
  /** An interaction's token lives this long. */
  tokenLifetimeMs: number;
  /** How long `enforce_nonce` remembers a nonce. */
  nonceMemoryMs: number;
  heartbeatIntervalMs: number;
  /** A client must identify within this after HELLO. */
  identifyMs: number;
  /** A dropped gateway session can be resumed, and its bot stays in voice, this long. */
  resumeWindowMs: number;
  /** Window of the gateway's send limit. */
  gatewayWindowMs: number;
}

export const discordTiming: Timing = {
  firstResponseMs: 3_000,
  tokenLifetimeMs: 15 * 60_000,
  nonceMemoryMs: 5 * 60_000,
  heartbeatIntervalMs: 41_250,
  identifyMs: 30_000,
  resumeWindowMs: 40_000,
  gatewayWindowMs: 60_000,
};
