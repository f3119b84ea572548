import type { Clock } from './clock.ts';

export class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed';
}

export interface DeadlineInit {
  /** Makes the signal's reason when time is up; by default a DeadlinePassed that names the time. */
  late?: () => Error;
  /** The timer alone doesn't keep the process alive. */
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

/** Undefined when the time is up first. Rejects as `work` does; what comes of it later is ignored. */
export async function atMost<T>(
  clock: Pick<Clock, 'after'>,
  timeoutMs: number,
  work: Promise<T>,
): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = clock.after(timeoutMs, () => late.resolve(undefined));
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    timer.cancel();
  }
}
