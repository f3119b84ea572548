import { type OpusHead, parseOpusHead } from '../opus/headers.ts';
import type { AudioTrack } from '../tracks/choice.ts';
import { childrenOf, elementIds, readUnsigned } from './elements.ts';

const audioTrackType = 2;

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
    switch (id) {
      case elementIds.trackNumber:
        entry.number = readUnsigned(value);
        break;
      case elementIds.trackType:
        entry.isAudio = readUnsigned(value) === audioTrackType;
        break;
      case elementIds.codecId:
        entry.isOpus = Buffer.from(value).toString('latin1') === 'A_OPUS';
        break;
      case elementIds.codecPrivate:
        entry.head = parseOpusHead(value);
        break;
      case elementIds.contentEncodings:
        encoded = true;
        break;
      case elementIds.flagDefault:
        entry.isDefault = readUnsigned(value) === 1;
        break;
      case elementIds.flagEnabled:
        enabled = readUnsigned(value) === 1;
        break;
      case elementIds.flagHearingImpaired:
      case elementIds.flagVisualImpaired:
      case elementIds.flagCommentary:
        entry.isSpecial ||= readUnsigned(value) === 1;
        break;
    }
  }
  // Compressed or encrypted blocks don't hold plain packets: they are left to a decoder.
  if (encoded) entry.isOpus = false;
  if (!enabled) entry.isDefault = false;
  return entry;
}
