import { type OpusHead, parseOpusHead } from '../opus/headers.ts';
import type { AudioTrack } from '../tracks/choice.ts';
import { childrenOf, elementIds, readUnsigned } from './elements.ts';

const audioTrackType = 2;
const specialFlags: ReadonlySet<number> = new Set([
  elementIds.flagHearingImpaired,
  elementIds.flagVisualImpaired,
  elementIds.flagCommentary,
]);

export interface TrackEntry extends AudioTrack {
  number: number;
  isAudio: boolean;
  isOpus: boolean;
  head: OpusHead | undefined;
}

export function readTrackEntry(content: Uint8Array): TrackEntry {
  const entry: TrackEntry = {
    number: 0,
    isAudio: false,
    isOpus: false,
    head: undefined,
    // RFC 9559 §5.1.4.1: by default, a track is enabled and a default.
    isDefault: true,
    isSpecial: false,
  };
  let enabled = true;
  let encoded = false;
  for (const { id, content: value } of childrenOf(content)) {
    if (id === elementIds.trackNumber) entry.number = readUnsigned(value);
    else if (id === elementIds.trackType) entry.isAudio = readUnsigned(value) === audioTrackType;
    else if (id === elementIds.codecId) entry.isOpus = Buffer.from(value).toString('latin1') === 'A_OPUS';
    else if (id === elementIds.codecPrivate) entry.head = parseOpusHead(value);
    else if (id === elementIds.contentEncodings) encoded = true;
    else if (id === elementIds.flagDefault) entry.isDefault = readUnsigned(value) === 1;
    else if (id === elementIds.flagEnabled) enabled = readUnsigned(value) === 1;
    else if (specialFlags.has(id)) entry.isSpecial ||= readUnsigned(value) === 1;
  }
  // Compressed or encrypted blocks don't hold plain packets: they are left to a decoder.
  if (encoded) entry.isOpus = false;
  if (!enabled) entry.isDefault = false;
  return entry;
}
