import { OggOpusDemuxer } from '#audio/ogg/demuxer.ts';
import type { OpusStreamEvent } from '#audio/opus/stream-event.ts';

export interface Demuxed {
  packets: Uint8Array[];
  tracks: Extract<OpusStreamEvent, { kind: 'track' }>[];
  foreignCount: number;
  heldBytesMax: number;
  demuxer: OggOpusDemuxer;
}

export function demux(bytes: Uint8Array, chunkBytes = 1_000): Demuxed {
  const demuxer = new OggOpusDemuxer();
  const result: Demuxed = { packets: [], tracks: [], foreignCount: 0, heldBytesMax: 0, demuxer };
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    demuxer.push(bytes.subarray(at, at + chunkBytes), (event) => {
      if (event.kind === 'packet') result.packets.push(event.payload);
      else if (event.kind === 'track') result.tracks.push(event);
      else result.foreignCount++;
    });
    result.heldBytesMax = Math.max(result.heldBytesMax, demuxer.heldBytes);
  }
  return result;
}
