import type { Clock } from './clock.ts';

export class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed';
}

/** Runs with a signal that aborts after `timeoutMs` or with the caller's signal, whichever is first. */
export async function withDeadline<T>(
  clock: Clock,
  timeoutMs: number,
  signal: AbortSignal | undefined,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const timer = clock.after(timeoutMs, () =>
    controller.abort(new DeadlinePassed(`nothing within ${timeoutMs} ms`)),
  );
  try {
    return await run(signal ? AbortSignal.any([signal, controller.signal]) : controller.signal);
  } finally {
    timer.cancel();
  }
}
