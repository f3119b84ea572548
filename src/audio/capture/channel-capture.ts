import type { OpusCodec } from '../opus/codec.ts';
import { isTwentyMsPacket } from '../opus/toc.ts';
import { speakersKnownMax } from './limits.ts';
import { Mixer } from './mixer.ts';
import { SpeakerQueue } from './speaker-queue.ts';

export interface HeardPacket {
  userId: string;
  /** RTP timestamp, u32, wraps. */
  timestamp: number;
  /** Decrypted, including end-to-end encryption. */
  payload: Uint8Array;
}

export interface CaptureCounts {
  forwarded: number;
  mixed: number;
  silent: number;
  /** Packets that aren't one 20 ms frame, or come from more speakers than are tracked. */
  refused: number;
  /** Packets of people who may not be captured. */
  excluded: number;
  speaking: number;
}

/**
 * What is said in one channel as one programme of 20 ms packets. Permission is checked for each packet, so a person who
 * withdraws consent is gone with the next one. It hears what Discord sends, which is everyone but the bot itself: what
 * this hub plays into the channel never comes back. `mayBeHeard` excludes other bots, else two hubs bridging two
 * channels would echo.
 */
export class ChannelCapture {
  readonly #mayBeHeard: (userId: string) => boolean;
  readonly #mixer: Mixer;
  /** In the order in which people began to speak. */
  readonly #queues = new Map<string, SpeakerQueue>();
  #refused = 0;
  #excluded = 0;

  constructor(
    components: { codec: OpusCodec; mayBeHeard: (userId: string) => boolean },
    init: { bitrateKbps: number },
  ) {
    this.#mayBeHeard = components.mayBeHeard;
    this.#mixer = new Mixer(components, init);
  }

  counts(): CaptureCounts {
    const { forwarded, mixed, silent } = this.#mixer.counts;
    const speaking = [...this.#queues.values()].filter((queue) => !queue.quiet).length;
    return { forwarded, mixed, silent, refused: this.#refused, excluded: this.#excluded, speaking };
  }

  push({ userId, timestamp, payload }: HeardPacket): void {
    if (!this.#mayBeHeard(userId)) {
      this.#excluded++;
      this.remove(userId);
      return;
    }
    const queue = isTwentyMsPacket(payload) ? this.#queueOf(userId) : undefined;
    if (queue) queue.push({ timestamp, payload });
    else this.#refused++;
  }

  /** The next packet of the programme; once per 20 ms. */
  pull(): Uint8Array {
    const pulls = new Map([...this.#queues].map(([userId, queue]) => [userId, queue.pull()] as const));
    for (const [userId, queue] of this.#queues) if (queue.quiet) this.#queues.delete(userId);
    return this.#mixer.mix(pulls);
  }

  remove(userId: string): void {
    this.#queues.delete(userId);
    this.#mixer.remove(userId);
  }

  #queueOf(userId: string): SpeakerQueue | undefined {
    const known = this.#queues.get(userId);
    if (known || this.#queues.size >= speakersKnownMax) return known;
    const queue = new SpeakerQueue();
    this.#queues.set(userId, queue);
    return queue;
  }
}
