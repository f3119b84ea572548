import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isTwentyMsPacket } from '#audio/opus/toc.ts';
import { IcySplitter } from '#audio/source/fetch/icy.ts';
import { DecoderSlots } from '#audio/source/ffmpeg/decoder-slots.ts';
import { FfmpegProgram } from '#audio/source/ffmpeg/program.ts';
import { transcode } from '#audio/source/ffmpeg/transcode.ts';
import { PlaylistRefused, parsePlaylist } from '#audio/source/hls/playlist.ts';
import { demuxerOf } from '#audio/source/probe.ts';
import { systemClock } from '#core/clock.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { ffmpegChildren, ffmpegMissing, tone } from '../support/ffmpeg.ts';
import { until } from '../support/harness.ts';
import { mutantsOf } from '../support/mutants.ts';
import { oggLink, opusPacket } from '../support/ogg-pages.ts';
import { block, blockGroup, cluster, simpleBlock, trackEntry, webmStart } from '../support/webm-file.ts';

const seed = 20_261_121;
const hangMs = 5_000;
/** On demand 10,000: `MUTANTS_THROUGH_FFMPEG=10000 vitest run tests/audio/source/mutated-media.test.ts`. */
const throughFfmpeg = Number(process.env.MUTANTS_THROUGH_FFMPEG ?? 18);
const lanes = [0, 1, 2];

describe('10,000 mutants through our own parsers', () => {
  const packets = Array.from({ length: 40 }, (_, index) => opusPacket(index, 40 + index * 4));
  const blocks = packets.map((packet, index) =>
    index % 2
      ? simpleBlock(block(300, [packet, packet], 'xiph'))
      : blockGroup(block(300, [packet, packet], 'ebml')),
  );
  const webm = Buffer.concat([
    webmStart([trackEntry(300)]),
    cluster(...blocks.slice(0, 20)),
    cluster(...blocks.slice(20)),
  ]);
  const ogg = Buffer.concat([oggLink(1, packets), oggLink(2, packets)]);

  test.each([
    ['ogg', ogg],
    ['webm', webm],
  ] as const)(
    '%s: never throws, never hangs, holds little, gives only what it was given',
    (container, original) => {
      let heldMax = 0;
      let slowestMs = 0;
      for (const mutant of mutantsOf(original, 4_000, seed)) {
        const demuxer = demuxerOf(container);
        let packetBytes = 0;
        const fromMs = performance.now();
        for (let at = 0; at < mutant.length; at += 777) {
          demuxer.push(mutant.subarray(at, at + 777), (event) => {
            if (event.kind === 'packet') packetBytes += event.payload.length;
          });
          heldMax = Math.max(heldMax, demuxer.heldBytes);
        }
        if (packetBytes > mutant.length) throw new Error('more came out than went in');
        slowestMs = Math.max(slowestMs, performance.now() - fromMs);
      }
      expect(heldMax).toBeLessThan(140_000);
      expect(slowestMs).toBeLessThan(hangMs);
    },
  );

  test('playlists: parsed, or refused in words', () => {
    const text = `#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-KEY:METHOD=AES-128,URI="k",IV=0x1\n#EXT-X-MAP:URI="i",BYTERANGE="5@1"\n${'#EXTINF:6,a\n#EXT-X-BYTERANGE:5@9\nb.ts\n'.repeat(20)}#EXT-X-ENDLIST`;
    const base = new URL('http://radio.example/a.m3u8');
    let refusedCount = 0;
    for (const mutant of mutantsOf(Buffer.from(text), 1_000, seed)) {
      try {
        parsePlaylist(mutant.toString('utf8'), base);
      } catch (error) {
        refusedCount++;
        expect(error instanceof PlaylistRefused || isGuildmeshError(error), String(error)).toBe(true);
      }
    }
    expect(refusedCount).toBeGreaterThan(50);
  });

  test('ICY metadata: every byte is audio or metadata', () => {
    const block = Buffer.concat([
      Buffer.alloc(64, 1),
      Buffer.of(2),
      Buffer.from("StreamTitle='a &#8211; b';".padEnd(32, '\0')),
    ]);
    for (const mutant of mutantsOf(Buffer.concat(Array(20).fill(block)), 1_000, seed)) {
      const splitter = new IcySplitter(64, (title) => expect(title.length).toBeLessThan(4_080));
      let bytes = 0;
      for (const part of splitter.split(mutant)) bytes += part.length;
      expect(bytes).toBeLessThanOrEqual(mutant.length);
    }
  });
});

describe.skipIf(ffmpegMissing)(`${throughFfmpeg} mutants through ffmpeg`, () => {
  const folder = temporaryFolder();
  const ffmpeg = new FfmpegProgram({ ffmpegPath: 'ffmpeg', searchPath: process.env.PATH ?? '' });
  const decoders = new DecoderSlots({ clock: systemClock() }, { decodersMax: 4, decodersPerOwnerMax: 4 });
  const originals: Record<string, Buffer> = {};

  beforeAll(() => {
    const codecs = {
      mp3: 'libmp3lame',
      flac: 'flac',
      ogg: 'libvorbis',
      webm: 'libopus',
      wav: 'pcm_s16le',
      aac: 'aac',
    };
    for (const [extension, codec] of Object.entries(codecs)) {
      const path = join(folder.path, `a.${extension}`);
      tone(1, path, '-c:a', codec);
      originals[extension] = readFileSync(path);
    }
  });
  afterAll(() => folder[Symbol.dispose]());

  test(
    'play or are refused: no hang, no orphan, no descriptor left, no network to call',
    async () => {
      const { jail } = await ffmpeg.check(new AbortController().signal);
      if (process.platform === 'linux') expect(jail.limited).toBe(true);
      const descriptors = () => readdirSync('/proc/self/fd').length;
      const before = process.platform === 'linux' ? descriptors() : 0;
      const each = Math.ceil(throughFfmpeg / Object.keys(originals).length);
      const mutants = Object.values(originals).flatMap((original, index) => [
        { original, seed: seed + index },
      ]);
      const outcomes = { played: 0, refused: 0, slow: 0, hung: 0 };
      const work = mutants
        .flatMap(({ original, seed }) => [...mutantsOf(original, each, seed)])
        .slice(0, throughFfmpeg);
      await Promise.all(lanes.map((lane) => playAll(work, lane, outcomes)));
      process.stderr.write(
        `${JSON.stringify({ throughFfmpeg: work.length, ...outcomes, noNetwork: jail.noNetwork })}\n`,
      );
      expect(outcomes.hung).toBe(0);
      expect(outcomes.played + outcomes.refused + outcomes.slow).toBe(work.length);
      expect(outcomes.played).toBeGreaterThan(work.length / 10);
      await until(() => ffmpegChildren().length === 0, 3_000);
      expect(decoders.takenCount).toBe(0);
      if (process.platform === 'linux') await until(() => descriptors() <= before + 2, 3_000);
    },
    Math.max(30_000, throughFfmpeg * 1_000),
  );

  async function playAll(work: readonly Buffer[], lane: number, outcomes: Outcomes): Promise<void> {
    for (let index = lane; index < work.length; index += lanes.length) {
      if (index % 300 === 0)
        process.stderr.write(`${index} of ${work.length}: ${JSON.stringify(outcomes)}\n`);
      const bytes = work[index] as Buffer;
      let outcome = await play(bytes, hangMs);
      // A busy machine is slow with all of them; what hangs hangs again.
      if (outcome === 'hung' && (await play(bytes, 6 * hangMs)) !== 'hung') outcome = 'slow';
      outcomes[outcome]++;
    }
  }

  async function play(bytes: Buffer, limitMs: number): Promise<keyof Outcomes> {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(new Error('hung')), limitMs);
    const input = { source: 'mutant', owner: 'g', bytes: bytesOf(bytes), formats: 'any' } as const;
    const encoding = { bitrateKbps: 96 };
    try {
      for await (const packet of transcode({ ffmpeg, decoders }, { ...input, encoding }, stop.signal))
        if (!isTwentyMsPacket(packet)) throw new Error('not a frame');
      return 'played';
    } catch (error) {
      if (stop.signal.aborted) return 'hung';
      if (isGuildmeshError(error)) return 'refused';
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
});

interface Outcomes {
  played: number;
  refused: number;
  slow: number;
  hung: number;
}

async function* bytesOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 16_384) yield bytes.subarray(at, at + 16_384);
}
