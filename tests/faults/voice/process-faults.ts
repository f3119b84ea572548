import { type AudioMeter, pause, wallMs } from './audio-meter.ts';
import type { FaultWorld } from './fault-world.ts';
import {
  backExpected,
  heals,
  restartedWithinMs,
  sourceRestartedWithinMs,
  unheardMs,
  type VoiceFault,
} from './outcome.ts';

let ordered = 0;

export const processFaults: VoiceFault[] = [
  {
    name: 'worker-crash',
    expected: backExpected,
    control: { guard: 'a dead worker is replaced' },
    run: async (world, meter) => {
      world.meddle({ crash: { number: ++ordered } });
      return heals(world, meter, {});
    },
  },
  {
    name: 'kill-9',
    expected: `audio back within ${restartedWithinMs / 1_000} s`,
    control: { guard: 'relays are restored' },
    run: async (world, meter) => {
      const sinceMs = wallMs();
      world.south.kill('SIGKILL');
      await world.south.ended;
      await world.startSouth();
      return heals(world, meter, { atMostMs: restartedWithinMs }, sinceMs);
    },
  },
  {
    name: 'source-stall',
    expected: `${backExpected} of the source’s going on`,
    control: { guard: 'a dry buffer gathers anew' },
    run: async (world, meter) => {
      world.north.kill('SIGSTOP');
      await pause(2_000);
      world.north.kill('SIGCONT');
      return heals(world, meter, { disturbancesMax: 0 });
    },
  },
  {
    name: 'source-kill-9',
    expected: `audio back within ${sourceRestartedWithinMs / 1_000} s`,
    control: { guard: 'a lost source is asked again' },
    run: async (world, meter) => {
      const sinceMs = wallMs();
      world.north.kill('SIGKILL');
      await world.north.ended;
      await world.startNorth();
      return heals(world, meter, { atMostMs: sourceRestartedWithinMs, disturbancesMax: 0 }, sinceMs);
    },
  },
  ...[3_000, -3_000].map((stepMs) => ({
    name: stepMs > 0 ? 'wall-clock-3-s-forward' : 'wall-clock-3-s-back',
    expected: 'unheard',
    control: { guard: stepMs > 0 ? 'time is monotonic, and its jumps are skipped' : 'time is monotonic' },
    run: async (world: FaultWorld, meter: AudioMeter) => {
      world.meddle({ stepMs });
      const outcome = await heals(world, meter, {
        atMostMs: unheardMs,
        bitesWithinMs: 3_000,
        disturbancesMax: 0,
      });
      world.meddle({ stepMs: 0 });
      return outcome;
    },
  })),
  {
    name: 'main-thread-stall-7-s',
    expected: `${backExpected} of its end, by the same connection`,
    control: { guard: 'a stall of the hub isn’t held against the worker' },
    run: async (world, meter) => {
      world.meddle({ stall: { number: ++ordered, forMs: 7_000 } });
      await pause(7_050);
      return heals(world, meter, { disturbancesMax: 0 });
    },
  },
];
