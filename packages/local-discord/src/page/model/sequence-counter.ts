const sequenceSpan = 0x1_0000;
/** A jump farther than this (ten seconds) is a new stream, not a loss. */
const gapMax = 500;

/** Counts the frames that never came, by each speaker's RTP sequence numbers. */
export class SequenceCounter {
  lostCount = 0;
  readonly #lastOf = new Map<string, number>();

  add(speakerId: string, rtpSequence: number): void {
    const last = this.#lastOf.get(speakerId);
    this.#lastOf.set(speakerId, rtpSequence);
    if (last === undefined) return;
    const step = (rtpSequence - last + sequenceSpan) % sequenceSpan;
    if (step > 1 && step <= gapMax) this.lostCount += step - 1;
  }
}
