import type { Chance, Clock } from '#core/clock.ts';
import type { GuildmeshError } from '#core/errors.ts';
import type { Logger } from '#core/logger.ts';
import type { Scrubber } from '#core/scrubber.ts';
import type { DiscordNames } from '#core/text/discord-markup.ts';
import type { Perform } from './action.ts';
import type { ActionLedger } from './action-ledger.ts';
import type { RoleDirectory } from './actor.ts';
import type { ArtifactStore, AttachmentReader, PlannedArtifacts } from './artifacts.ts';
import type { GuildBroadcasts, OfferedTo, RemoteBroadcasts } from './audio.ts';
import type { AuditReader, AuditTrail } from './audit.ts';
import type { CardBoard } from './cards.ts';
import type { ChainTriggers } from './chains.ts';
import type { Command } from './command.ts';
import type { CommunityDirectory } from './communities.ts';
import type { Connections, ConnectPage, EnvironmentSecrets } from './connections.ts';
import type { Examiner } from './diagnosis.ts';
import type {
  Announcer,
  ChannelStatusBoard,
  GuildDirectory,
  MemberDirectory,
  NoticeBoard,
  PeopleDirectory,
  StageSpeaker,
  VoiceGateway,
  VoicePresence,
} from './discord.ts';
import type { GuildArrivals } from './guild-arrivals.ts';
import type { GuildSettingsKeeper, NoticesChannels } from './guild-settings.ts';
import type { LiveStandings } from './guild-standing.ts';
import type { ApplicationFacts, Hosting } from './hosting.ts';
import type { IntentStore } from './intents.ts';
import type { KeyValueStore } from './key-value-store.ts';
import type { NewsHooks } from './news.ts';
import type { OfferedProtocol } from './protocol.ts';
import type { KnownTargets, Publications } from './publications.ts';
import type { PublisherPlugin } from './publisher.ts';
import type { ThreadSource } from './thread-source.ts';
import type { TokenEnds, TokenVerifier } from './tokens.ts';
import type { WallTime } from './wall-time.ts';

/** Every port between services, by the name that `needs`, `late` and `offers` of a service say. */
export interface Ports
  extends ProcessPorts,
    StoredPorts,
    CollectedPorts,
    AccessPorts,
    DiscordPorts,
    MeshPorts,
    AudioPorts,
    SchedulingPorts,
    PublishingPorts,
    WebPorts {}

/** What the process and the repository's contributions offer, before any service. */
export interface ProcessPorts {
  clock: Clock;
  chance: Chance;
  logger: Logger;
  /** Filters the log: learns every secret as it is unsealed. */
  scrubber: Scrubber;
  /** Credentials that the operator set. */
  environment: EnvironmentSecrets;
  /** Reports to the process that it can't continue. */
  onFatal: (error: GuildmeshError) => void;
  commands: readonly Command[];
  publishers: readonly PublisherPlugin[];
}

/** Ports of storage: available at once, usable after its start. */
export interface StoredPorts {
  ledger: ActionLedger;
  audit: AuditTrail;
  auditReader: AuditReader;
  intents: IntentStore;
  /** Its contents may be lost at any time. */
  cache: KeyValueStore;
}

/** What the hub collects from all services: always late. */
export interface CollectedPorts {
  perform: Perform;
  /** In the order of the services; the protocols likewise. */
  examiners: readonly Examiner[];
  protocols: readonly OfferedProtocol[];
}

export interface AccessPorts {
  tokens: TokenVerifier;
  tokenEnds: TokenEnds;
  roles: RoleDirectory;
  hosting: Hosting;
  standings: LiveStandings;
  guildSettings: GuildSettingsKeeper;
  arrivals: GuildArrivals;
}

export interface DiscordPorts {
  guilds: GuildDirectory;
  members: MemberDirectory;
  people: PeopleDirectory;
  /** What Discord's markup stands for in a guild, by what is known at this moment. */
  names: (guildId: string) => DiscordNames;
  /** What Discord says about the application. Throws what the request throws. */
  application: (signal: AbortSignal) => Promise<ApplicationFacts>;
  announcer: Announcer & NoticeBoard;
  cards: CardBoard;
  threads: ThreadSource;
  voiceGateway: VoiceGateway;
  stage: StageSpeaker;
  presence: VoicePresence;
  channelStatus: ChannelStatusBoard;
}

export interface MeshPorts {
  communities: CommunityDirectory;
  /** Broadcasts of other communities. */
  remote: RemoteBroadcasts;
  /** Undefined while the node doesn't run. */
  ownPeerId: () => string | undefined;
  /** Six words that we and another community see alike; undefined while the node doesn't run. */
  safetyWords: (peerId: string) => Promise<readonly string[] | undefined>;
}

export interface AudioPorts {
  /** What other communities may hear. */
  offeredTo: OfferedTo;
  guildBroadcasts: GuildBroadcasts;
  /** Peer ids of communities that hear something of ours now. */
  peersHearing: () => readonly string[];
  /** Changes of players, by guild. `onChange` returns the unsubscriber. */
  playerChanges: { onChange(listener: (guildId: string) => void): () => void };
}

export interface SchedulingPorts {
  wallTime: WallTime;
  /** What schedules will still publish. */
  plannedArtifacts: PlannedArtifacts;
}

export interface PublishingPorts {
  publications: Publications;
  targets: KnownTargets;
  artifacts: ArtifactStore;
  attachments: AttachmentReader;
  connections: Connections;
  chains: ChainTriggers;
  newsHooks: NewsHooks;
  noticesChannels: NoticesChannels;
  /** Posts a notice for a guild in its alert channel, else where its targets were added. */
  notify: (guildId: string, text: string) => Promise<void>;
  /** Announces what should have been published and wasn't. One notice for each run, however often this is called. */
  announceMissed: (run: { id: string; guildId: string; sourceId: string; text: string }) => Promise<void>;
  /** Changes of publications, alerts and targets' lamps, by the id of what changed. `onChange` returns the unsubscriber. */
  panelChanges: { onChange(listener: (subject: string) => void): () => void };
}

export interface WebPorts {
  /** Undefined where this process serves no HTTP. */
  connectPage: ConnectPage | undefined;
}
