import { errorText } from '../errors.ts';
import type { MediaPacket } from './channel.ts';
import type { HeardFrame, Listener, ListenerStats } from './contract.ts';
import type { ListenerMember } from './dave/listener-member.ts';
import { hasDaveTrailer, isSilence } from './dave/media-frame.ts';
import { Speaker, type SpokenPacket } from './speaker.ts';

export interface ChannelListenerInit {
  userId: string;
  channelId: string;
  daveVersion: 0 | 1;
  /** Its seat in the encrypted group; without one it hears only what is sent plain. */
  member: ListenerMember | undefined;
  /** SSRC of what this person says. */
  ssrc: number;
  onSpoken: (packet: SpokenPacket) => void;
  onLeave: (listener: ChannelListener) => void;
  log: (line: string) => void;
}

/** A person in a voice channel: decrypts every frame that comes, keeps count, and may speak. */
export class ChannelListener implements Listener {
  readonly userId: string;
  readonly channelId: string;
  readonly daveVersion: 0 | 1;
  readonly member: ListenerMember | undefined;
  readonly stats: ListenerStats = {
    framesHeard: 0,
    silenceFrames: 0,
    framesPlain: 0,
    framesUndecryptable: 0,
    rtpGaps: 0,
    rtpRepeats: 0,
    transportErrors: 0,
  };
  readonly #init: ChannelListenerInit;
  readonly #handlers = new Set<(frame: HeardFrame) => void>();
  readonly #speaker: Speaker;
  #left = false;

  constructor(init: ChannelListenerInit) {
    this.#init = init;
    this.userId = init.userId;
    this.channelId = init.channelId;
    this.daveVersion = init.daveVersion;
    this.member = init.member;
    const { member, userId: speakerId, ssrc } = init;
    this.#speaker = new Speaker(
      {
        encrypt: member && ((payload) => member.encrypt(payload)),
        send: init.onSpoken,
        now: () => performance.now(),
      },
      { speakerId, ssrc },
    );
  }

  speak(payload: Uint8Array): boolean {
    return !this.#left && this.#speaker.speak(payload);
  }

  onFrame(handler: (frame: HeardFrame) => void): () => void {
    this.#handlers.add(handler);
    return () => this.#handlers.delete(handler);
  }

  leave(): void {
    if (this.#left) return;
    this.#left = true;
    this.#init.onLeave(this);
    this.member?.close();
    this.#handlers.clear();
  }

  /** `groupVersion`: what the channel speaks now. */
  hear(packet: MediaPacket, groupVersion: 0 | 1): void {
    const { stats } = this;
    stats.transportErrors += packet.problemCount;
    stats.rtpGaps += packet.gaps;
    if (packet.repeated) stats.rtpRepeats += 1;
    const silence = isSilence(packet.payload);
    const opened = silence ? undefined : this.#open(packet);
    if (opened === 'undecryptable' && groupVersion === 1) {
      // Until it is in the group, encrypted frames are not meant for it.
      if (this.member?.admitted !== false) stats.framesUndecryptable += 1;
      return;
    }
    const e2ee = opened instanceof Uint8Array;
    if (silence) stats.silenceFrames += 1;
    else if (!e2ee && groupVersion === 1) stats.framesPlain += 1;
    stats.framesHeard += 1;
    this.#emit({
      speakerId: packet.speakerId,
      rtpSequence: packet.sequence,
      rtpTimestamp: packet.timestamp,
      arrivedAtMs: packet.arrivedAtMs,
      payload: e2ee ? opened : packet.payload,
      e2ee,
      silence,
    });
  }

  countTransportError(): void {
    this.stats.transportErrors += 1;
  }

  /** Frames of a group that has just ended may still come, so the trailer decides, not the channel's version. */
  #open(packet: MediaPacket): Uint8Array | 'plain' | 'undecryptable' {
    if (!hasDaveTrailer(packet.payload)) return 'plain';
    if (this.member === undefined) return 'undecryptable';
    try {
      return this.member.decrypt(packet.speakerId, packet.payload);
    } catch {
      return 'undecryptable';
    }
  }

  #emit(frame: HeardFrame): void {
    for (const handler of this.#handlers) {
      try {
        handler(frame);
      } catch (error) {
        this.#init.log(`a frame handler of listener ${this.userId} threw: ${errorText(error)}`);
      }
    }
  }
}
