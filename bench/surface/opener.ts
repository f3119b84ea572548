import { join } from 'node:path';
import { OpusCache } from '#audio/source/cache/opus-cache.ts';
import { DecoderSlots } from '#audio/source/ffmpeg/decoder-slots.ts';
import { FfmpegProgram } from '#audio/source/ffmpeg/program.ts';
import { SourceOpener } from '#audio/source/source-opener.ts';
import { systemChance, systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';

export const bitrateKbps = 96;
export const searchPath = '/usr/local/bin:/usr/bin:/bin';

/** Opens the files of one folder, with a cache beside them. */
export async function openerOf(libraryDir: string): Promise<{ opener: SourceOpener; cache: OpusCache }> {
  const parts = { clock: systemClock(), chance: systemChance(), logger: silentLogger() };
  const cache = new OpusCache(parts, { folder: join(libraryDir, 'decoded'), bytesMax: 2 ** 30 });
  await cache.start();
  const missing = () => {
    throw new Error('not measured here');
  };
  const opener = new SourceOpener(
    {
      ...parts,
      cache,
      ffmpeg: new FfmpegProgram({ ffmpegPath: 'ffmpeg', searchPath }),
      decoders: new DecoderSlots(parts, { decodersMax: 2, decodersPerOwnerMax: 2 }),
      artifacts: missing,
      communities: {
        list: () => [],
        find: () => undefined,
        successorOf: () => undefined,
        onConnected: () => () => {},
        onForgotten: () => () => {},
      },
      remote: { list: missing, subscribe: missing },
      ownPeerId: () => undefined,
      openLiveChannel: missing,
    },
    { libraryDir, bitrateKbps, allowedPrivateHosts: [], openTimeoutMs: 10_000, guildLibraryDirs: {} },
  );
  return { opener, cache };
}
