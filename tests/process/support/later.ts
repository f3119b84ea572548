/** Preloaded into a hub process: its clock is ahead of the machine's, as if it had been started later. */
const aheadMs = Number(process.env.TEST_CLOCK_AHEAD_MS ?? 0);
Object.defineProperty(performance, 'timeOrigin', { value: performance.timeOrigin + aheadMs });
