import { errorText } from '#core/errors.ts';
import type { OpusCodec } from '../../opus/codec.ts';
import { isSilence, silencePayload } from '../../opus/toc.ts';
import { volumeIdleTurnsMax, volumesMax } from '../limits.ts';
import { Gain } from './gain.ts';

export interface VolumesComponents {
  loadCodec: () => Promise<OpusCodec>;
  warn: (text: string, fields: Record<string, unknown>) => void;
}

interface Volume {
  streamKey: string;
  percent: number;
  gain: Gain;
  /** The last turn it was asked for, and what it made then. */
  turn: number;
  packet: Buffer;
}

/** As it came. */
export const untouchedPercent = 100;
const silence = Buffer.from(silencePayload);

/**
 * The streams as loud as channels want them: decoded and encoded once per stream, volume and turn, whatever the number
 * of channels. Where that can't be done a packet plays as it came.
 */
export class Volumes {
  readonly #components: VolumesComponents;
  #volumes: Volume[] = [];
  #codec: OpusCodec | undefined;
  #loading = false;
  #turn = 0;
  #warned = false;

  constructor(components: VolumesComponents) {
    this.#components = components;
  }

  /** Loads the codec, so that it is there with the first packet. */
  prepare(percent: number): void {
    if (percent === untouchedPercent || percent === 0 || this.#loading) return;
    this.#loading = true;
    this.#components
      .loadCodec()
      .then((codec) => {
        this.#codec = codec;
      })
      .catch((error: unknown) => this.#warn(error));
  }

  /** Before each turn's packets are asked for. */
  nextTurn(): void {
    this.#turn++;
    if (this.#turn % volumeIdleTurnsMax !== 0) return;
    this.#volumes = this.#volumes.filter(({ turn }) => this.#turn - turn < volumeIdleTurnsMax);
  }

  /** The stream's packet of this turn. */
  at(percent: number, streamKey: string, packet: Buffer): Buffer {
    if (percent === untouchedPercent || isSilence(packet)) return packet;
    if (percent === 0) return silence;
    const volume = this.#volumeOf(streamKey, percent);
    if (!volume) return packet;
    if (volume.turn !== this.#turn) {
      volume.turn = this.#turn;
      volume.packet = this.#make(volume.gain, packet);
    }
    return volume.packet;
  }

  #volumeOf(streamKey: string, percent: number): Volume | undefined {
    const ofStream = this.#volumes.filter((volume) => volume.streamKey === streamKey);
    const exact = ofStream.find((volume) => volume.percent === percent);
    if (exact || !this.#codec) return exact;
    // A machine that makes as many as it can plays the one that comes closest.
    if (this.#volumes.length >= volumesMax) return closest(ofStream, percent);
    const made = { turn: -1, packet: silence, gain: new Gain(this.#codec, percent) };
    const volume = { streamKey, percent, ...made };
    this.#volumes.push(volume);
    return volume;
  }

  #make(gain: Gain, packet: Buffer): Buffer {
    try {
      const { buffer, byteOffset, byteLength } = gain.apply(packet);
      return Buffer.from(buffer, byteOffset, byteLength);
    } catch (error) {
      this.#warn(error);
      return packet;
    }
  }

  /** Once: what one packet does, the next ones do as well. */
  #warn(error: unknown): void {
    if (this.#warned) return;
    this.#warned = true;
    this.#components.warn('volume not changed, played as it comes', { error: errorText(error) });
  }
}

function closest(volumes: readonly Volume[], percent: number): Volume | undefined {
  const distance = (volume: Volume) => Math.abs(volume.percent - percent);
  return volumes.toSorted((one, other) => distance(one) - distance(other))[0];
}
