import { expect, test } from 'vitest';
import { loadOpusCodec } from '#audio/opus/codec.ts';
import { isSilence } from '#audio/opus/toc.ts';
import { CaptureRun } from '#audio/voice/worker/capture-run.ts';
import { BusyClock, type BusySpell } from '../../../support/busy-clock.ts';
import { tonePackets } from '../../capture/tones.ts';

const ann = '300000000000000001';

/** Ten seconds of somebody who speaks all the time; the socket is read when the thread has time, as the clock fires. */
async function tenSeconds(spell: BusySpell) {
  const clock = new BusyClock(spell);
  const packets = await tonePackets(440, 50);
  const out: { isSound: boolean; missedCount: number }[] = [];
  const run = new CaptureRun(
    {
      clock,
      events: {
        captured: (payload, missedCount) => out.push({ isSound: !isSilence(payload), missedCount }),
        speaker: () => {},
        failed: (error) => {
          throw error;
        },
      },
    },
    { bitrateKbps: 64 },
  );
  run.allow(ann, true);
  let saidCount = 0;
  const read = () => {
    for (const dueCount = clock.monotonicMs() / 20; saidCount < dueCount; saidCount++)
      run.hear({ userId: ann, timestamp: saidCount * 960, payload: packets[saidCount % 50]! });
    clock.after(1, read);
  };
  run.start();
  // The codec is loaded by now: two turns of promises are all that `start` waits for.
  await loadOpusCodec();
  await Promise.resolve();
  read();
  await clock.advance(10_000);
  run.stop();
  const missedCount = out.reduce((sum, each) => sum + each.missedCount, 0);
  return {
    lagMs: 10_000 - (out.length + missedCount) * 20,
    missedCount,
    soundCount: out.filter(({ isSound }) => isSound).length,
  };
}

test.each([
  { spell: { busyMs: 120, everyMs: 200 }, lagMsMax: 100 },
  { spell: { busyMs: 170, everyMs: 200 }, lagMsMax: 100 },
])('keeps the time and loses nothing of what is said when busy %j', async ({ spell, lagMsMax }) => {
  const { lagMs, missedCount, soundCount } = await tenSeconds(spell);
  expect(lagMs).toBeLessThanOrEqual(lagMsMax);
  expect(missedCount).toBe(0);
  expect(soundCount).toBeGreaterThan(480);
});

test('after pauses that are too long to catch up with, says how many turns were missed', async () => {
  const { lagMs, missedCount } = await tenSeconds({ busyMs: 900, everyMs: 1_000 });
  expect(missedCount).toBeGreaterThan(300);
  expect(lagMs).toBeLessThanOrEqual(500);
});
