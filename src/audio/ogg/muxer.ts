import { opusHead } from '../opus/headers.ts';
import { fits, lacingCount, pageFlags, pageOf } from './page.ts';

const frameSamples = 960n;
/** RFC 7845 §3: a page should hold no more than a second. */
const framesPerPageMax = 50;

/** Puts Opus packets of 20 ms into the pages of one Ogg stream. No I/O; holds one unfinished page. */
export class OggMuxer {
  readonly #serial: number;
  #sequence = 0;
  #packets: Uint8Array[] = [];
  #segmentCount = 0;
  #granule = 0n;

  constructor(serial: number) {
    this.#serial = serial;
  }

  /** The two header pages; must come first. `tags`: the packet of comments. */
  headers(tags: Uint8Array): Buffer {
    return Buffer.concat([this.#headerPage(pageFlags.first, opusHead()), this.#headerPage(0, tags)]);
  }

  /** The page that this packet completed, if it did. The payload is kept until then. */
  packet(payload: Uint8Array): Buffer | undefined {
    const full = this.#packets.length >= framesPerPageMax || !fits(this.#segmentCount, payload);
    const page = full ? this.#page(0) : undefined;
    this.#packets.push(payload);
    this.#segmentCount += lacingCount(payload);
    this.#granule += frameSamples;
    return page;
  }

  /** The rest, marked as the end. Undefined when there never was a packet: such a stream has no last page. */
  end(): Buffer | undefined {
    return this.#granule > 0n ? this.#page(pageFlags.last) : undefined;
  }

  /** Number of frames put in. */
  get frameCount(): number {
    return Number(this.#granule / frameSamples);
  }

  #headerPage(flags: number, packet: Uint8Array): Buffer {
    return pageOf({
      serial: this.#serial,
      sequence: this.#sequence++,
      granule: 0n,
      flags,
      packets: [packet],
    });
  }

  #page(flags: number): Buffer {
    const page = pageOf({
      serial: this.#serial,
      sequence: this.#sequence++,
      granule: this.#granule,
      flags,
      packets: this.#packets,
    });
    this.#packets = [];
    this.#segmentCount = 0;
    return page;
  }
}
