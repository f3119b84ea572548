import type { z } from 'zod';
import { WireViolation } from './violation.ts';

/** One unit on the wire, distinguished by its type. */
export interface TypedRecord {
  type: string;
}

/** One kind of record: its number on the wire, and how its content is written and read. */
export interface RecordKind<R extends TypedRecord> {
  readonly type: string;
  /** u8, unique within the protocol. */
  readonly number: number;
  readonly contentBytesMin: number;
  readonly contentBytesMax: number;
  /** A method, not a field: so kinds of single records fit into a list for the union of them. */
  encode(record: R): Uint8Array;
  /** Throws WireViolation. */
  decode(content: Uint8Array): R;
}

/** A record without content: its type says everything. */
export function emptyKind<Type extends string>(type: Type, number: number): RecordKind<{ type: Type }> {
  return {
    type,
    number,
    contentBytesMin: 0,
    contentBytesMax: 0,
    encode: () => new Uint8Array(0),
    decode: () => ({ type }),
  };
}

/** A record whose content is a UTF-8 JSON object; fields that the schema doesn't know are ignored. */
export function jsonKind<Type extends string, Content extends object>(
  type: Type,
  number: number,
  contentBytesMax: number,
  schema: z.ZodType<Content>,
): RecordKind<{ type: Type } & Content> {
  return {
    type,
    number,
    contentBytesMin: 2,
    contentBytesMax,
    encode: ({ type: _, ...content }) => new TextEncoder().encode(JSON.stringify(content)),
    decode: (bytes) => {
      const parsed = schema.safeParse(decodeJson(bytes, type));
      if (!parsed.success) throw new WireViolation(`malformed ${type} record`, { cause: parsed.error });
      return { type, ...parsed.data };
    },
  };
}

function decodeJson(bytes: Uint8Array, type: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new WireViolation(`malformed ${type} record`, { cause: error });
  }
}
