import type { SourceEvent, SourceRequest } from '#audio/source/contract.ts';
import { DecoderSlots } from '#audio/source/ffmpeg/decoder-slots.ts';
import { FfmpegProgram } from '#audio/source/ffmpeg/program.ts';
import { SourceOpener, type SourceOpenerComponents } from '#audio/source/source-opener.ts';
import type { StreamInit } from '#audio/source/stream-source.ts';
import { systemChance, systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { MemoryArtifacts } from './artifacts.ts';
import { CommunitiesPort, RemotePort } from './ports.ts';

/** Asked once what it is: every test would wait for that. */
const machine = new FfmpegProgram({ ffmpegPath: 'ffmpeg', searchPath: '/usr/local/bin:/usr/bin:/bin' });

/** A real opener with this machine's ffmpeg; other communities are driven by the test. */
export function openerUnderTest(
  init: Partial<StreamInit> = {},
  components: Partial<SourceOpenerComponents> = {},
): { opener: SourceOpener; decoders: DecoderSlots; ffmpeg: FfmpegProgram } {
  const clock = systemClock();
  const decoders = new DecoderSlots({ clock }, { decodersMax: 8, decodersPerOwnerMax: 8 });
  const ffmpeg = components.ffmpeg ?? machine;
  const opener = new SourceOpener(
    {
      ...{ clock, chance: systemChance(), logger: silentLogger(), decoders, ffmpeg },
      ...{ communities: new CommunitiesPort(), remote: new RemotePort(), ownPeerId: () => 'peer0' },
      artifacts: () => new MemoryArtifacts(),
      openLiveChannel: () => Promise.reject(new Error('no live channel here')),
      ...components,
    },
    { libraryDir: undefined, bitrateKbps: 96, allowedPrivateHosts: [], openTimeoutMs: 5_000, ...init },
  );
  return { opener, decoders: components.decoders ?? decoders, ffmpeg };
}

export function sourceRequest(
  name: string,
  changes: Partial<SourceRequest> = {},
): SourceRequest & { events: SourceEvent[] } {
  const events: SourceEvent[] = [];
  const onEvent = (event: SourceEvent) => void events.push(event);
  return {
    name,
    owner: 'g1',
    audience: 'neighbours',
    shuffle: false,
    loop: false,
    onEvent,
    ...changes,
    events,
  };
}
