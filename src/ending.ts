/** How this process ends: signals, a parent that vanishes, and what would keep it from ending. */
import type { Clock } from '#core/clock.ts';

/** The terminal sends Ctrl+C to us, and `npm` passes it on: two signals this close are one. */
const sameKeyMs = 300;
/** After everything has stopped, work that a library left running is waited for this long. */
const overstayMs = 1_000;

const forcedExitCode = 130;

/**
 * The first signal asks for a clean end, the second ends at once. A parent that vanishes, or has vanished before this
 * is called, counts as a signal. Call it before anything else: until then a signal kills the process.
 */
export function endSignal(clock: Clock): AbortSignal {
  const ending = new AbortController();
  let askedAtMs = 0;
  const end = () => {
    if (ending.signal.aborted && clock.monotonicMs() - askedAtMs < sameKeyMs) return;
    if (ending.signal.aborted) process.exit(forcedExitCode);
    askedAtMs = clock.monotonicMs();
    ending.abort(new Error('asked to stop'));
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  if (process.send !== undefined) {
    const orphaned = () => ending.abort(new Error('the parent process ended'));
    process.on('disconnect', orphaned);
    if (!process.connected) orphaned();
  }
  return ending.signal;
}

/** Closes what alone would keep a finished process alive, such as the channel to its parent. */
export function leave(clock: Clock, exitCode: number): void {
  process.exitCode = exitCode;
  if (process.connected) process.disconnect();
  clock.after(overstayMs, () => process.exit(exitCode), { background: true });
}
