/** The audio service: sources, broadcasts, relays. What the rest of the hub sees of it. */
import type { LookupFunction } from 'node:net';
import type { AnyAction } from '#contracts/action.ts';
import type { BroadcastCatalogue, RemoteBroadcasts } from '#contracts/audio.ts';
import type { CommunityDirectory } from '#contracts/communities.ts';
import type { ConsentStore } from '#contracts/consent-store.ts';
import type { Examiner } from '#contracts/diagnosis.ts';
import type {
  Announcer,
  ChannelStatusBoard,
  GuildDirectory,
  NoticeBoard,
  PeopleDirectory,
  StageSpeaker,
  VoicePresence,
} from '#contracts/discord.ts';
import type { IntentStore } from '#contracts/intents.ts';
import type { AuditTrail } from '#contracts/perform.ts';
import type { Chance, Clock } from '#core/clock.ts';
import type { Startable } from '#core/lifecycle.ts';
import type { Logger } from '#core/logger.ts';
import { BroadcastService } from './broadcast/broadcast-service.ts';
import { FrameTrace } from './broadcast/frame-trace.ts';
import { Programmes } from './broadcast/programmes.ts';
import { ConsentDesk } from './capture/consent.ts';
import { openLiveChannel } from './capture/live-channel-source.ts';
import { audioExaminer } from './examiner.ts';
import { RelayService } from './relay/relay-service.ts';
import { DecoderSlots } from './source/ffmpeg/decoder-slots.ts';
import { endOrphans } from './source/ffmpeg/orphans.ts';
import { FfmpegProgram } from './source/ffmpeg/program.ts';
import { SourceOpener } from './source/source-opener.ts';
import type { VoiceEngine } from './voice/contract.ts';

export interface AudioComponents {
  voice: VoiceEngine;
  remote: RemoteBroadcasts;
  communities: CommunityDirectory;
  guilds: GuildDirectory;
  stage: StageSpeaker;
  announcer: Announcer;
  /** Our own, once the node has started. */
  ownPeerId: () => string | undefined;
  notices: NoticeBoard;
  people: PeopleDirectory;
  intents: IntentStore;
  presence: VoicePresence;
  board: ChannelStatusBoard;
  audit: AuditTrail;
  consents: ConsentStore;
  clock: Clock;
  chance: Chance;
  logger: Logger;
}

/** The `audio` section of the configuration, and what only the process knows. */
export interface AudioInit {
  libraryDir?: string | undefined;
  ffmpegPath: string;
  allowedPrivateHosts: readonly string[];
  bitrateKbps: number;
  broadcastsMax: number;
  subscribersMax: number;
  relaysMax: number;
  sourceOpenTimeoutMs: number;
  sourceIdleTimeoutMs: number;
  sourceStallTimeoutMs: number;
  sourceReturnAfterMs: number;
  decodersMax: number;
  decodersPerGuildMax: number;
  loudnessLufs: number;
  frameTraceFile?: string | undefined;
  /** Where programs are looked for, as in PATH. */
  searchPath?: string | undefined;
  /** How host names of sources resolve; the system's way unless given. */
  lookup?: LookupFunction;
}

export interface Audio extends Startable {
  actions: readonly AnyAction[];
  catalogue: BroadcastCatalogue;
  /** Where a broadcast of ours comes from; none when there is no such broadcast. */
  sourcesOf(broadcastId: string): readonly string[];
  examiner: Examiner;
}

const usualSearchPath = '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin';

export function createAudio(components: AudioComponents, init: AudioInit): Audio {
  const ffmpeg = new FfmpegProgram({
    ffmpegPath: init.ffmpegPath,
    searchPath: init.searchPath ?? usualSearchPath,
  });
  const trace = init.frameTraceFile ? new FrameTrace(components.logger, init.frameTraceFile) : undefined;
  const consent = new ConsentDesk({ store: components.consents, clock: components.clock });
  const sources = createSources({ ...components, consent }, init, ffmpeg);
  const times = {
    openTimeoutMs: init.sourceOpenTimeoutMs,
    idleTimeoutMs: init.sourceIdleTimeoutMs,
    stallTimeoutMs: init.sourceStallTimeoutMs,
    returnAfterMs: init.sourceReturnAfterMs,
  };
  const broadcasts = new BroadcastService(
    {
      ...{ ...components, sources, trace },
      onSwitch: (broadcastId, event) => relays.broadcastSwitched(broadcastId, event),
    },
    {
      libraryDir: init.libraryDir,
      broadcastsMax: init.broadcastsMax,
      subscribersMax: init.subscribersMax,
      loudnessLufs: init.loudnessLufs,
      ...times,
    },
  );
  const programmes = new Programmes({ ...components, sources }, times);
  const relays: RelayService = new RelayService(
    { ...components, own: broadcasts.catalogue, programmes },
    { relaysMax: init.relaysMax },
  );
  return {
    name: 'audio',
    actions: [...broadcasts.actions, ...relays.actions, ...consent.actions],
    catalogue: broadcasts.catalogue,
    sourcesOf: (broadcastId) => broadcasts.sourcesOf(broadcastId),
    examiner: audioExaminer({ guilds: components.guilds, ffmpeg }, { libraryDir: init.libraryDir }),
    async start() {
      const endedCount = await endOrphans();
      if (endedCount > 0) components.logger.warn({ endedCount }, 'decoders of an earlier hub ended');
      await broadcasts.restore();
      await relays.restore();
    },
    /** Relays leave and subscribers hear that it is over before connections go. */
    async drain() {
      await relays.stop();
      broadcasts.stop();
    },
    async stop() {
      await relays.stop();
      broadcasts.stop();
      await trace?.close();
    },
  };
}

function createSources(
  components: AudioComponents & { consent: ConsentDesk },
  init: AudioInit,
  ffmpeg: FfmpegProgram,
): SourceOpener {
  const { decodersMax, decodersPerGuildMax, libraryDir, lookup } = init;
  const decoders = new DecoderSlots(components, { decodersMax, decodersPerOwnerMax: decodersPerGuildMax });
  return new SourceOpener(
    {
      ...components,
      ffmpeg,
      decoders,
      openLiveChannel: (channelId, request, signal) =>
        openLiveChannel(components, { channelId, bitrateKbps: init.bitrateKbps, request }, signal),
    },
    {
      libraryDir,
      allowedPrivateHosts: init.allowedPrivateHosts,
      bitrateKbps: init.bitrateKbps,
      openTimeoutMs: init.sourceOpenTimeoutMs,
      ...(lookup ? { lookup } : {}),
    },
  );
}
