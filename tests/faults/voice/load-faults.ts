import { ids } from '#demo/north-and-south.ts';
import { pause } from './audio-meter.ts';
import { backExpected, heals, type VoiceFault } from './outcome.ts';
import { RtpLag } from './rtp-lag.ts';

const everyMs = 200;
const forMs = 10_000;
const lastMs = 1_000;
let ordered = 0;

/** Other work takes so much of the voice worker's thread, and RTP time may be so far behind the wall clock after 10 s. */
const loads = [
  { busyMs: 120, lostMsMax: 100, lagMsMax: 500 },
  { busyMs: 170, lostMsMax: 500, lagMsMax: 500 },
];

export const loadFaults: VoiceFault[] = loads.map(({ busyMs, lostMsMax, lagMsMax }) => ({
  name: `voice-thread-busy-${busyMs}-of-${everyMs}-ms`,
  expected: `RTP time at most ${lostMsMax} ms behind after ${forMs / 1_000} s, ${backExpected} of the load’s end`,
  control: { guard: 'RTP time follows the turns' },
  run: async (world, meter) => {
    const repeatsBefore = meter.listener.stats.rtpRepeats;
    const lag = new RtpLag(meter.listener, ids.southBot);
    await pause(lastMs);
    lag.begin();
    world.meddle({ busy: { number: ++ordered, busyMs, everyMs, forMs } });
    await pause(forMs);
    const { leastMs, mostMs } = lag.last(lastMs);
    lag.stop();
    const repeats = meter.listener.stats.rtpRepeats - repeatsBefore;
    const measured = `RTP time ${leastMs} to ${mostMs} ms behind, ${repeats} packets twice`;
    const ok = leastMs <= lostMsMax && mostMs <= lagMsMax && repeats === 0;
    const healed = await heals(world, meter, { disturbancesMax: 0 });
    return ok ? { ...healed, measured } : { ...healed, ok, measured, problem: measured };
  },
}));
