import type { Connection } from '@libp2p/interface';
import type { Clock } from '#core/clock.ts';
import { withDeadline } from './deadline.ts';
import { meshLimits } from './limits.ts';

/** Closes in order if the other side plays along, and is gone in any case afterwards. */
export async function closeOrCut(connection: Connection, clock: Clock): Promise<void> {
  try {
    await withDeadline(clock, meshLimits.closeGraceMs, undefined, (signal) => connection.close({ signal }));
  } catch {
    // Cut below.
  }
  if (connection.status !== 'closed') connection.abort(new Error('cut'));
}
