/** Times of the platforms are minutes; what matters is only which is the longer. */
export const attemptTimeoutMs = 2_000;
/** Longer than an effect can be late. */
export const settleDelayMs = 1_000;
export const lateMaxMs = 150;
export const waitMaxMs = 200;
