import type { RoleDirectory } from '#contracts/actor.ts';
import type { PlannedArtifacts } from '#contracts/artifacts.ts';
import type { CardBoard } from '#contracts/cards.ts';
import type { ConnectPage, EnvironmentSecrets } from '#contracts/connections.ts';
import type { Announcer } from '#contracts/discord.ts';
import type { LiveStandings } from '#contracts/guild-standing.ts';
import type { PublisherPlugin } from '#contracts/publisher.ts';
import type { ThreadSource } from '#contracts/thread-source.ts';
import type { TokenEnds } from '#contracts/tokens.ts';
import type { WallTime } from '#contracts/wall-time.ts';
import type { Chance, Clock } from '#core/clock.ts';
import type { Logger } from '#core/logger.ts';
import type { Scrubber } from '#core/scrubber.ts';
import type { Secret } from '#core/secret.ts';
import type { DiscordNames } from '#core/text/discord-markup.ts';
import type { Storage } from '#storage/storage.ts';
import type { ArtifactsInit } from './artifacts/artifacts.ts';
import type { OutboxInit } from './outbox/outbox.ts';
import type { PluginSettings } from './platform-settings.ts';
import type { NewsWatcherInit } from './watching/news-watcher.ts';

export interface PublishingComponents {
  storage: Pick<Storage, 'db' | 'engine' | 'hubId'>;
  publishers: readonly PublisherPlugin[];
  roles: RoleDirectory;
  standings: LiveStandings;
  announcer: Announcer;
  /** What Discord's markup stands for in a guild. Absent: neutral words. */
  names?: (guildId: string) => DiscordNames;
  cards: CardBoard;
  threads: ThreadSource;
  tokenEnds: TokenEnds;
  /** What schedules will still publish: asked from the start of the parts on. */
  plannedArtifacts: PlannedArtifacts;
  environment: EnvironmentSecrets;
  /** The process's own: it learns every credential before anything can show one. */
  scrubber: Scrubber;
  /** Absent: nothing can be planned for later. */
  wallTime?: WallTime;
  /** Absent: this hub serves no web. */
  connectPage?: ConnectPage;
  clock: Clock;
  chance: Chance;
  logger: Logger;
}

export interface PublishingInit {
  stateDir: string;
  /** `opensOnly`: the vault belongs to another process. */
  vault: { key?: Secret | undefined; previousKey?: Secret | undefined; opensOnly?: boolean };
  artifacts: Omit<ArtifactsInit, 'stateDir' | 'apiUrl'>;
  /** `guildIds`: those the configuration names; empty for any. */
  discord: { apiUrl: string; token?: Secret | undefined; guildIds: readonly string[] };
  plugins: PluginSettings;
  /** Where stand-ins on this machine give out tokens. */
  tokensUrl?: string | undefined;
  outbox?: Partial<Omit<OutboxInit, 'engine' | 'worker'>>;
  /** From the configuration. */
  chains?: NewsWatcherInit & { allowedPrivateHosts: readonly string[] };
}
