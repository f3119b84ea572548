import type { AudioTrack } from '../tracks/choice.ts';
import type { OpusHead, OpusTags } from './headers.ts';

/** Events of a container of Opus, whatever its format. */
export type OpusStreamEvent =
  /** A link of the chain starts; `head` is unknown when reading began in mid-stream. */
  | { kind: 'track'; serial: number; head: OpusHead | undefined; tags: OpusTags }
  /** One Opus packet in memory of its own. */
  | { kind: 'packet'; payload: Uint8Array }
  /** A link of another codec starts where Opus was expected. */
  | { kind: 'foreign'; serial: number };

/** Takes bytes in chunks of any size. Never throws for its input, and holds a bounded part of it. */
export interface OpusDemuxer {
  push(chunk: Uint8Array, emit: (event: OpusStreamEvent) => void): void;
  readonly heldBytes: number;
  /** The audio tracks of a container, once it is known which of them is read. */
  readonly audioTracks?: readonly AudioTrack[] | undefined;
}
