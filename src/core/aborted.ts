/** Waits that end when the caller no longer wants their result. */

export interface AbortInit {
  /** Ends the work that nobody waits for any more. */
  abandon?: () => void;
  /** Makes the error; by default the signal's reason. */
  error?: () => Error;
}

/** Settles as `work` does, or rejects with the signal's reason. A later result or failure of `work` is ignored. */
export async function orAborted<Value>(
  signal: AbortSignal,
  work: Promise<Value>,
  { abandon, error }: AbortInit = {},
): Promise<Value> {
  work.catch(() => undefined);
  const unwanted = Promise.withResolvers<never>();
  const onAbort = () => {
    // First, so that what `abandon` makes of the work isn't the answer.
    unwanted.reject(error ? error() : signal.reason);
    abandon?.();
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, unwanted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
