import { readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { OpusCache } from '#audio/source/cache/opus-cache.ts';
import type { SourceRequest } from '#audio/source/contract.ts';
import { systemChance, systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { ffmpegMissing, tone } from '../../support/ffmpeg.ts';
import { openerUnderTest, sourceRequest } from '../../support/sources.ts';

const never = new AbortController().signal;

test.skipIf(ffmpegMissing)(
  'a file is decoded once: then it plays without a decoder, from any place',
  async () => {
    using library = temporaryFolder();
    using state = temporaryFolder();
    const components = { clock: systemClock(), chance: systemChance(), logger: silentLogger() };
    const cache = new OpusCache(components, { folder: join(state.path, 'decoded'), bytesMax: undefined });
    await cache.start();
    const path = join(library.path, 'a.mp3');
    tone(4, path, '-metadata', 'title=A Tone');
    const { decoders, opener } = openerUnderTest({ libraryDir: library.path }, { cache });

    async function played(changes: Partial<SourceRequest> = {}, framesMax = Number.POSITIVE_INFINITY) {
      const request = sourceRequest('a.mp3', changes);
      const source = opener.source(request);
      await source.start(never);
      const frames: Buffer[] = [];
      let decoderCount = 0;
      for await (const { payload } of source.frames()) {
        decoderCount = Math.max(decoderCount, decoders.takenCount);
        if (frames.push(Buffer.from(payload)) >= framesMax) break;
      }
      source.stop();
      const titles = request.events.flatMap((event) => (event.kind === 'title' ? [event.title] : []));
      return { frames, decoderCount, titles };
    }

    const broken = await played({}, 50);
    expect(broken.decoderCount).toBe(1);
    await expect.poll(() => readdirSync(join(state.path, 'decoded'))).toEqual([]);
    const stopped = opener.source(sourceRequest('a.mp3'));
    await stopped.start(never);
    const frames = stopped.frames();
    await frames.next();
    stopped.stop();
    for await (const _ of frames);
    await expect.poll(() => readdirSync(join(state.path, 'decoded'))).toEqual([]);
    const decoded = await played();
    expect(decoded).toMatchObject({ decoderCount: 1, titles: ['A Tone'] });
    expect(await played()).toEqual({ ...decoded, decoderCount: 0 });
    const later = await played({ startAtMs: 2_500 });
    expect(later.frames).toEqual(decoded.frames.slice(125));
    utimesSync(path, 1_000, 1_000);
    expect((await played()).decoderCount).toBe(1);
  },
);
