import type { BroadcastView } from '#contracts/actions/broadcast.ts';
import { type FramePosition, frameDurationMs, type Playing } from '#contracts/audio.ts';
import { cleanLine } from '#core/text/clean-line.ts';
import type { SourcePlaying } from '../source/contract.ts';

export const titleLengthMax = 100;
/** Listeners are sent what plays once a second at most, however often a source reports it. */
const framesPerPlaying = 1_000 / frameDurationMs;

/** What plays in a broadcast: as its source says it, and as its listeners get it with the frames. */
export class ToldTitle {
  /** The latest from the source. */
  said: SourcePlaying | undefined;
  #told: { said: SourcePlaying; playing: Playing } | undefined;

  get title(): string {
    return this.#told?.playing.title ?? '';
  }

  /** What is heard with the next frame. */
  with({ sequence, streamId }: FramePosition, name: string): Playing | undefined {
    const [said, told] = [this.said, this.#told];
    if (!said || said === told?.said) return told?.playing;
    if (told && (sequence - told.playing.sequence) >>> 0 < framesPerPlaying) return told.playing;
    const playing = { streamId, sequence, name, title: cleanLine(said.title, titleLengthMax) };
    this.#told = { said, playing };
    return playing;
  }

  view(sequence: number): Pick<BroadcastView, 'playing'> {
    const playing = this.#told?.playing;
    if (!playing?.title) return {};
    const elapsedMs = ((sequence - playing.sequence) >>> 0) * frameDurationMs;
    return { playing: { title: playing.title, elapsedMs } };
  }
}
