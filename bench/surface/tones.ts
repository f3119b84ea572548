import { join } from 'node:path';
import type { HeardFrame } from '@guildmesh/local-discord/voice/contract';
import { loadOpusCodec } from '#audio/opus/codec.ts';
import { amplitudeOf } from '../../tests/audio/capture/tones.ts';
import { runFfmpeg } from '../ingest/measuring.ts';

export const lowHz = 440;
export const highHz = 1_320;
/** As a decoder gives it for what is heard; the change between two tones needs a frame or two. */
const amplitudeMin = 1_000;

/** Whether a frame sounds of this tone, as the listener's decoder gives it. */
export async function toneDetector(): Promise<(frame: HeardFrame, hertz: number) => boolean> {
  const decoder = (await loadOpusCodec()).createDecoder();
  return ({ payload, silence }, hertz) => {
    if (silence) return false;
    const samples = decoder.decode(payload).filter((_, index) => index % 2 === 0);
    const other = hertz === lowHz ? highHz : lowHz;
    const amplitude = amplitudeOf(samples, hertz);
    return amplitude > amplitudeMin && amplitude > amplitudeOf(samples, other);
  };
}

/** Low in its first half, high in its second. */
export async function makeTwoTones(folder: string, name: string, seconds: number): Promise<void> {
  const tone = (hertz: number) => `sine=${hertz}:duration=${seconds / 2}:sample_rate=44100`;
  const graph = `${tone(lowHz)}[low];${tone(highHz)}[high];[low][high]concat=n=2:v=0:a=1`;
  await makeSound(join(folder, name), graph);
}

export async function makeTone(folder: string, name: string, hertz: number, seconds: number): Promise<void> {
  await makeSound(join(folder, name), `sine=${hertz}:duration=${seconds}`);
}

async function makeSound(path: string, graph: string): Promise<void> {
  const codec = path.endsWith('.mp3')
    ? ['-b:a', '128k', '-compression_level', '9', '-metadata', 'title=Two tones']
    : ['-c:a', 'libopus', '-b:a', '64k', '-ac', '2', '-ar', '48000'];
  await runFfmpeg(['-f', 'lavfi', '-i', graph, ...codec, path]);
}
