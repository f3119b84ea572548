import { expect, test } from 'vitest';
import { sourceBytesPerSecondMax, underRateCeiling } from '#audio/source/fetch/rate-ceiling.ts';
import { FakeClock } from '../../support/fake-clock.ts';

test('lets a burst through, then holds the sender to the ceiling', async () => {
  const clock = new FakeClock();
  async function* flood() {
    for (let index = 0; index < 12; index++) yield new Uint8Array(sourceBytesPerSecondMax);
  }
  const atMs: number[] = [];
  const reading = (async () => {
    for await (const _ of underRateCeiling(clock, flood(), new AbortController().signal))
      atMs.push(clock.monotonicMs());
  })();
  await clock.advance(60_000);
  await reading;
  expect(atMs[1]).toBe(0);
  // Twelve seconds' worth, two of them at once.
  expect(atMs.at(-1)).toBeGreaterThanOrEqual(9_900);
});
