import type { OggPage } from './page-reader.ts';

/** The largest legal Opus packet is 48 frames of 1,275 bytes; comment headers may be longer and are cut. */
export const packetBytesMax = 62_000;

/** Assembles the packets of one logical stream from its pages. `complete` is false for a packet that was cut. */
export class PacketAssembler {
  #parts: Uint8Array[] = [];
  #heldBytes = 0;
  /** A packet is open: its end is on a later page. */
  #open = false;
  #overlong = false;
  #nextPage: number | undefined;

  get heldBytes(): number {
    return this.#heldBytes;
  }

  page(page: OggPage, onPacket: (payload: Uint8Array, complete: boolean) => void): void {
    const gap = this.#nextPage !== undefined && this.#nextPage !== page.pageSequence;
    this.#nextPage = (page.pageSequence + 1) >>> 0;
    if (page.afterDamage || gap || !page.continued) this.#drop();
    // The start of a continued packet was not seen: its rest is no packet.
    let orphan = page.continued && !this.#open;

    let at = 0;
    for (const lace of page.lacing) {
      if (!orphan) this.#append(page.body.subarray(at, at + lace));
      at += lace;
      if (lace === 255) continue;
      if (!orphan) this.#finish(onPacket);
      orphan = false;
    }
  }

  #append(part: Uint8Array): void {
    this.#open = true;
    const room = packetBytesMax - this.#heldBytes;
    if (part.length > room) this.#overlong = true;
    const kept = part.subarray(0, room);
    if (kept.length === 0) return;
    // A copy, because the page reader reuses its buffer.
    this.#parts.push(new Uint8Array(kept));
    this.#heldBytes += kept.length;
  }

  #finish(onPacket: (payload: Uint8Array, complete: boolean) => void): void {
    const only = this.#parts.length === 1 ? this.#parts[0] : undefined;
    const payload = only ?? new Uint8Array(Buffer.concat(this.#parts));
    const complete = !this.#overlong;
    this.#drop();
    onPacket(payload, complete);
  }

  #drop(): void {
    this.#parts = [];
    this.#heldBytes = 0;
    this.#open = false;
    this.#overlong = false;
  }
}
