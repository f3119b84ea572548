import { type BackoffInit, backoffMs } from '#core/backoff.ts';
import type { Chance } from '#core/clock.ts';

/** Full jitter in whole milliseconds, never sooner than the target asked for. */
export function retryDelayMs(chance: Chance, init: BackoffInit, attempt: number, askedMs: number): number {
  return Math.max(askedMs, Math.round(backoffMs(chance, init, attempt)));
}

/**
 * The delay a target asked for, from the header and from the body: the larger counts (Discord has answered a header of
 * 1 s with a body of 1,163 s).
 */
export function askedDelayMs(nowMs: number, asked: { retryAfterMs?: number; retryAtMs?: number }): number {
  return Math.max(0, asked.retryAfterMs ?? 0, (asked.retryAtMs ?? 0) - nowMs);
}
