import { frameSampleCount, type OpusCodec, type OpusDecoder, type OpusEncoder } from '../opus/codec.ts';
import { isSilence, silencePayload } from '../opus/toc.ts';
import { decoderIdleFrames, mixHoldFrames, primingPackets, speakersMixedMax } from './limits.ts';
import type { SpeakerPull } from './speaker-queue.ts';

interface Voice {
  /** The latest packets, newest last: a new decoder gets them first. */
  recent: Uint8Array[];
  decoder: OpusDecoder | undefined;
  idleFrames: number;
}

/**
 * Several speakers as one programme. A single speaker is passed on byte for byte; packets are decoded, added and
 * encoded again only when two speak at once.
 */
export class Mixer {
  readonly counts = { forwarded: 0, mixed: 0, silent: 0, undecodable: 0 };
  readonly #codec: OpusCodec;
  readonly #bitrateKbps: number;
  readonly #voices = new Map<string, Voice>();
  readonly #sum = new Int32Array(frameSampleCount);
  readonly #samples = new Int16Array(frameSampleCount);
  #encoder: OpusEncoder | undefined;
  /** Mixing continues for this many frames though only one speaks. */
  #holdFrames = 0;

  constructor(components: { codec: OpusCodec }, init: { bitrateKbps: number }) {
    this.#codec = components.codec;
    this.#bitrateKbps = init.bitrateKbps;
  }

  /** One frame from what each speaker has, in the order in which they began. Always returns a packet. */
  mix(pulls: ReadonlyMap<string, SpeakerPull>): Uint8Array {
    const speaking = [...pulls].filter(([, pull]) => pull !== 'quiet').slice(0, speakersMixedMax);
    const payload = this.#payloadOf(speaking);
    for (const [userId, pull] of speaking) if (pull instanceof Uint8Array) this.#remember(userId, pull);
    this.#forgetIdle(speaking);
    return payload;
  }

  /** Called when a speaker left. */
  remove(userId: string): void {
    this.#voices.delete(userId);
  }

  #payloadOf(speaking: readonly [string, SpeakerPull][]): Uint8Array {
    if (speaking.length > 1) this.#holdFrames = mixHoldFrames;
    else if (this.#holdFrames > 0) this.#holdFrames--;
    const only = speaking[0]?.[1];
    if (only === undefined) {
      this.#holdFrames = 0;
      this.counts.silent++;
      return silencePayload;
    }
    if (this.#holdFrames > 0) return this.#mixed(speaking);
    this.counts.forwarded++;
    return only instanceof Uint8Array ? only : silencePayload;
  }

  #mixed(speaking: readonly [string, SpeakerPull][]): Uint8Array {
    this.#sum.fill(0);
    for (const [userId, pull] of speaking) {
      if (pull instanceof Uint8Array && !isSilence(pull)) this.#add(userId, pull);
    }
    for (let i = 0; i < frameSampleCount; i++) {
      this.#samples[i] = Math.max(-32_768, Math.min(32_767, this.#sum[i] ?? 0));
    }
    this.#encoder ??= this.#codec.createEncoder(this.#bitrateKbps);
    this.counts.mixed++;
    return this.#encoder.encode(this.#samples);
  }

  #add(userId: string, payload: Uint8Array): void {
    try {
      const samples = this.#decoderOf(userId).decode(payload);
      for (let i = 0; i < frameSampleCount; i++) this.#sum[i] = (this.#sum[i] ?? 0) + (samples[i] ?? 0);
    } catch {
      // Not Opus, whatever its first byte said: the others must still be heard.
      this.counts.undecodable++;
    }
  }

  #decoderOf(userId: string): OpusDecoder {
    const voice = this.#voice(userId);
    if (!voice.decoder) {
      voice.decoder = this.#codec.createDecoder();
      for (const packet of voice.recent) voice.decoder.decode(packet);
    }
    return voice.decoder;
  }

  #remember(userId: string, payload: Uint8Array): void {
    const { recent } = this.#voice(userId);
    recent.push(payload);
    if (recent.length > primingPackets) recent.shift();
  }

  #voice(userId: string): Voice {
    const known = this.#voices.get(userId);
    if (known) return known;
    const voice: Voice = { recent: [], decoder: undefined, idleFrames: 0 };
    this.#voices.set(userId, voice);
    return voice;
  }

  /** A decoder that was bypassed has outdated memory, so one that forwards alone for a while restarts too. */
  #forgetIdle(speaking: readonly [string, SpeakerPull][]): void {
    const mixing = this.#holdFrames > 0;
    const now = new Set(speaking.map(([userId]) => userId));
    for (const [userId, voice] of this.#voices) {
      if (now.has(userId)) {
        voice.idleFrames = 0;
        if (!mixing) voice.decoder = undefined;
      } else if (++voice.idleFrames > decoderIdleFrames) this.#voices.delete(userId);
    }
  }
}
