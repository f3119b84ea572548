/** The composition root: builds every part of a hub, in order. The only file that knows them all. */
import { join } from 'node:path';
import type { HubConfig } from '#config/load.ts';
import type { Perform } from '#contracts/action.ts';
import { createPerform } from '#contracts/perform.ts';
import type { Chance, Clock } from '#core/clock.ts';
import type { GuildmeshError } from '#core/errors.ts';
import { Lifecycle } from '#core/lifecycle.ts';
import type { Logger } from '#core/logger.ts';
import { commands } from '../commands/index.ts';
import packageFile from '../package.json' with { type: 'json' };
import { createAccess } from './access/access.ts';
import { createAudio } from './audio/audio.ts';
import { createVoiceEngine } from './audio/voice/voice-engine.ts';
import { createDiscord } from './discord/discord.ts';
import { createDoctor } from './discord/doctor/doctor.ts';
import { createMesh } from './mesh/mesh.ts';
import { createStorage } from './storage/storage.ts';

export interface HubComponents {
  clock: Clock;
  chance: Chance;
  logger: Logger;
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

/** Constructs a hub without any I/O. `config.discord.token` must be set. */
export function createHub(config: HubConfig, components: HubComponents): Hub {
  const { clock, chance, logger, stateDirectory, searchPath, onFatal } = components;
  const { token } = config.discord;
  if (!token) throw new Error('a hub needs a token');
  const stopping = new AbortController();

  const storage = createStorage({ clock, chance, logger }, { stateDir: stateDirectory, ...config.storage });
  const access = createAccess({ grants: storage.grants });
  const discord = createDiscord(
    { perform: () => perform, commands, clock, chance, logger, store: storage.cache, onFatal },
    { ...config.discord, token },
  );
  const voice = createVoiceEngine(
    { gateway: discord.voiceGateway, guilds: discord.guilds, clock, chance, logger },
    { bufferMs: config.audio.bufferMs, ...config.voice },
  );
  const mesh = createMesh(
    // Late: mesh and audio serve each other.
    {
      catalogue: {
        list: () => audio.catalogue.list(),
        subscribe: (broadcastId, sink) => audio.catalogue.subscribe(broadcastId, sink),
      },
      trust: storage.trust,
      intents: storage.intents,
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
      stage: discord.stage,
      announcer: discord.announcer,
      intents: storage.intents,
      clock,
      chance,
      logger,
    },
    { ...config.audio, ...(searchPath === undefined ? {} : { searchPath }) },
  );
  const doctor = createDoctor({
    examiners: [discord.examiner, mesh.examiner, audio.examiner],
    clock,
    logger,
  });
  const perform: Perform = createPerform({
    actions: [...access.actions, ...mesh.actions, ...audio.actions, ...doctor],
    roles: access.roles,
    ledger: storage.ledger,
    clock,
    logger,
    stopping: stopping.signal,
  });

  const lifecycle = new Lifecycle(
    { clock, logger },
    [storage, discord, voice, mesh, audio],
    config.shutdown.drainMs,
  );
  return {
    start: (signal) => lifecycle.start(signal),
    stop: () => {
      stopping.abort(new Error('the hub stops'));
      return lifecycle.stop();
    },
  };
}
