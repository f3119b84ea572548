import type { Frame, FramePosition, Playing } from '#contracts/audio.ts';
import { sequenceDistance } from '../jitter/sequence.ts';

/** Heard a few seconds after it came, and told once a second at most. */
const keptMax = 16;

/** What a stream said of what plays, until it is heard: frames come some time before their turn. */
export class PlayingLine {
  #last: Playing | undefined;
  /** The oldest first; without a name where the frames from there on say nothing. */
  readonly #kept: (FramePosition & { playing: Playing | undefined })[] = [];

  frame({ playing, streamId, sequence }: Frame): void {
    if (playing === this.#last) return;
    this.#last = playing;
    this.#kept.push({ ...(playing ?? { streamId, sequence }), playing });
    if (this.#kept.length > keptMax) this.#kept.shift();
  }

  /** With the frame that is heard; the newest while none has been. */
  at(heard: FramePosition | undefined): Playing | undefined {
    if (!heard) return this.#last;
    const begun = this.#kept.findLast(
      ({ streamId, sequence }) =>
        streamId === heard.streamId && sequenceDistance(sequence, heard.sequence) >= 0,
    );
    return begun?.playing;
  }
}
