import { copyOf, joined, viewOf } from './bytes.ts';
import type { RecordKind, TypedRecord } from './record-kind.ts';
import { WireViolation } from './violation.ts';

/** length u16 (of type and content) | type u8 | content; all numbers big-endian. */
const lengthBytes = 2;
const typeBytes = 1;
export const headerBytes = lengthBytes + typeBytes;

export function writeHeader(view: DataView, offset: number, number: number, contentBytes: number): void {
  view.setUint16(offset, typeBytes + contentBytes);
  view.setUint8(offset + lengthBytes, number);
}

/** Turns the records of one protocol into bytes and back. */
export class RecordCodec<R extends TypedRecord> {
  readonly #byType: ReadonlyMap<string, RecordKind<R>>;
  readonly #byNumber: ReadonlyMap<number, RecordKind<R>>;

  /** Throws RangeError when two kinds have one type or number. */
  constructor(kinds: readonly RecordKind<R>[]) {
    this.#byType = new Map(kinds.map((kind) => [kind.type, kind]));
    this.#byNumber = new Map(kinds.map((kind) => [kind.number, kind]));
    if (this.#byType.size < kinds.length || this.#byNumber.size < kinds.length)
      throw new RangeError('two kinds of record have one type or number');
  }

  /** Throws RangeError when the record is longer than its kind may be. */
  encode(record: R): Uint8Array {
    const kind = this.#byType.get(record.type);
    const content = kind?.encode(record);
    if (!kind || !content || content.length > kind.contentBytesMax)
      throw new RangeError(`a ${record.type} record of ${content?.length} bytes can’t be sent`);
    const bytes = new Uint8Array(headerBytes + content.length);
    writeHeader(viewOf(bytes), 0, kind.number, content.length);
    bytes.set(content, headerBytes);
    return bytes;
  }

  /** For one stream. */
  decoder(): RecordDecoder<R> {
    return new RecordDecoder(this.#byNumber);
  }
}

/**
 * Turns bytes, cut anywhere, into records. Keeps at most one unfinished record, whose length is checked as soon as its
 * first three bytes have come.
 */
export class RecordDecoder<R extends TypedRecord> {
  readonly #kinds: ReadonlyMap<number, RecordKind<R>>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(kinds: ReadonlyMap<number, RecordKind<R>>) {
    this.#kinds = kinds;
  }

  /** Throws WireViolation; the stream can't be used afterwards. Stop iterating to leave the remaining bytes unread. */
  *read(chunk: Uint8Array): Generator<R, void, undefined> {
    const bytes = this.#rest.length === 0 ? chunk : joined(this.#rest, chunk);
    let offset = 0;
    while (bytes.length - offset >= headerBytes) {
      const kind = this.#judgeHeader(bytes, offset);
      const end = offset + lengthBytes + lengthAt(bytes, offset);
      if (end > bytes.length) break;
      yield kind.decode(bytes.subarray(offset + headerBytes, end));
      offset = end;
    }
    this.#rest = copyOf(bytes.subarray(offset));
  }

  get unfinishedBytes(): number {
    return this.#rest.length;
  }

  #judgeHeader(bytes: Uint8Array, offset: number): RecordKind<R> {
    const kind = this.#kinds.get(bytes[offset + lengthBytes] ?? 0);
    if (!kind) throw new WireViolation('unknown record type');
    const contentBytes = lengthAt(bytes, offset) - typeBytes;
    if (contentBytes < kind.contentBytesMin || contentBytes > kind.contentBytesMax)
      throw new WireViolation(`${kind.type} record of ${contentBytes} bytes`);
    return kind;
  }
}

function lengthAt(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
}
