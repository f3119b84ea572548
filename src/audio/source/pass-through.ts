import type { OpusTags } from '../opus/headers.ts';
import type { OpusDemuxer, OpusStreamEvent } from '../opus/stream-event.ts';
import { isTwentyMsPacket } from '../opus/toc.ts';
import { isPassable } from './probe.ts';

/** The packets stop being frames: the source must be opened again, through the decoder. */
export class NeedsDecoding extends Error {
  override readonly name = 'NeedsDecoding';
}

/**
 * The packets of a container of Opus, unchanged. `onTags`: called at each link, before its first packet, with
 * its tags, which may be empty. Throws NeedsDecoding when one is not a 20 ms frame.
 */
export async function* passThrough(
  demuxer: OpusDemuxer,
  bytes: AsyncIterable<Uint8Array>,
  onTags: (tags: OpusTags) => void,
): AsyncGenerator<Uint8Array> {
  const events: OpusStreamEvent[] = [];
  for await (const chunk of bytes) {
    demuxer.push(chunk, (event) => events.push(event));
    for (const event of events.splice(0)) {
      requirePassable(event);
      if (event.kind === 'packet') yield event.payload;
      if (event.kind === 'track') onTags(event.tags);
    }
  }
}

function requirePassable(event: OpusStreamEvent): void {
  if (event.kind === 'packet') {
    if (!isTwentyMsPacket(event.payload)) throw new NeedsDecoding('a packet is not one 20 ms frame');
  } else if (event.kind !== 'track') throw new NeedsDecoding('a link of another codec');
  else if (event.head && !isPassable(event.head)) throw new NeedsDecoding('a link needs mixing or gain');
}
