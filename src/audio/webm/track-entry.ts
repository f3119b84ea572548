import { type OpusHead, parseOpusHead } from '../opus/headers.ts';
import { childrenOf, elementIds, readUnsigned } from './elements.ts';

const audioTrackType = 2;

export interface TrackEntry {
  number: number;
  isAudio: boolean;
  isOpus: boolean;
  head: OpusHead | undefined;
}

export function readTrackEntry(content: Uint8Array): TrackEntry {
  const entry: TrackEntry = { number: 0, isAudio: false, isOpus: false, head: undefined };
  let encoded = false;
  for (const { id, content: value } of childrenOf(content)) {
    if (id === elementIds.trackNumber) entry.number = readUnsigned(value);
    else if (id === elementIds.trackType) entry.isAudio = readUnsigned(value) === audioTrackType;
    else if (id === elementIds.codecId) entry.isOpus = Buffer.from(value).toString('latin1') === 'A_OPUS';
    else if (id === elementIds.codecPrivate) entry.head = parseOpusHead(value);
    else if (id === elementIds.contentEncodings) encoded = true;
  }
  // Compressed or encrypted blocks hold no packets as they are: work for a decoder.
  if (encoded) entry.isOpus = false;
  return entry;
}
