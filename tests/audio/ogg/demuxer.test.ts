import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import prism from 'prism-media';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { demux } from '../support/demux.ts';
import { ffmpegMissing, tone } from '../support/ffmpeg.ts';
import { oggLink, oggPage, opusHead, opusPacket, opusTags } from '../support/ogg-pages.ts';

const packets = Array.from({ length: 200 }, (_, index) => opusPacket(index));
const heldBytesLimit = 131_072;

describe('OggOpusDemuxer', () => {
  test('gives every packet, byte for byte, whatever the chunk size', () => {
    const file = oggLink(1, packets);
    for (const chunkBytes of [1, 7, 100, 1_000, 65_536, file.length])
      expect(demux(file, chunkBytes).packets).toEqual(packets);
  });

  test('follows a chain and announces each link with its tags', () => {
    const result = demux(Buffer.concat([oggLink(1, packets, 'one'), oggLink(2, packets, 'two')]));
    expect(result.packets).toHaveLength(400);
    expect(result.tracks.map(({ serial, tags }) => [serial, tags.title])).toEqual([
      [1, 'one'],
      [2, 'two'],
    ]);
    expect(result.tracks[0]?.head).toMatchObject({ channelCount: 2, preSkipSamples: 312 });
  });

  test('joins packets continued over pages', () => {
    const long = opusPacket(3, 700);
    const short = opusPacket(4);
    const file = Buffer.concat([
      oggLink(1, []),
      oggPage({ serial: 1, sequence: 2, lacing: [255, 255], body: long.subarray(0, 510) }),
      oggPage({
        ...{ serial: 1, sequence: 3, flags: 1 },
        lacing: [190, short.length],
        body: Buffer.concat([long.subarray(510), short]),
      }),
    ]);
    expect(demux(file).packets).toEqual([long, short]);
  });

  test('drops the unfinished part when its continuation is missing, and the rest when its start is', () => {
    const long = opusPacket(3, 700);
    const start = oggPage({ serial: 1, sequence: 2, lacing: [255, 255], body: long.subarray(0, 510) });
    const rest = oggPage({ serial: 1, sequence: 4, flags: 1, lacing: [190], body: long.subarray(510) });
    const next = oggPage({ serial: 1, sequence: 5, lacing: [60], body: opusPacket(9) });
    expect(demux(Buffer.concat([oggLink(1, []), start, next])).packets).toEqual([opusPacket(9)]);
    expect(demux(Buffer.concat([oggLink(1, []), start, rest, next])).packets).toEqual([opusPacket(9)]);
  });

  test('joins in mid-stream and finds its way through garbage', () => {
    const file = oggLink(1, packets);
    const fromMiddle = demux(file.subarray(file.length / 2));
    expect(fromMiddle.packets).toEqual(packets.slice(-fromMiddle.packets.length));
    expect(fromMiddle.packets.length).toBeGreaterThan(95);

    const garbage = Buffer.concat([Buffer.from('OggS garbage OggS'), Buffer.alloc(3_000, 0xff)]);
    const half = oggLink(1, packets.slice(0, 100));
    expect(demux(Buffer.concat([garbage, half, garbage, oggLink(2, packets)])).packets).toHaveLength(300);
  });

  test('gives nothing of a page whose checksum is wrong', () => {
    const file = oggLink(1, packets);
    const at = file.indexOf(Buffer.from(packets[50] ?? [])) + 20;
    file.writeUInt8(file.readUInt8(at) ^ 1, at);
    const { packets: found, demuxer } = demux(file);
    expect(found).toEqual(packets.filter((_, index) => index !== 50));
    expect(demuxer.damagedPageCount).toBe(1);
  });

  test('leaves other streams of the same file alone', () => {
    const foreign = (sequence: number, flags = 0) =>
      oggPage({ serial: 9, sequence, flags, lacing: [7], body: Buffer.from('\x01vorbis', 'latin1') });
    const head = oggPage({ serial: 1, sequence: 0, flags: 2, lacing: [19], body: opusHead() });
    const tags = opusTags([]);
    const tagsPage = oggPage({ serial: 1, sequence: 1, lacing: [tags.length], body: tags });
    const audio = oggPage({ serial: 1, sequence: 2, lacing: [60], body: opusPacket(1) });
    const result = demux(Buffer.concat([head, foreign(0, 2), tagsPage, foreign(1), audio]));
    expect(result.packets).toEqual([opusPacket(1)]);
    expect(result.foreignCount).toBe(1);
  });

  test('holds at most 128 KiB, even for a packet that never ends', () => {
    const lacing = Array.from({ length: 255 }, () => 255);
    const body = Buffer.alloc(255 * 255, 0xfc);
    const pages = Array.from({ length: 40 }, (_, index) =>
      oggPage({ serial: 1, sequence: index + 2, flags: index > 0 ? 1 : 0, lacing, body }),
    );
    const result = demux(Buffer.concat([oggLink(1, []), ...pages]), 10_000);
    expect(result.heldBytesMax).toBeGreaterThan(100_000);
    expect(result.heldBytesMax).toBeLessThanOrEqual(heldBytesLimit);
    expect(result.packets).toEqual([]);
  });

  test('never throws nor grows for flipped, cut and repeated bytes', () => {
    const file = Buffer.concat([oggLink(1, packets), oggLink(2, packets)]);
    const flips = fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(7)), { maxLength: 40 });
    const property = fc.property(
      flips,
      fc.nat(file.length),
      fc.integer({ min: 1, max: 9_000 }),
      (bits, cut, size) => {
        const damaged = Buffer.from(file);
        for (const [at, bit] of bits) damaged.writeUInt8(damaged.readUInt8(at) ^ (1 << bit), at);
        const result = demux(Buffer.concat([damaged.subarray(cut), damaged.subarray(0, cut)]), size);
        expect(result.heldBytesMax).toBeLessThanOrEqual(heldBytesLimit);
        expect(result.packets.length).toBeLessThanOrEqual(800);
      },
    );
    fc.assert(property, { numRuns: 60 });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5_000 }), (bytes) => void demux(bytes, 77)),
      { numRuns: 200 },
    );
  });
});

describe.skipIf(ffmpegMissing)('beside prism-media’s demuxer, on what ffmpeg writes', () => {
  test('gives 1,002 of 1,002 packets of a chain', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'link.opus');
    tone(10, path, '-c:a', 'libopus', '-b:a', '96k', '-frame_duration', '20');
    const file = readFileSync(path);
    // The same link under another serial number, as a station's next track.
    const chain = Buffer.concat([file, withSerial(file, 77)]);
    const single = demux(file).packets.length;
    expect(single).toBe(501);
    expect(demux(chain).packets).toHaveLength(1_002);
    expect(await prismPackets(chain)).toBeLessThan(1_002);
  });

  test('gives all packets of 60 ms at 510 kbit/s, continued over pages', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'long.opus');
    tone(10, path, '-c:a', 'libopus', '-b:a', '510k', '-vbr', 'off', '-frame_duration', '60');
    const file = readFileSync(path);
    expect(demux(file).packets).toHaveLength(167);
    expect(await prismPackets(file)).toBeLessThan(167);
  });

  test('starts in mid-stream', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'middle.opus');
    tone(10, path, '-c:a', 'libopus', '-page_duration', '20000');
    const file = readFileSync(path);
    expect(demux(file.subarray(file.length / 2)).packets.length).toBeGreaterThan(240);
    expect(await prismPackets(file.subarray(file.length / 2))).toBe(0);
  });
});

function withSerial(file: Buffer, serial: number): Buffer {
  const pages: Buffer[] = [];
  for (let at = 0; at < file.length; ) {
    const lacing = [...file.subarray(at + 27, at + 27 + file.readUInt8(at + 26))];
    const bodyAt = at + 27 + lacing.length;
    const end = bodyAt + lacing.reduce((sum, lace) => sum + lace, 0);
    const [flags, sequence] = [file.readUInt8(at + 5), file.readUInt32LE(at + 18)];
    pages.push(oggPage({ serial, sequence, flags, lacing, body: file.subarray(bodyAt, end) }));
    at = end;
  }
  return Buffer.concat(pages);
}

function prismPackets(bytes: Uint8Array): Promise<number> {
  return new Promise((resolve) => {
    const demuxer = new prism.opus.OggDemuxer();
    let count = 0;
    demuxer.on('data', () => count++);
    demuxer.once('end', () => resolve(count));
    demuxer.once('error', () => resolve(count));
    demuxer.end(bytes);
  });
}
