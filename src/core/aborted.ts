/** Waits that end when the caller no longer wants their result. */

/** Settles as `work` does, or rejects with the signal's reason. A later result or failure of `work` is ignored. */
export async function orAborted<Value>(signal: AbortSignal, work: Promise<Value>): Promise<Value> {
  work.catch(() => undefined);
  const unwanted = Promise.withResolvers<never>();
  const onAbort = () => unwanted.reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
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
