import type { AttemptContext, LookUp, Step } from '#contracts/publisher.ts';
import { payloadOf } from './payload.ts';

/**
 * There is nothing to look up. Where the receiver promises to do nothing twice for one key, and still remembers it,
 * sending again is as good as `absent`; otherwise only a person can tell.
 */
export async function find(context: AttemptContext, step: Step): Promise<LookUp> {
  const { dedupeWindowMs } = payloadOf(step);
  if (context.nowMs() - context.firstAttemptAtMs < dedupeWindowMs) return { state: 'absent' };
  const why =
    dedupeWindowMs === 0
      ? 'the receiver doesn’t promise to do nothing twice'
      : 'the time for which the receiver remembers has passed';
  return { state: 'cannot-tell', why };
}
