import type { ThreadSource } from '#contracts/thread-source.ts';

/** For tests in which nobody archives a thread. */
export const noThreads: ThreadSource = {
  read: () => Promise.reject(new Error('no thread is read in this test')),
};
