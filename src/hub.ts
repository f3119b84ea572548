/** The composition root: builds every part of a hub, in order. The only file that knows them all. */
import { join } from 'node:path';
import type { HubConfig } from '#config/load.ts';
import type { Perform } from '#contracts/action.ts';
import type { EnvironmentSecrets } from '#contracts/connections.ts';
import { type AuditTrail, createPerform } from '#contracts/perform.ts';
import type { Chance, Clock } from '#core/clock.ts';
import type { GuildmeshError } from '#core/errors.ts';
import { Lifecycle, type Startable } from '#core/lifecycle.ts';
import type { Logger } from '#core/logger.ts';
import type { Scrubber } from '#core/scrubber.ts';
import { commands } from '../commands/index.ts';
import packageFile from '../package.json' with { type: 'json' };
import { plugins } from '../plugins/index.ts';
import { createAccess } from './access/access.ts';
import { createHosting } from './access/home/hosting.ts';
import { createGrantStore } from './access/tables/grant-store.ts';
import { createHomeGuildStore } from './access/tables/home-guild-store.ts';
import { createTokenStore } from './access/tables/token-store.ts';
import { TokenMakers } from './access/tokens/token-makers.ts';
import { createTokens } from './access/tokens/tokens.ts';
import { createAudio } from './audio/audio.ts';
import { delayRangeOf } from './audio/jitter/profiles.ts';
import { Recordings } from './audio/record/recordings.ts';
import { createConsentStore } from './audio/tables/consent-store.ts';
import { createVoiceEngine } from './audio/voice/voice-engine.ts';
import { applicationIdOf } from './discord/client/application-id.ts';
import { createDiscord, type Discord } from './discord/discord.ts';
import { createDoctor } from './discord/doctor/doctor.ts';
import { createMesh } from './mesh/mesh.ts';
import { createTrustStore } from './mesh/tables/trust-store.ts';
import { createPublishing } from './publishing/publishing.ts';
import { createScheduling } from './scheduling/scheduling.ts';
import { createWallTime } from './scheduling/time/wall-time.ts';
import { Zones } from './scheduling/time/zones.ts';
import { tablesOf } from './storage/owned-tables.ts';
import { SoleProcess } from './storage/sole-process.ts';
import { createStorage } from './storage/storage.ts';
import { guildRows, migrations } from './tables.ts';
import type { Web } from './web/web.ts';

export interface HubComponents {
  clock: Clock;
  chance: Chance;
  logger: Logger;
  /** Stands before the log: learns every secret as it is unsealed. */
  scrubber: Scrubber;
  /** Credentials that the operator set. */
  environment: EnvironmentSecrets;
  /** Owned by this hub alone; made if missing. */
  stateDirectory: string;
  /** Where programs are looked for, as in PATH. */
  searchPath: string | undefined;
  /** Discord closed the session for good: the process can do no more. */
  onFatal: (error: GuildmeshError) => void;
}

export interface Hub {
  start(signal: AbortSignal): Promise<void>;
  stop(): Promise<void>;
}

/** Constructs a hub; only code is loaded. `config.discord.token` must be set. */
export async function createHub(config: HubConfig, components: HubComponents): Promise<Hub> {
  const { clock, chance, logger, stateDirectory, searchPath, onFatal } = components;
  const { token } = config.discord;
  if (!token) throw new Error('a hub needs a token');
  const isPublisher = config.process.roles === 'publisher';
  const stopping = new AbortController();

  const storage = createStorage(
    { clock, chance, logger },
    { stateDir: stateDirectory, ...config.storage, migrations, artifactsDir: config.artifacts.dir },
  );
  const hosting = createHosting(
    {
      store: createHomeGuildStore(storage.db, guildRows),
      // Late: the door asks it, and answers it.
      application: (signal) => discord.application(signal),
      guilds: () => discord.guilds.guilds(),
      clock,
      logger,
    },
    {
      community: config.community.name,
      guildIds: config.discord.guildIds,
      operators: config.operators,
      shared: storage.engine === 'postgres',
    },
  );
  const tokenStore = createTokenStore(tablesOf(storage.db));
  const makers = new TokenMakers({
    store: tokenStore,
    // Late: Discord and publishing are built later.
    members: { member: (guildId, userId) => discord.members.member(guildId, userId) },
    notify: (guildId, text) => publishing.notify(guildId, text),
    ...{ clock, logger },
  });
  const access = createAccess({
    grants: createGrantStore(tablesOf(storage.db)),
    audit: storage.audit,
    makers,
  });
  const tokens = createTokens({ store: tokenStore, clock, chance });
  const discord: Discord = createDiscord(
    {
      perform: () => perform,
      commands,
      clock,
      chance,
      logger,
      store: storage.cache,
      hosting,
      intents: storage.intents,
      panelChanges: { onChange: (listener) => publishing.onChange(listener) },
      onFatal,
    },
    { ...config.discord, token },
  );
  const voice = createVoiceEngine(
    { gateway: discord.voiceGateway, guilds: discord.guilds, clock, chance, logger },
    { delay: delayRangeOf(config.audio.bufferProfile, config.audio.bufferMs), ...config.voice },
  );
  const audit: AuditTrail = { record: (row) => storage.ledger.settle(undefined, undefined, row) };
  const mesh = createMesh(
    {
      // Late: mesh and audio serve each other.
      catalogue: {
        list: () => audio.catalogue.list(),
        subscribe: (broadcastId, sink) => audio.catalogue.subscribe(broadcastId, sink),
      },
      trust: createTrustStore(tablesOf(storage.db)),
      intents: storage.intents,
      audit,
      tellManagers: async (text) => {
        await Promise.all(hosting.standings.homeGuildIds().map((id) => publishing.notify(id, text)));
      },
      clock,
      chance,
      logger,
    },
    {
      ...config.mesh,
      communityName: config.community.name,
      version: packageFile.version,
      keyPath: join(stateDirectory, 'node.key'),
    },
  );
  const audio = createAudio(
    {
      voice,
      remote: mesh.remote,
      communities: mesh.communities,
      guilds: discord.guilds,
      standings: hosting.standings,
      stage: discord.stage,
      announcer: discord.announcer,
      ownPeerId: () => mesh.peerId(),
      intents: storage.intents,
      presence: discord.presence,
      board: discord.channelStatus,
      audit,
      consents: createConsentStore(tablesOf(storage.db)),
      notices: discord.announcer,
      people: discord.people,
      clock,
      chance,
      logger,
    },
    { ...config.audio, ...(searchPath === undefined ? {} : { searchPath }) },
  );
  const publishing = createPublishing(
    {
      ...components,
      storage,
      publishers: plugins,
      roles: access.roles,
      standings: hosting.standings,
      announcer: discord.announcer,
      names: (guildId) => discord.names(guildId),
      cards: discord.cards,
      threads: discord.threads,
      wallTime: createWallTime({ zones: new Zones(), clock }),
      ...(config.web.listen
        ? {
            connectPage: {
              urlOf: (link: string) => web?.urlOf(link) ?? '',
              redirectUrl: () => web?.redirectUrl() ?? '',
              hookUrlOf: (chainId: string) => web?.hookUrlOf(chainId) ?? '',
              isLocal: () => web?.isLocal() ?? true,
            },
          }
        : {}),
    },
    {
      stateDir: stateDirectory,
      vault: { ...config.vault, opensOnly: isPublisher },
      artifacts: config.artifacts,
      discord: { apiUrl: config.discord.apiUrl, token, guildIds: config.discord.guildIds },
      plugins: config.plugins,
      chains: config.chains,
    },
  );
  const scheduling = createScheduling({
    db: tablesOf(storage.db),
    clock,
    chance,
    logger,
    standings: hosting.standings,
    publications: publishing.publications,
    targets: publishing.targets,
    announceMissed: (missed) => publishing.missed(missed),
  });
  const recordings = new Recordings(
    {
      catalogueFor: (guildId) => audio.catalogueFor(guildId),
      onNarrowed: (listener) => audio.onNarrowed(listener),
      standings: hosting.standings,
      announcer: discord.announcer,
      artifacts: publishing.artifacts,
      clock,
      chance,
      logger,
    },
    {
      folder: join(stateDirectory, 'recordings'),
      community: config.community.name,
      artifactBytesMax: config.artifacts.artifactBytesMax,
    },
  );
  scheduling.onReached((event) => publishing.chains.milestoneReached(event));
  const web: Web | undefined =
    config.web.listen && !isPublisher
      ? new (await import('./web/web.ts')).Web(
          {
            perform: () => perform,
            tokens,
            connections: publishing.connections,
            newsHooks: publishing.newsHooks,
            waitingFor: () => (discord.guilds.connected() ? [] : ['discord']),
            clock,
            chance,
            logger,
          },
          { ...config.web, listen: config.web.listen, artifactBytesMax: config.artifacts.artifactBytesMax },
        )
      : undefined;
  const doctor = createDoctor({
    examiners: [hosting.examiner, discord.examiner, mesh.examiner, audio.examiner, publishing.examiner],
    clock,
    logger,
  });
  const perform: Perform = createPerform({
    actions: [
      ...access.actions,
      ...hosting.actions,
      ...tokens.actions,
      ...mesh.actions,
      ...audio.actions,
      ...recordings.actions,
      ...publishing.actions,
      ...scheduling.actions,
      ...doctor,
    ],
    roles: access.roles,
    standings: hosting.standings,
    ledger: storage.ledger,
    redact: (value) => components.scrubber.redact(value),
    clock,
    logger,
    stopping: stopping.signal,
  });

  const sole = new SoleProcess(
    {
      storage,
      applicationId: (signal) => applicationIdOf({ clock, logger }, { ...config.discord, token }, signal),
      clock,
      logger,
      onLost: onFatal,
    },
    { ...config.storage, community: config.community.name },
  );
  const partsOf: Record<HubConfig['process']['roles'], readonly Startable[]> = {
    all: [
      storage,
      sole,
      hosting,
      discord,
      voice,
      mesh,
      audio,
      ...publishing.parts,
      recordings,
      scheduling,
      ...(web ? [web] : []),
    ],
    // Answers nobody, so that any number may run beside the one that does: without the application's lock.
    publisher: [storage, hosting, ...publishing.workerParts],
  };
  const lifecycle = new Lifecycle({ clock, logger }, partsOf[config.process.roles], config.shutdown.drainMs);
  return {
    start: (signal) => lifecycle.start(signal),
    stop: () => {
      stopping.abort(new Error('the hub stops'));
      return lifecycle.stop();
    },
  };
}
