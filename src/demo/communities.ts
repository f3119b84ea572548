import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createPlayground } from '@guildmesh/local-discord';
import type { Playground, PlaygroundInit, WorldSeed } from '@guildmesh/local-discord/contract';
import { createPageMount } from '@guildmesh/local-discord/page';
import type { SeenElsewhere } from './first-minute.ts';
import { HubProcess } from './hub-process.ts';
import { homeGuilds, northAndSouth } from './north-and-south.ts';
import { panelsOf } from './panels.ts';
import { whoseSound } from './whose-sound.ts';

export interface CommunitiesInit {
  /** The hub's entry file. */
  entryPath: string;
  /** Holds one folder for each hub and one for the local Discord. */
  stateDirectory: string;
  /** Environment that both hubs inherit. */
  environment: Record<string, string>;
  /** Additional settings of one hub, by environment name. */
  north?: Record<string, string>;
  south?: Record<string, string>;
  port?: number;
  /** Where the hubs publish to; the page leads there. */
  elsewhere?: SeenElsewhere;
  /** False: hubs of another version, which know only the options of that version. */
  groupedByMdns?: boolean;
  /** Changes the world they live in: for tests. */
  changeWorld?: (seed: WorldSeed) => WorldSeed;
  onLogLine: (hub: string, line: string) => void;
}

export interface Communities {
  playground: Playground;
  north: HubProcess;
  south: HubProcess;
  /** Stops hubs first, then the local Discord. */
  stop(): Promise<void>;
}

/** The local Discord, running, and the two hubs that belong to it, not yet started. */
export async function openCommunities(init: CommunitiesInit): Promise<Communities> {
  const tokens = { north: botToken(), south: botToken() };
  const mdnsGroup = randomBytes(8).toString('hex');
  const discordDirectory = join(init.stateDirectory, 'discord');
  await mkdir(discordDirectory, { recursive: true, mode: 0o700 });
  let soundOf: PlaygroundInit['soundOf'];
  const playgroundInit: PlaygroundInit = {
    seed: (init.changeWorld ?? ((seed) => seed))(northAndSouth(tokens)),
    stateDirectory: discordDirectory,
    mountPage: createPageMount({
      panels: panelsOf(init.elsewhere),
      links: init.elsewhere ? [{ title: 'Elsewhere', url: init.elsewhere.pageUrl }] : [],
    }),
    soundOf: (guildId, speakerId) => soundOf?.(guildId, speakerId),
    ...(init.port === undefined ? {} : { port: init.port }),
  };
  const playground = createPlayground(playgroundInit);
  await playground.start();

  const hub = (
    name: string,
    token: string,
    guildIds: readonly string[],
    settings: Record<string, string> = {},
  ) =>
    new HubProcess({
      name,
      entryPath: init.entryPath,
      onLogLine: (line) => init.onLogLine(name, line),
      environment: {
        ...init.environment,
        NODE_EXTRA_CA_CERTS: playground.certificatePath,
        DISCORD_TOKEN: token,
        GUILDMESH_DISCORD_API_URL: playground.apiUrl,
        GUILDMESH_STATE_DIR: join(init.stateDirectory, name.toLowerCase()),
        GUILDMESH_DISCORD_GUILD_IDS: guildIds.join(','),
        GUILDMESH_COMMUNITY_NAME: name,
        // Any free port, and this machine only: both hubs live here.
        GUILDMESH_MESH_LISTEN: '/ip4/127.0.0.1/tcp/0',
        // Other playgrounds of this machine have a North and a South, too.
        ...(init.groupedByMdns === false ? {} : { GUILDMESH_MESH_MDNS_GROUP: mdnsGroup }),
        ...settings,
      },
    });
  const north = hub('North', tokens.north, homeGuilds.north, init.north);
  soundOf = whoseSound(north);
  const south = hub('South', tokens.south, homeGuilds.south, init.south);
  return {
    playground,
    north,
    south,
    stop: async () => {
      await Promise.all([north.stop(), south.stop()]);
      await playground.stop();
    },
  };
}

/** A random token, valid only during the life of this local Discord. */
function botToken(): string {
  return `playground.${randomBytes(24).toString('base64url')}`;
}
