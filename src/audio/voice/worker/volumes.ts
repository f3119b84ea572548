import { errorText } from '#core/errors.ts';
import type { OpusCodec } from '../../opus/codec.ts';
import { isSilence, silencePayload } from '../../opus/toc.ts';
import { volumeIdleTurnsMax, volumesMax } from '../limits.ts';
import { Gain } from './gain.ts';

export interface VolumesComponents {
  loadCodec: () => Promise<OpusCodec>;
  warn: (text: string, fields: Record<string, unknown>) => void;
}

/** A channel's way from one volume to another. */
export interface Glide {
  /** Another number for each. */
  id: number;
  fromPercent: number;
  /** How far it is; kept up to date here. */
  nowPercent: number;
  done: boolean;
}

interface Volume {
  streamKey: string;
  percent: number;
  gain: Gain;
  /** It is made for that glide, until it has arrived. */
  glideId: number | undefined;
  /** The last turn it was requested for, and its result. */
  turn: number;
  packet: Buffer;
}

/** Unchanged. */
export const untouchedPercent = 100;
const silence = Buffer.from(silencePayload);

/**
 * The streams at the volumes that channels want: decoded and encoded once per stream, volume and turn, whatever the
 * number of channels. Where that isn't possible a packet plays unchanged.
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

  /** Loads the codec, so that it is ready for the first packet. */
  prepare(): void {
    if (this.#loading) return;
    this.#loading = true;
    this.#components
      .loadCodec()
      .then((codec) => {
        this.#codec = codec;
      })
      .catch((error: unknown) => this.#warn(error));
  }

  /** Called before the packets of each turn are requested. */
  nextTurn(): void {
    this.#turn++;
    if (this.#turn % volumeIdleTurnsMax !== 0) return;
    this.#volumes = this.#volumes.filter(({ turn }) => this.#turn - turn < volumeIdleTurnsMax);
  }

  /** The stream's packet of this turn. */
  at(percent: number, streamKey: string, packet: Buffer, glide?: Glide): Buffer {
    if (isSilence(packet)) return packet;
    if (!glide && percent === untouchedPercent) return packet;
    if (!glide && percent === 0) return silence;
    const volume = this.#volumeOf(streamKey, percent, glide);
    if (volume && volume.turn !== this.#turn) {
      volume.turn = this.#turn;
      volume.packet = this.#make(volume.gain, packet);
    }
    if (glide) this.#follow(glide, volume);
    return volume ? volume.packet : packet;
  }

  #follow(glide: Glide, volume: Volume | undefined): void {
    if (volume) glide.nowPercent = volume.gain.percent;
    glide.done = volume ? volume.glideId !== glide.id || volume.gain.settled : this.#warned;
  }

  #volumeOf(streamKey: string, percent: number, glide: Glide | undefined): Volume | undefined {
    const ofStream = this.#volumes.filter((volume) => volume.streamKey === streamKey);
    const same = ofStream.filter((volume) => volume.percent === percent);
    const exact = same.find(({ glideId }) => glideId === glide?.id) ?? (glide ? undefined : arrivedOf(same));
    if (exact || !this.#codec) return exact;
    // At the limit, the closest volume that is made is used.
    if (this.#volumes.length >= volumesMax) return closest(ofStream, percent);
    const gain = new Gain(this.#codec, percent, glide?.fromPercent);
    const volume = { streamKey, percent, gain, glideId: glide?.id, turn: -1, packet: silence };
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

  /** Once: what one packet causes, the next ones cause as well. */
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

/** One that a channel glided to is for all from then on, so that its codec continues without a seam. */
function arrivedOf(volumes: readonly Volume[]): Volume | undefined {
  const arrived = volumes.find(({ gain }) => gain.settled);
  if (arrived) arrived.glideId = undefined;
  return arrived;
}
