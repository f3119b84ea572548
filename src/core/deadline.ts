import type { Clock } from './clock.ts';

export class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed';
}

export interface DeadlineInit {
  /** What the signal's reason is then; a DeadlinePassed that tells the time unless given. */
  late?: () => Error;
  /** As of a background timer: it alone does not keep the process alive. */
  background?: boolean;
}

/** Runs with a signal that aborts after `timeoutMs` or with the caller's signal, whichever is first. */
export async function withDeadline<T>(
  clock: Pick<Clock, 'after'>,
  timeoutMs: number,
  signal: AbortSignal | undefined,
  run: (signal: AbortSignal) => Promise<T>,
  { late, background = false }: DeadlineInit = {},
): Promise<T> {
  const controller = new AbortController();
  const abort = () => controller.abort(late ? late() : new DeadlinePassed(`nothing within ${timeoutMs} ms`));
  const timer = clock.after(timeoutMs, abort, { background });
  try {
    return await run(signal ? AbortSignal.any([signal, controller.signal]) : controller.signal);
  } finally {
    timer.cancel();
  }
}
