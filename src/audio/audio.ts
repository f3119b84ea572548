/** The audio service: sources, broadcasts, relays. What the rest of the hub sees of it. */
import type { LookupFunction } from 'node:net';
import type { AnyAction, Perform } from '#contracts/action.ts';
import type { RoleDirectory } from '#contracts/actor.ts';
import type { ArtifactStore, AttachmentReader } from '#contracts/artifacts.ts';
import type { GuildBroadcasts, OfferedTo, RemoteBroadcasts } from '#contracts/audio.ts';
import type { AuditTrail } from '#contracts/audit.ts';
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
import type { GuildSettingsKeeper } from '#contracts/guild-settings.ts';
import type { LiveStandings } from '#contracts/guild-standing.ts';
import type { IntentStore } from '#contracts/intents.ts';
import type { KeyValueStore } from '#contracts/key-value-store.ts';
import type { Chance, Clock } from '#core/clock.ts';
import type { Startable } from '#core/lifecycle.ts';
import type { Logger } from '#core/logger.ts';
import type { SourceTimes } from './broadcast/broadcast.ts';
import { BroadcastService } from './broadcast/broadcast-service.ts';
import { FrameTrace } from './broadcast/frame-trace.ts';
import { OwnBroadcasts } from './broadcast/own-broadcasts.ts';
import { Programmes } from './broadcast/programmes.ts';
import { ConsentDesk } from './capture/consent.ts';
import { openLiveChannel } from './capture/live-channel-source.ts';
import { NoticedAudiences } from './capture/noticed-audiences.ts';
import { createPlayer } from './create-player.ts';
import { audioExaminer } from './examiner.ts';
import { createMedia, type Media, type MediaComponents } from './media/media.ts';
import type { Looks } from './neighbours/looks.ts';
import { createNeighbourhood } from './neighbours/neighbourhood.ts';
import type { Sharing } from './neighbours/sharing.ts';
import type { PlayerChanges } from './player/player-changes.ts';
import type { PlayerService } from './player/player-service.ts';
import { RelayService } from './relay/relay-service.ts';
import { OpusCache } from './source/cache/opus-cache.ts';
import { DecoderSlots } from './source/ffmpeg/decoder-slots.ts';
import { endOrphans } from './source/ffmpeg/orphans.ts';
import { FfmpegProgram } from './source/ffmpeg/program.ts';
import { LibraryFolders } from './source/library-folders.ts';
import { SourceOpener } from './source/source-opener.ts';
import { StandingWatch } from './standing-watch.ts';
import type { PlayerStore } from './tables/player-store.ts';
import type { UploadStore } from './tables/upload-store.ts';
import type { VoiceEngine } from './voice-contract.ts';

export interface AudioComponents {
  voice: VoiceEngine;
  remote: RemoteBroadcasts;
  communities: CommunityDirectory;
  guilds: GuildDirectory;
  standings: LiveStandings;
  stage: StageSpeaker;
  announcer: Announcer;
  /** Our own id, once the node has started. */
  ownPeerId: () => string | undefined;
  /** Six words that we and another community see alike; undefined while the node doesn't run. */
  safetyWords: (peerId: string) => Promise<readonly string[] | undefined>;
  perform: Perform;
  notices: NoticeBoard;
  people: PeopleDirectory;
  intents: IntentStore;
  presence: VoicePresence;
  board: ChannelStatusBoard;
  audit: AuditTrail;
  consents: ConsentStore;
  /** They exist once every service does. */
  artifacts: () => ArtifactStore;
  settings: GuildSettingsKeeper;
  attachments: () => AttachmentReader;
  roles: RoleDirectory;
  /** Its contents may be lost. */
  keyValues: KeyValueStore;
  playerStore: PlayerStore;
  uploadStore: UploadStore;
  clock: Clock;
  chance: Chance;
  logger: Logger;
}

/** The `audio` section of the configuration, and what only the process knows. */
export interface AudioInit {
  libraryDir?: string | undefined;
  guildLibraryDirs: Readonly<Record<string, string>>;
  ffmpegPath: string;
  allowedPrivateHosts: readonly string[];
  bitrateKbps: number;
  broadcastsMax: number;
  broadcastsPerGuildMax: number;
  subscribersMax: number;
  relaysMax: number;
  playersMax: number;
  sourceOpenTimeoutMs: number;
  sourceIdleTimeoutMs: number;
  sourceStallTimeoutMs: number;
  sourceReturnAfterMs: number;
  decodersMax: number;
  decodersPerGuildMax: number;
  loudnessLufs: number;
  frameTraceFile?: string | undefined;
  /** Where decoded sound is kept, and how much of it; see `OpusCache`. Absent: none is. */
  cacheFolder?: string | undefined;
  cacheBytesMax?: number | undefined;
  /** Holds covers and uploads on their way. */
  stateDir: string;
  uploadBytesMax: number;
  /** Folders to look for programs in, as in PATH. */
  searchPath?: string | undefined;
  /** How host names of sources resolve; by default the system's way. */
  lookup?: LookupFunction;
}

export interface Audio extends Startable, GuildBroadcasts {
  actions: readonly AnyAction[];
  /** What other communities may hear. */
  offeredTo: OfferedTo;
  examiner: Examiner;
  peersHearing: () => readonly string[];
  playerChanges: PlayerChanges;
}

const usualSearchPath = '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin';

export function createAudio(components: AudioComponents, init: AudioInit): Audio {
  const parts = assemble(components, init);
  const { broadcasts, consent, library, ffmpeg, media, neighbourhood, onNarrowed, own, players, relays } =
    parts;
  return {
    name: 'audio',
    actions: [broadcasts, relays, consent, players, neighbourhood, media].flatMap(({ actions }) => actions),
    playerChanges: players.changes,
    offeredTo: (peerId) => own.catalogueFor({ peerId }),
    peersHearing: () => own.peersHearing(),
    catalogueFor: (guildId) => own.catalogueFor({ guildId }),
    onNarrowed(listener) {
      onNarrowed.add(listener);
      return () => onNarrowed.delete(listener);
    },
    examiner: audioExaminer({ guilds: components.guilds, ffmpeg }, { library }),
    ...lifeOf({ ...components, ...parts, ...neighbourhood }),
  };
}

/** The parts of the service, none started. */
function assemble(components: AudioComponents, init: AudioInit) {
  const ffmpeg = new FfmpegProgram({
    ffmpegPath: init.ffmpegPath,
    searchPath: init.searchPath ?? usualSearchPath,
  });
  const trace = init.frameTraceFile ? new FrameTrace(components.logger, init.frameTraceFile) : undefined;
  const consent = new ConsentDesk({ store: components.consents, clock: components.clock });
  const noticed = new NoticedAudiences(components);
  const library = new LibraryFolders(init);
  const { cacheBytesMax: bytesMax, cacheFolder: folder } = init;
  const cache = folder === undefined ? undefined : new OpusCache(components, { folder, bytesMax });
  const parts = { ...components, cache, consent, library, noticed };
  const sources = createSources(parts, init, ffmpeg);
  const times = timesOf(init);
  const { broadcastsMax, broadcastsPerGuildMax, loudnessLufs, subscribersMax } = init;
  const own = new OwnBroadcasts(components);
  const neighbourhood = createNeighbourhood({
    ...{ ...components, own, sources },
    players: {
      view: (guildId) => players.ensured(guildId),
      sourcesOf: (guildId) => players.sourcesOf(guildId),
      inTurn: (guildId, run) => players.inTurn(guildId, run),
    },
  });
  const onNarrowed = new Set<(broadcastId: string) => void>();
  const broadcasts = new BroadcastService(
    {
      ...parts,
      own,
      sources,
      trace,
      onSwitch: (broadcastId, event) => relays.broadcastNews(broadcastId, event),
      onFailed: (broadcastId, problem) => relays.broadcastNews(broadcastId, problem),
      onNarrowed: (broadcastId) => {
        relays.broadcastNarrowed(broadcastId);
        for (const listener of onNarrowed) listener(broadcastId);
      },
    },
    { broadcastsMax, broadcastsPerGuildMax, subscribersMax, loudnessLufs, ...times },
  );
  const programmes = new Programmes({ ...components, sources }, times);
  const catalogueFor = (guildId: string) => own.catalogueFor({ guildId });
  const relays: RelayService = new RelayService(
    { ...parts, own: own.catalogueOfAll(), ownFor: catalogueFor, programmes },
    { relaysMax: init.relaysMax },
  );
  const media = mediaOf(
    {
      ...parts,
      ffmpeg,
      farProgrammes: () => broadcasts.farProgrammes(),
      showsCover: (guildId, coverId) => players.showsCover(guildId, coverId),
    },
    init,
  );
  const players: PlayerService = createPlayer(
    {
      ...{ ...parts, ...neighbourhood, own, relays, sources },
      resolver: media.resolver,
      store: components.playerStore,
    },
    { ...times, subscribersMax, playersMax: init.playersMax },
  );
  // The card of a neighbour's programme turns when that ends, not at its next look.
  relays.onGone(({ channelId }) => players.changes.changed(channelId));
  const watch = new StandingWatch({ ...components, broadcasts, players, relays });
  const heard = { broadcasts, media, own, players, relays };
  return { ...heard, cache, consent, ffmpeg, library, neighbourhood, noticed, onNarrowed, trace, watch };
}

function mediaOf(
  components: AudioComponents & Pick<MediaComponents, 'ffmpeg' | 'library' | 'farProgrammes' | 'showsCover'>,
  init: AudioInit,
): Media {
  const { keyValues: cache, playerStore: memory, settings, uploadStore: uploads } = components;
  const membersSeeLibrary = (guildId: string) => settings.of(guildId).membersSeeLibrary;
  const parts = { ...components, cache, memory, uploads, membersSeeLibrary };
  return createMedia(parts, { ...init, openTimeoutMs: init.sourceOpenTimeoutMs });
}

interface Living {
  logger: Logger;
  cache: OpusCache | undefined;
  noticed: NoticedAudiences;
  media: Media;
  sharing: Sharing;
  looks: Pick<Looks, 'stop'>;
  broadcasts: BroadcastService;
  players: PlayerService;
  relays: RelayService;
  watch: StandingWatch;
  trace: FrameTrace | undefined;
}

function lifeOf(parts: Living): Pick<Audio, 'start' | 'drain' | 'stop'> {
  const { broadcasts, cache, logger, looks, media, noticed, players, relays, sharing, trace, watch } = parts;
  return {
    async start() {
      const endedCount = await endOrphans();
      if (endedCount > 0) logger.warn({ endedCount }, 'decoders of an earlier hub ended');
      // It may have many files to look at: what plays before that is decoded.
      void cache?.start();
      await noticed.load();
      await media.start();
      await sharing.start();
      await broadcasts.restore();
      await players.restore();
      await relays.restore();
      await players.follow();
      watch.start();
    },
    /** Relays leave, and subscribers get the end of their broadcasts, before connections close. */
    async drain() {
      looks.stop();
      watch.stop();
      await relays.stop();
      await players.stop();
      broadcasts.stop();
    },
    /** What `drain` has ended stays so. A start that failed, or a drain that was cut short, leaves the rest to it. */
    async stop() {
      looks.stop();
      watch.stop();
      sharing.stop();
      media.stop();
      await relays.stop();
      await players.stop();
      broadcasts.stop();
      await cache?.stop();
      await trace?.close();
    },
  };
}

function timesOf(init: AudioInit): SourceTimes {
  return {
    openTimeoutMs: init.sourceOpenTimeoutMs,
    idleTimeoutMs: init.sourceIdleTimeoutMs,
    stallTimeoutMs: init.sourceStallTimeoutMs,
    returnAfterMs: init.sourceReturnAfterMs,
  };
}

function createSources(
  components: AudioComponents & {
    cache: OpusCache | undefined;
    consent: ConsentDesk;
    noticed: NoticedAudiences;
  },
  init: AudioInit,
  ffmpeg: FfmpegProgram,
): SourceOpener {
  const { decodersMax, decodersPerGuildMax, lookup } = init;
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
      libraryDir: init.libraryDir,
      guildLibraryDirs: init.guildLibraryDirs,
      allowedPrivateHosts: init.allowedPrivateHosts,
      bitrateKbps: init.bitrateKbps,
      openTimeoutMs: init.sourceOpenTimeoutMs,
      ...(lookup ? { lookup } : {}),
    },
  );
}
