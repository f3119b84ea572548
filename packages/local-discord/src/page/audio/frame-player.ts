import { OpusDecoder } from 'opus-decoder';
import { decodeAudioPacket } from '../../page-api/audio-packet.ts';
import { levelOf, louderOf, type PcmLevel, silence } from '../model/pcm-level.ts';
import { playoutTime } from '../model/playout.ts';
import { SequenceCounter } from '../model/sequence-counter.ts';
import type { VoiceState } from '../state/app-state.ts';

/** Without a frame for this long a speaker's ring goes out. */
const speakingMs = 250;
const sampleRate = 48_000;
/** Frames kept while the decoder's WebAssembly compiles: two seconds. */
const waitingMax = 100;

export type PlayerReport = Pick<VoiceState, 'framesDecoded' | 'framesLost' | 'level' | 'e2ee' | 'speakerIds'>;

export interface FramePlayer {
  play(packetBytes: Uint8Array): void;
  /** Counts so far, and the level since the last report. */
  report(): PlayerReport;
  setVolume(volume: number): void;
  close(): void;
}

interface Speaker {
  decoder: OpusDecoder;
  ready: boolean;
  waiting: Uint8Array[];
  nextS: number | undefined;
  lastFrameAtMs: number;
}

/** Decodes each speaker's frames and plays them back to back on the audio clock. */
export function createFramePlayer(): FramePlayer {
  // At 48 kHz a 20 ms frame is 960 whole samples, so frames join without a click.
  const context = new AudioContext({ sampleRate: sampleRate, latencyHint: 'interactive' });
  const output = context.createGain();
  output.connect(context.destination);
  const speakers = new Map<string, Speaker>();
  const sequence = new SequenceCounter();
  let framesDecoded = 0;
  let level: PcmLevel = silence;
  let e2ee: boolean | undefined;

  function speakerOf(id: string): Speaker {
    const known = speakers.get(id);
    if (known) return known;
    const decoder = new OpusDecoder({ channels: 2, forceStereo: true });
    const speaker: Speaker = { decoder, ready: false, waiting: [], nextS: undefined, lastFrameAtMs: 0 };
    speakers.set(id, speaker);
    void decoder.ready.then(() => {
      speaker.ready = true;
      for (const payload of speaker.waiting.splice(0)) decode(speaker, payload);
    });
    return speaker;
  }

  function decode(speaker: Speaker, payload: Uint8Array): void {
    const { channelData, samplesDecoded } = speaker.decoder.decodeFrame(payload);
    if (samplesDecoded === 0) return;
    framesDecoded += 1;
    level = louderOf(level, levelOf(channelData));
    speaker.nextS = playSamples(output, speaker.nextS, channelData);
  }

  return {
    play(packetBytes) {
      const packet = decodeAudioPacket(packetBytes);
      if (!packet) return;
      const speaker = speakerOf(packet.speakerId);
      sequence.add(packet.speakerId, packet.rtpSequence);
      if (!packet.silence) {
        e2ee = packet.e2ee;
        speaker.lastFrameAtMs = performance.now();
      }
      if (speaker.ready) decode(speaker, packet.payload);
      else if (speaker.waiting.length < waitingMax) speaker.waiting.push(packet.payload);
    },
    report() {
      const sinceMs = performance.now() - speakingMs;
      const speakerIds = [...speakers]
        .filter(([, { lastFrameAtMs }]) => lastFrameAtMs > sinceMs)
        .map(([id]) => id);
      const report = { framesDecoded, framesLost: sequence.lostCount, level, e2ee, speakerIds };
      level = silence;
      return report;
    },
    setVolume(volume) {
      output.gain.value = volume;
    },
    close() {
      for (const { decoder } of speakers.values()) decoder.free();
      speakers.clear();
      void context.close();
    },
  };
}

/** Starts the samples where the last ones end. Returns where these end; dropped ones leave it as it was. */
function playSamples(
  output: GainNode,
  nextS: number | undefined,
  channelData: readonly Float32Array[],
): number | undefined {
  const { context } = output;
  const startS = playoutTime(context.currentTime, nextS);
  if (startS === undefined) return nextS;
  const sampleCount = channelData[0]?.length ?? 0;
  const buffer = context.createBuffer(channelData.length, sampleCount, sampleRate);
  channelData.forEach((samples, channel) => {
    buffer.copyToChannel(new Float32Array(samples), channel);
  });
  const source = context.createBufferSource();
  source.buffer = buffer;
  source.connect(output);
  source.start(startS);
  return startS + sampleCount / sampleRate;
}
