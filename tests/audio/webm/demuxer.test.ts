import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { OpusStreamEvent } from '#audio/opus/stream-event.ts';
import { isTwentyMsPacket } from '#audio/opus/toc.ts';
import { WebmOpusDemuxer } from '#audio/webm/demuxer.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { ffmpegMissing, tone } from '../support/ffmpeg.ts';
import { opusPacket } from '../support/ogg-pages.ts';
import {
  block,
  blockGroup,
  cluster,
  element,
  simpleBlock,
  trackEntry,
  webmStart,
} from '../support/webm-file.ts';

function demux(bytes: Uint8Array, chunkBytes = 1_000) {
  const demuxer = new WebmOpusDemuxer();
  const events: OpusStreamEvent[] = [];
  let heldMax = 0;
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    demuxer.push(bytes.subarray(at, at + chunkBytes), (event) => events.push(event));
    heldMax = Math.max(heldMax, demuxer.heldBytes);
  }
  const packets = events.flatMap((event) => (event.kind === 'packet' ? [event.payload] : []));
  return { demuxer, events, packets, heldMax };
}

const packets = Array.from({ length: 12 }, (_, index) => opusPacket(index, 60 + index * 40));
const even = Array.from({ length: 4 }, (_, index) => opusPacket(index, 80));

describe('WebM Opus', () => {
  test('comes out of SimpleBlocks, BlockGroups and every lacing, wherever chunks end', () => {
    const file = Buffer.concat([
      webmStart([trackEntry(1, 'V_VP9', 1), trackEntry(5)]),
      cluster(
        simpleBlock(block(1, [Buffer.alloc(300_000, 7)])),
        simpleBlock(block(5, packets.slice(0, 1))),
        blockGroup(block(5, packets.slice(1, 2))),
        simpleBlock(block(5, packets.slice(2, 5), 'xiph')),
      ),
      cluster(simpleBlock(block(5, packets.slice(5, 9), 'ebml')), blockGroup(block(5, packets.slice(9)))),
      cluster(simpleBlock(block(5, even, 'fixed'))),
    ]);
    // The last block of the second cluster holds three packets as one: not laced, not ours to split.
    const expected = [...packets.slice(0, 9), Buffer.concat(packets.slice(9)), ...even].map((p) =>
      Buffer.from(p),
    );
    for (const chunkBytes of [1, 7, 100, 65_536, file.length]) {
      const found = demux(file, chunkBytes);
      expect(
        found.packets.map(({ length }) => length),
        `chunks of ${chunkBytes}`,
      ).toEqual(expected.map(({ length }) => length));
      expect(
        found.packets.map((p) => Buffer.from(p)),
        `chunks of ${chunkBytes}`,
      ).toEqual(expected);
      expect(found.events[0]).toMatchObject({
        kind: 'track',
        tags: { title: 'A film' },
        head: { channelCount: 2 },
      });
      expect(found.heldMax).toBeLessThanOrEqual(131_072 + 16);
    }
  });

  test('knows track numbers of several bytes', () => {
    for (const number of [100, 300, 20_000]) {
      const file = Buffer.concat([
        webmStart([trackEntry(number)]),
        cluster(simpleBlock(block(number, [even[0]!]))),
      ]);
      expect(demux(file).packets, String(number)).toHaveLength(1);
    }
  });

  test('of two files one after another is two tracks', () => {
    const one = Buffer.concat([
      webmStart([trackEntry(1)], 'One'),
      cluster(simpleBlock(block(1, [even[0]!]))),
    ]);
    const two = Buffer.concat([
      webmStart([trackEntry(2)], 'Two'),
      cluster(simpleBlock(block(2, [even[1]!]))),
    ]);
    const { events } = demux(Buffer.concat([one, two]));
    expect(events.filter(({ kind }) => kind === 'track')).toMatchObject([
      { tags: { title: 'One' } },
      { tags: { title: 'Two' } },
    ]);
    expect(events.filter(({ kind }) => kind === 'packet')).toHaveLength(2);
  });

  test('of another codec, or compressed, is left to a decoder', () => {
    const vorbis = demux(Buffer.concat([webmStart([trackEntry(1, 'A_VORBIS')]), cluster()]));
    expect(vorbis.events).toMatchObject([{ kind: 'foreign' }]);
    const compressed = trackEntry(1, 'A_OPUS', 2, element(0x6d80, Buffer.of(0)));
    expect(demux(Buffer.concat([webmStart([compressed]), cluster()])).events).toMatchObject([
      { kind: 'foreign' },
    ]);
  });

  test('goes on at the next cluster after damage, and drops a block whose lengths lie', () => {
    const lying = block(1, even, 'ebml');
    lying[5] = 0x7f;
    lying[6] = 0xff;
    const file = Buffer.concat([
      webmStart([trackEntry(1)]),
      cluster(simpleBlock(block(1, [even[0]!])), simpleBlock(lying)),
      Buffer.alloc(500),
      cluster(simpleBlock(block(1, [even[1]!]))),
    ]);
    const found = demux(file, 64);
    expect(found.packets).toEqual([even[0], even[1]]);
    expect(found.demuxer.lostPacketCount).toBe(1);
    expect(found.demuxer.damageCount).toBeGreaterThan(0);
  });
});

describe.skipIf(ffmpegMissing)('what ffmpeg writes', () => {
  test('as WebM gives all packets: 501 of 501', () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'a.webm');
    tone(10, path, '-c:a', 'libopus');
    const found = demux(readFileSync(path), 4_096);
    expect(found.packets).toHaveLength(501);
    expect(found.packets.every(isTwentyMsPacket)).toBe(true);
    expect(found.demuxer.damageCount).toBe(0);
  });
});
