/** The presentation language of TLS as MLS uses it (RFC 9420, section 2): lengths are QUIC integers. */

const lengthMax = 0x3fffffff;

export function u8(value: number): Buffer {
  return Buffer.of(value);
}

export function u16(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

export function u32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export function u64(value: bigint): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}

/** `opaque data<V>`: the bytes after their length. */
export function vector(...parts: Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([lengthPrefix(body.length), body]);
}

function lengthPrefix(length: number): Buffer {
  if (length < 0x40) return u8(length);
  if (length < 0x4000) return u16(0x4000 | length);
  if (length <= lengthMax) return u32(0x80000000 + length);
  throw new RangeError(`a vector of ${length} bytes is too long`);
}

/** Reads in order and throws `RangeError` at the end of the bytes: nothing is read past it. */
export class TlsReader {
  readonly #bytes: Buffer;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get offset(): number {
    return this.#offset;
  }

  get done(): boolean {
    return this.#offset === this.#bytes.length;
  }

  u8(): number {
    return this.bytes(1).readUInt8();
  }

  u16(): number {
    return this.bytes(2).readUInt16BE();
  }

  u32(): number {
    return this.bytes(4).readUInt32BE();
  }

  u64(): bigint {
    return this.bytes(8).readBigUInt64BE();
  }

  bytes(count: number): Buffer {
    const end = this.#offset + count;
    if (end > this.#bytes.length) throw new RangeError(`ends at byte ${this.#bytes.length}, needs ${end}`);
    const part = this.#bytes.subarray(this.#offset, end);
    this.#offset = end;
    return part;
  }

  vector(): Buffer {
    return this.bytes(this.#length());
  }

  /** Everything read since `start`. */
  since(start: number): Buffer {
    return this.#bytes.subarray(start, this.#offset);
  }

  rest(): Buffer {
    return this.bytes(this.#bytes.length - this.#offset);
  }

  #length(): number {
    const first = this.u8();
    const low = first & 0x3f;
    if (first < 0x40) return low;
    if (first < 0x80) return (low << 8) | this.u8();
    if (first < 0xc0) return (low << 24) | (this.u8() << 16) | this.u16();
    throw new RangeError('a vector length of 8 bytes is not allowed');
  }
}
