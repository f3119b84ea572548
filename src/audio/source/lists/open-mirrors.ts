import type { Clock } from '#core/clock.ts';
import { withDeadline } from '#core/deadline.ts';
import { errorText, isGuildmeshError } from '#core/errors.ts';
import type { SourceFrame } from '../contract.ts';
import type { LeftOutCount } from '../left-out.ts';
import type { Opening } from '../opened-source.ts';
import { listLimits } from './limits.ts';

export interface MirrorsInit {
  addresses: readonly string[];
  leftOut: LeftOutCount;
  /** For all of them together. */
  openTimeoutMs: number;
  open: (address: string, signal: AbortSignal) => Promise<Opening>;
}

/** The first address of one station that gives sound. Throws the first failure when none does. */
export async function openMirrors(clock: Clock, init: MirrorsInit, signal: AbortSignal): Promise<Opening> {
  const tried = init.addresses.slice(0, listLimits.mirrors);
  const { leftOut } = init;
  // No address may use the time of those after it; the caller bounds all of them.
  const timeoutMs = init.openTimeoutMs / (tried.length + 1);
  let failure: unknown;
  for (const [index, address] of tried.entries()) {
    const isLast = index === tried.length - 1;
    try {
      const opening = isLast
        ? await withSound(init, address, signal)
        : await withDeadline(clock, timeoutMs, signal, (attempt) => withSound(init, address, attempt));
      return { ...opening, facts: { ...opening.facts, leftOut: () => leftOut.view } };
    } catch (error) {
      signal.throwIfAborted();
      failure ??= error;
      leftOut.add(address, isGuildmeshError(error) ? errorText(error) : 'it gave no sound in time');
    }
  }
  throw failure;
}

/** Opened, and its first frame has come. */
async function withSound(init: MirrorsInit, address: string, signal: AbortSignal): Promise<Opening> {
  const opening = await init.open(address, signal);
  const frames = opening.frames[Symbol.asyncIterator]();
  const first = await frames.next().catch((error: unknown) => {
    opening.close();
    throw error;
  });
  async function* all(): AsyncGenerator<SourceFrame, void, void> {
    try {
      for (let next = first; !next.done; next = await frames.next()) yield next.value;
    } finally {
      await frames.return?.();
    }
  }
  return { ...opening, frames: all() };
}
