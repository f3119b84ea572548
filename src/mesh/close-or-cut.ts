import type { Connection } from '@libp2p/interface';
import type { Clock } from '#core/clock.ts';
import { meshLimits } from './limits.ts';

/** Closes gracefully, so that sent data still arrives; cuts the connection if that takes too long. */
export function closeOrCut(connection: Connection, clock: Clock): Promise<void> {
  if (connection.status === 'closed' || connection.status === 'aborted') return Promise.resolve();
  return new Promise((resolve) => {
    const timer = clock.after(meshLimits.closeGraceMs, () =>
      connection.abort(new Error('not closed in time')),
    );
    connection.addEventListener(
      'close',
      () => {
        timer.cancel();
        resolve();
      },
      { once: true },
    );
    connection.close().catch((error: Error) => connection.abort(error));
  });
}
