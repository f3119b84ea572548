import type { Chance } from '#core/clock.ts';

export interface BackoffInit {
  baseMs: number;
  capMs: number;
}

/** Full jitter: uniform between 0 and min(cap, base · 2^attempt), never sooner than the target asked for. */
export function backoffMs(chance: Chance, init: BackoffInit, attempt: number, askedMs = 0): number {
  const ceilingMs = Math.min(init.capMs, init.baseMs * 2 ** Math.min(attempt, 30));
  return Math.max(askedMs, Math.round(chance.fraction() * ceilingMs));
}

/**
 * What a target asked for, from the header and from the body: the larger counts (Discord has answered a header of 1 s
 * with a body of 1,163 s).
 */
export function askedDelayMs(nowMs: number, asked: { retryAfterMs?: number; retryAtMs?: number }): number {
  return Math.max(0, asked.retryAfterMs ?? 0, (asked.retryAtMs ?? 0) - nowMs);
}
