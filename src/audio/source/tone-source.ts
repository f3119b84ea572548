import { setImmediate } from 'node:timers/promises';
import { frameSampleCount, loadOpusCodec } from '../opus/codec.ts';
import type { SourceFrame } from './contract.ts';
import type { Opening } from './opened-source.ts';

const sampleRate = 48_000;
const samplesPerFrame = 960;
const framesPerTurn = 10;
/** −20 dB below full scale: the level to which equipment is lined up (SMPTE RP 155). */
const amplitude = 0.1 * 32_767;

/** A sine, encoded here: a broadcast in which nothing else can be wrong. */
export async function openTone(
  init: { hertz: number; bitrateKbps: number },
  signal: AbortSignal,
): Promise<Opening> {
  const encoder = (await loadOpusCodec()).createEncoder(init.bitrateKbps);
  async function* frames(): AsyncGenerator<SourceFrame, void, void> {
    const pcm = new Int16Array(frameSampleCount);
    for (let frame = 0; !signal.aborted; frame++) {
      // Nothing here waits for anything: with a reader that doesn't either, timers would never run.
      if (frame % framesPerTurn === 0) await setImmediate();
      fill(pcm, frame * samplesPerFrame, init.hertz);
      yield { payload: encoder.encode(pcm) };
    }
  }
  return {
    facts: { title: `Test tone, ${init.hertz} Hz`, pace: 'stream', passedThrough: false },
    frames: frames(),
    close: () => {},
  };
}

function fill(pcm: Int16Array, firstSample: number, hertz: number): void {
  for (let index = 0; index < samplesPerFrame; index++) {
    // The remainder keeps the phase exact, however long it sounds.
    const phase = (((firstSample + index) * hertz) % sampleRate) / sampleRate;
    const sample = Math.round(amplitude * Math.sin(2 * Math.PI * phase));
    pcm[index * 2] = sample;
    pcm[index * 2 + 1] = sample;
  }
}
