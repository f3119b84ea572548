import { loadOpusCodec } from '#audio/opus/codec.ts';

const samplesPerFrame = 960;

/** 20 ms packets of a sine, by the codec that people's clients use. */
export async function tonePackets(frequencyHz: number, count: number, amplitude = 8_000): Promise<Buffer[]> {
  const encoder = (await loadOpusCodec()).createEncoder(64);
  return Array.from({ length: count }, (_, frame) => {
    const samples = new Int16Array(samplesPerFrame * 2);
    for (let i = 0; i < samplesPerFrame; i++) {
      const at = (frame * samplesPerFrame + i) / 48_000;
      samples.fill(amplitude * Math.sin(2 * Math.PI * frequencyHz * at), 2 * i, 2 * i + 2);
    }
    return Buffer.from(encoder.encode(samples));
  });
}

export async function decoded(packets: readonly Uint8Array[]): Promise<Int16Array> {
  const decoder = (await loadOpusCodec()).createDecoder();
  const frames = packets.map((packet) => decoder.decode(packet));
  const left = new Int16Array(frames.length * samplesPerFrame);
  for (const [f, frame] of frames.entries())
    for (let i = 0; i < samplesPerFrame; i++) left[f * samplesPerFrame + i] = frame[2 * i] ?? 0;
  return left;
}

/** How strong one frequency is: the amplitude of its sine (Goertzel). */
export function amplitudeOf(samples: Int16Array, frequencyHz: number): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * frequencyHz) / 48_000);
  let [before, last] = [0, 0];
  for (const sample of samples) [before, last] = [last, sample + coefficient * last - before];
  const power = last * last + before * before - coefficient * last * before;
  return (2 * Math.sqrt(power)) / samples.length;
}
