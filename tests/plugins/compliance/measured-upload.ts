import type { AttemptContext, Publisher, Receipt, Receipts, Step } from '#contracts/publisher.ts';

export interface UploadReport<Result> {
  /** Above what the process had before. */
  extraRssMiB: number;
  progressCount: number;
  lastSentBytes: number;
  /** How often the bytes were read again from the start. */
  restartCount: number;
  tookMs: number;
  result: Result;
}

const mebi = 1024 * 1024;
const triesMax = 3;

/** Memory and progress of one upload, for a process that does nothing else. */
export async function measuredUpload<Result>(
  upload: (progress: (sentBytes: number) => void) => Promise<Result>,
): Promise<UploadReport<Result>> {
  const baseBytes = process.memoryUsage.rss();
  let peakBytes = baseBytes;
  const look = () => {
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
  };
  const sampling = setInterval(look, 20);
  const startedAtMs = Date.now();
  let progressCount = 0;
  let restartCount = 0;
  let lastSentBytes = 0;
  const result = await upload((sentBytes) => {
    progressCount += 1;
    if (sentBytes < lastSentBytes) restartCount += 1;
    lastSentBytes = sentBytes;
    look();
  });
  clearInterval(sampling);
  return {
    extraRssMiB: Math.round((peakBytes - baseBytes) / mebi),
    progressCount,
    lastSentBytes,
    restartCount,
    tookMs: Date.now() - startedAtMs,
    result,
  };
}

/** As the outbox does: an unknown fate is looked up, and only what is absent is sent again. */
export async function delivered<Options>(
  publisher: Publisher<Options>,
  context: AttemptContext,
  step: Step,
  earlier: Receipts,
): Promise<Receipt> {
  for (let tries = 1; ; tries++) {
    try {
      return await publisher.execute(context, step, earlier);
    } catch (error) {
      const { state, reason } = publisher.classify(error);
      if (state !== 'unknown' || tries === triesMax) throw new Error(`${state}: ${reason}`, { cause: error });
    }
    const found = await publisher.find(context, step, earlier);
    if (found.state === 'found') return found.receipt;
    if (found.state !== 'absent') throw new Error(found.why);
  }
}
