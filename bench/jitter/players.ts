import { JitterBuffer } from '#audio/jitter/jitter-buffer.ts';
import type { DelayRange } from '#audio/jitter/profiles.ts';
import { bufferExcessMsMax } from '#audio/voice/limits.ts';
import type { Frame } from '#contracts/audio.ts';
import type { NetworkModel } from './network.ts';

const frameMs = 20;
const hourMs = 3_600_000;
/** What a listener's decoder conceals without a hole being heard; granted to every player alike. */
const concealedCountMax = 5;

export interface Outcome {
  /** Holes longer than what a decoder conceals. */
  underruns: number;
  /** Times that a frame was due and not there, however short. */
  dryTimes: number;
  /** Turns left to the decoder. */
  concealed: number;
  /** Quiet frames left out, to get back to the delay. */
  shortened: number;
  /** Sum over all frames of what they were held back beyond the way itself. */
  delaySumMs: number;
  played: number;
}

function nothingPlayed(): Outcome {
  return { underruns: 0, dryTimes: 0, concealed: 0, shortened: 0, delaySumMs: 0, played: 0 };
}

/** Every frame plays a fixed time after it was sent, or not at all. */
export function playFixed(
  delayMs: number,
  model: NetworkModel,
  arriving: Iterator<number>,
  hours: number,
): Outcome {
  const outcome = nothingPlayed();
  let lateInRow = 0;
  for (let sentMs = 0; sentMs < hours * hourMs; sentMs += frameMs) {
    if (arriving.next().value <= sentMs + model.baseMs + delayMs) {
      lateInRow = 0;
      outcome.played++;
      outcome.delaySumMs += delayMs;
      continue;
    }
    lateInRow++;
    if (lateInRow === 1) outcome.dryTimes++;
    if (lateInRow <= concealedCountMax) outcome.concealed++;
    if (lateInRow === concealedCountMax + 1) outcome.underruns++;
  }
  return outcome;
}

/** The hub's own buffer, pulled every 20 ms. */
export function playAdaptive(
  delay: DelayRange,
  model: NetworkModel,
  arriving: Iterator<number>,
  payloadBytes: () => number,
  hours: number,
): Outcome {
  const buffer = new JitterBuffer({ delay, excessMsMax: bufferExcessMsMax });
  const outcome = nothingPlayed();
  const payloads = Array.from({ length: 1_276 }, (_, bytes) => new Uint8Array(bytes));
  let sequence = 0;
  let arrivesMs = arriving.next().value;
  let dry = false;
  for (let nowMs = 0; nowMs < hours * hourMs; nowMs += frameMs) {
    for (; arrivesMs <= nowMs; arrivesMs = arriving.next().value) {
      const payload = payloads[payloadBytes()] as Uint8Array;
      buffer.push({ streamId: 1, sequence, captureTimeMs: sequence * frameMs, payload } satisfies Frame);
      sequence++;
    }
    const wasPlaying = buffer.playing;
    const nothingHeld = buffer.heldCount === 0;
    const pulled = buffer.pull();
    if (pulled.kind === 'frame') outcome.delaySumMs += nowMs - pulled.frame.captureTimeMs - model.baseMs;
    const runsDry = wasPlaying && nothingHeld;
    if (runsDry && !dry) outcome.dryTimes++;
    dry = runsDry;
  }
  const { underruns, concealed, shortened, played } = buffer.counts;
  return { ...outcome, underruns, concealed, shortened, played };
}
