import { readBoxHeader } from './boxes.ts';

/** Large enough for the longest message with its scheme, its value and some numbers. */
const boxBytesMax = 8_192;
const nothing = Buffer.alloc(0);

export interface EventMessage {
  scheme: string;
  data: Buffer;
}

/**
 * The event messages (`emsg`: ISO/IEC 23009-1 §5.10.3.3) of a fragmented MP4 out of bytes in chunks of any size. Skips
 * all other boxes and holds one.
 */
export class EventMessageReader {
  readonly #onMessage: (message: EventMessage) => void;
  #held: Buffer = nothing;
  #skipBytes = 0;

  constructor(onMessage: (message: EventMessage) => void) {
    this.#onMessage = onMessage;
  }

  push(chunk: Uint8Array): void {
    const skipped = Math.min(this.#skipBytes, chunk.length);
    this.#skipBytes -= skipped;
    if (skipped === chunk.length) return;
    this.#held = Buffer.concat([this.#held, chunk.subarray(skipped)]);
    while (this.#skipBytes === 0 && this.#box());
  }

  /** False: more bytes are needed. */
  #box(): boolean {
    const header = readBoxHeader(this.#held, 0);
    if (header === undefined) return false;
    // Bytes that aren't a box end the reading.
    const sizeBytes = header?.sizeBytes ?? Number.POSITIVE_INFINITY;
    if (header?.type === 'emsg' && sizeBytes <= boxBytesMax) {
      if (sizeBytes > this.#held.length) return false;
      const message = readMessage(this.#held.subarray(header.headerBytes, sizeBytes));
      if (message) this.#onMessage(message);
    }
    this.#skipBytes = Math.max(0, sizeBytes - this.#held.length);
    this.#held = Buffer.from(this.#held.subarray(Math.min(sizeBytes, this.#held.length)));
    return this.#held.length > 0;
  }
}

/** Version 0 has its two texts first, version 1 its numbers. */
function readMessage(content: Buffer): EventMessage | undefined {
  const version = content[0];
  if (version !== 0 && version !== 1) return undefined;
  const textsAt = version === 0 ? 4 : 24;
  const schemeEnd = content.indexOf(0, textsAt);
  const valueEnd = schemeEnd < 0 ? -1 : content.indexOf(0, schemeEnd + 1);
  if (valueEnd < 0) return undefined;
  const dataAt = valueEnd + 1 + (version === 0 ? 16 : 0);
  return { scheme: content.toString('latin1', textsAt, schemeEnd), data: content.subarray(dataAt) };
}
