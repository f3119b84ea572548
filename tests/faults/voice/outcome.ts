import { type AudioMeter, pause, wallMs } from './audio-meter.ts';
import type { FaultWorld } from './fault-world.ts';

/** The figures to reach. */
export const healedWithinMs = 3_000;
export const restartedWithinMs = 15_000;
/** Not ours to hurry: the other community's hub has to start, and both have to find each other. */
export const sourceRestartedWithinMs = 30_000;
/** Nobody hears anything of it. */
export const unheardMs = 0;

export interface VoiceFault {
  name: string;
  /** For people. */
  expected: string;
  /** The guard whose removal must make it fail; or that the fault stays, where nothing but its end heals it. */
  control: { guard: string } | { stays: (world: FaultWorld) => void };
  /** Where the relay plays. Default: the lounge. */
  channelId?: string;
  /** Brings the fault about and finds out what became of the audio. */
  run(world: FaultWorld, meter: AudioMeter): Promise<FaultOutcome>;
}

export interface FaultOutcome {
  /** From the fault, or from the moment from which it could heal. Undefined: not back. Null: not to come back. */
  audioBackMs: number | null | undefined;
  ok: boolean;
  /** Why not. */
  problem?: string;
  /** A figure beside the audio's return. */
  measured?: string;
}

interface Healing {
  atMostMs?: number;
  /** How long the fault may take to be heard. */
  bitesWithinMs?: number;
  disturbancesMax?: number;
}

export async function heals(
  world: FaultWorld,
  meter: AudioMeter,
  { atMostMs = healedWithinMs, bitesWithinMs = 2_000, disturbancesMax = Number.POSITIVE_INFINITY }: Healing,
  sinceMs = wallMs(),
): Promise<FaultOutcome> {
  const audioBackMs = await meter.untilBack(sinceMs, { atMostMs, bitesWithinMs });
  const disturbances = world.disturbances();
  if (audioBackMs === undefined || audioBackMs > atMostMs)
    return {
      audioBackMs,
      ok: false,
      problem: `not back within ${atMostMs} ms; holes ${JSON.stringify(meter.holes(sinceMs))}`,
    };
  if (disturbances > disturbancesMax)
    return { audioBackMs, ok: false, problem: `${disturbances} rejoins or worker restarts` };
  return { audioBackMs, ok: true };
}

/** The status says so within a while, and for some seconds no connection is made. */
export async function rests(world: FaultWorld, said: RegExp, withinMs = 8_000): Promise<FaultOutcome> {
  const { voice } = world.playground.faults;
  const endMs = performance.now() + withinMs;
  let text = await world.status();
  while (!said.test(text) && performance.now() < endMs) text = await world.status();
  if (!said.test(text)) return { audioBackMs: null, ok: false, problem: `status: ${text.slice(0, 200)}` };
  const before = voice.connectionCount;
  await pause(3_000);
  if (voice.connectionCount > before || world.botState())
    return { audioBackMs: null, ok: false, problem: 'it came back' };
  return { audioBackMs: null, ok: true };
}

export const backExpected = `audio back within ${healedWithinMs / 1_000} s`;
