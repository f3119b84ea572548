import type { Publisher } from '#contracts/publisher.ts';
import type { ClaimedStep } from './delivery.ts';

/** Used where a publisher declares none. */
const patienceDefaultMs = 5 * 60_000;

/** How long a landed result may stay invisible to look-ups. */
export function patienceOf({ describe }: Publisher): number {
  return Math.max(describe.patienceMs ?? patienceDefaultMs, describe.settleDelayMs);
}

/** When a look-up's `absent` can be believed: an attempt that never ended may have been running until its time-out. */
export function settlesAtMs(publisher: Publisher, step: ClaimedStep): number {
  const { settleDelayMs, attemptTimeoutMs } = publisher.describe;
  const endedAtMs = (step.lastAttemptAtMs ?? 0) + (step.state === 'sending' ? attemptTimeoutMs : 0);
  return endedAtMs + settleDelayMs;
}

/** Sending again is harmless while the server remembers our key. */
export function isHarmlessToResend(publisher: Publisher, step: ClaimedStep, nowMs: number): boolean {
  const { dedupe, dedupeWindowMs } = publisher.describe;
  return dedupe === 'server-key' && nowMs - (step.firstAttemptAtMs ?? 0) < (dedupeWindowMs ?? 0);
}
