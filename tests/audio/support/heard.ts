import { SourceChain, type SourceChainInit } from '#audio/source/chain/source-chain.ts';
import type { SourceOpener } from '#audio/source/source-opener.ts';
import { systemChance, systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { amplitudeOf, decoded } from '../capture/tones.ts';
import { sourceRequest } from './sources.ts';

const windowMs = 50;
const samplesPerWindow = 48 * windowMs;
/** About −45 dB below full scale: what a decoder leaves of silence is less. */
const soundMin = 180;

/** A stretch of one tone, or of none (0 Hz), as a listener's decoder gives it. */
export interface Stretch {
  hertz: number;
  seconds: number;
}

/** What is heard of packets: which of the tones is the loudest in each 50 ms, in stretches of at least 100 ms. */
export async function stretchesOf(
  packets: readonly Uint8Array[],
  tones: readonly number[],
): Promise<Stretch[]> {
  const samples = await decoded(packets);
  const stretches: Stretch[] = [];
  for (let at = 0; at + samplesPerWindow <= samples.length; at += samplesPerWindow) {
    const hertz = loudest(samples.subarray(at, at + samplesPerWindow), tones);
    const last = stretches.at(-1);
    if (last?.hertz === hertz) last.seconds += windowMs / 1_000;
    else stretches.push({ hertz, seconds: windowMs / 1_000 });
  }
  return merged(stretches.filter(({ seconds }) => seconds > windowMs / 1_000));
}

/** How long each tone is heard in all. */
export function secondsOf(stretches: readonly Stretch[], hertz: number): number {
  return stretches.reduce((sum, each) => sum + (each.hertz === hertz ? each.seconds : 0), 0);
}

function loudest(samples: Int16Array, tones: readonly number[]): number {
  const [best] = tones
    .map((hertz) => ({ hertz, amplitude: amplitudeOf(samples, hertz) }))
    .toSorted((a, b) => b.amplitude - a.amplitude);
  return best && best.amplitude >= soundMin ? best.hertz : 0;
}

function merged(stretches: readonly Stretch[]): Stretch[] {
  const result: Stretch[] = [];
  for (const { hertz, seconds } of stretches) {
    const last = result.at(-1);
    if (last?.hertz === hertz) last.seconds += seconds;
    else result.push({ hertz, seconds });
  }
  return result;
}

/** The packets of one start of one source, as fast as they come. */
export async function packetsOfSource(
  opener: SourceOpener,
  name: string,
  framesMax = 10_000,
): Promise<Uint8Array[]> {
  const source = opener.source(sourceRequest(name));
  const packets: Uint8Array[] = [];
  try {
    await source.start(AbortSignal.timeout(15_000));
    for await (const { payload } of source.frames()) if (packets.push(payload) >= framesMax) break;
    return packets;
  } finally {
    source.stop();
  }
}

/** What a broadcast of these sources would send, as fast as it comes, and why it ended if that was no good end. */
export async function packetsOfChain(
  opener: SourceOpener,
  names: readonly string[],
  changes: Partial<SourceChainInit> = {},
  framesMax = 10_000,
): Promise<{ packets: Uint8Array[]; problem: unknown }> {
  const chain = new SourceChain(
    { clock: systemClock(), chance: systemChance(), logger: silentLogger() },
    {
      ...{ names, loop: false, patient: false, openTimeoutMs: 8_000, idleTimeoutMs: 8_000 },
      ...{ stallTimeoutMs: 2_000, returnAfterMs: 2_000, onSwitch: () => {} },
      open: (name, onEvent) => opener.source({ ...sourceRequest(name), onEvent }),
      ...changes,
    },
  );
  const packets: Uint8Array[] = [];
  try {
    await chain.start(AbortSignal.timeout(15_000));
    for await (const { filler, payload } of chain.frames())
      if (!filler && packets.push(payload) >= framesMax) break;
    return { packets, problem: undefined };
  } catch (problem) {
    return { packets, problem };
  } finally {
    chain.stop();
  }
}
