import { isSilence } from './dave/media-frame.ts';

const frameMs = 20;
/** 20 ms at 48 kHz. */
const frameSamples = 960;
const pauseFramesMin = 10;
const sequenceCount = 2 ** 16;

export interface SpokenPacket {
  speakerId: string;
  ssrc: number;
  sequence: number;
  timestamp: number;
  /** As it crosses the wire, but for the transport encryption: an Opus packet, or a DAVE media frame around one. */
  payload: Buffer;
}

export interface SpeakerComponents {
  /** Closes a packet for the group; undefined while there is no key for it. Absent: the channel is not encrypted. */
  encrypt: ((payload: Buffer) => Buffer | undefined) | undefined;
  send: (packet: SpokenPacket) => void;
  now: () => number;
}

/** The microphone of a person: numbers and times the packets as a client does, whose clock runs on in pauses. */
export class Speaker {
  readonly #components: SpeakerComponents;
  readonly #speakerId: string;
  readonly #ssrc: number;
  #sequence = 0;
  #timestamp = 0;
  #lastAtMs: number | undefined;

  constructor(components: SpeakerComponents, { speakerId, ssrc }: { speakerId: string; ssrc: number }) {
    this.#components = components;
    this.#speakerId = speakerId;
    this.#ssrc = ssrc;
  }

  speak(opus: Uint8Array): boolean {
    const plain = Buffer.from(opus);
    const { encrypt, send } = this.#components;
    // Silence frames are never encrypted.
    const payload = encrypt && !isSilence(plain) ? encrypt(plain) : plain;
    if (payload === undefined) return false;
    this.#advance();
    send({
      speakerId: this.#speakerId,
      ssrc: this.#ssrc,
      sequence: this.#sequence,
      timestamp: this.#timestamp,
      payload,
    });
    return true;
  }

  #advance(): void {
    const nowMs = this.#components.now();
    const passedFrames = this.#lastAtMs === undefined ? 1 : Math.round((nowMs - this.#lastAtMs) / frameMs);
    this.#lastAtMs = nowMs;
    // Within a talk the codec's clock counts; only a pause shows on it.
    const frames = passedFrames > pauseFramesMin ? passedFrames : 1;
    this.#sequence = (this.#sequence + 1) % sequenceCount;
    this.#timestamp = (this.#timestamp + frames * frameSamples) >>> 0;
  }
}
