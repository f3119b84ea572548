import type { Frame, FramePosition, Playing } from '#contracts/audio.ts';
import { sequenceDistance } from '../jitter/sequence.ts';

/** A title is heard a few seconds after it came, and comes once a second at most. */
const keptMax = 16;

/** Keeps a stream's titles until they are heard: frames come some time before their turn. */
export class PlayingLine {
  #last: Playing | undefined;
  /** The oldest first; without a name where the frames from there on have none. */
  readonly #kept: (FramePosition & { playing: Playing | undefined })[] = [];

  frame({ playing, streamId, sequence }: Frame): void {
    if (playing === this.#last) return;
    this.#last = playing;
    this.#kept.push({ ...(playing ?? { streamId, sequence }), playing });
    if (this.#kept.length > keptMax) this.#kept.shift();
  }

  /** The title for the frame that is heard; the newest while none has been. */
  at(heard: FramePosition | undefined): Playing | undefined {
    if (!heard) return this.#last;
    const begun = this.#kept.findLast(
      ({ streamId, sequence }) =>
        streamId === heard.streamId && sequenceDistance(sequence, heard.sequence) >= 0,
    );
    return begun?.playing;
  }
}
