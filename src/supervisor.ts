/** Messages of a hub to the process that started it; see `HubReport` of the playground. */

export interface FailedStart {
  /** What happened, one sentence. */
  message: string;
  /** What to do next. */
  next: string;
  /** Absent: a defect in the hub. */
  code?: string;
}

export function isSupervised(): boolean {
  return process.send !== undefined;
}

/** From now on, questions about this process are answered, too. */
export function reportReady(readyMs: number, peersHearing: () => readonly string[]): void {
  process.on('message', (request: { type: string }) => {
    if (request.type === 'hearing') tell({ type: 'hearing', communityCount: peersHearing().length });
    if (request.type === 'memory') tell({ type: 'memory', rssBytes: process.memoryUsage.rss() });
  });
  tell({ type: 'ready', readyMs, nodeVersion: process.version });
}

/** Resolves once it is on its way; false when nobody is listening. */
export function reportFailed(failed: FailedStart): Promise<boolean> {
  return tell({ type: 'failed', ...failed });
}

function tell(report: object): Promise<boolean> {
  if (!process.send || !process.connected) return Promise.resolve(false);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  process.send(report, undefined, undefined, (error) => resolve(error === null));
  return promise;
}
