import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createPlayground } from '@guildmesh/local-discord';
import type { MemberSession, Playground } from '@guildmesh/local-discord/contract';
import { loadConfig } from '#config/load.ts';
import { type Clock, systemChance } from '#core/clock.ts';
import { createLogger } from '#core/logger.ts';
import { Scrubber } from '#core/scrubber.ts';
import { HubProcess } from '#demo/hub-process.ts';
import { ids, northAndSouth } from '#demo/north-and-south.ts';
import { createHub, type Hub } from '#hub/hub.ts';
import { FakeArchive } from '../../plugins/archive-org/fake-archive.ts';
import { openFakeGithub } from '../../plugins/github/fake-github.ts';
import type { FakeGithub } from '../../plugins/github/fake-route.ts';
import { FakeX } from '../../plugins/x/fake-x.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { bareEnvironment, entryPath } from './two-communities.ts';

const token = 'playground.north-token';
const preload = new URL('./later.ts', import.meta.url).href;
export const newsChannelId = '1100000000000000102';

/** North's hub with everything its results can go to, each with a memory, on loopback. */
export interface PublishingWorld {
  playground: Playground;
  github: FakeGithub;
  archive: FakeArchive;
  x: FakeX;
  /** North's owner. */
  ada: MemberSession;
  /** In a process of its own, with real time; not started yet. */
  hub: HubProcess;
  /** Ends the hub's process as kill -9 does, and starts it as if so much later. */
  killAndStartLater(byMs: number): Promise<void>;
  /** In this process, on the given clock; stopped when the world is closed. */
  startInside(clock: Clock): Promise<void>;
  log: string[];
  /** Puts a file into the watched folder. */
  arrives(name: string, text: string): Promise<void>;
  /** What stands in #news. */
  news(): string[];
  close(): Promise<void>;
}

export async function openPublishingWorld(): Promise<PublishingWorld> {
  const folder = temporaryFolder();
  const playground = createPlayground({
    seed: northAndSouth({ north: token, south: 'playground.south-token' }),
    stateDirectory: join(folder.path, 'discord'),
  });
  const [github, archive, x] = await Promise.all([
    openFakeGithub(),
    FakeArchive.open(),
    FakeX.open(),
    playground.start(),
  ]);
  const arrivals = join(folder.path, 'arrivals');
  await mkdir(arrivals);
  const environment = {
    ...environmentOf({ playground, github, archive, x }, join(folder.path, 'north')),
    GUILDMESH_ARTIFACTS_WATCH_DIR: arrivals,
    GUILDMESH_ARTIFACTS_WATCH_STABLE_MS: '100',
  };
  const log: string[] = [];
  const ofProcess = bareEnvironment(environment);
  const hub = new HubProcess({
    name: 'North',
    entryPath,
    environment: ofProcess,
    onLogLine: (line) => log.push(line),
  });
  let inside: Hub | undefined;
  return {
    ...{ playground, github, archive, x, hub, log },
    ada: playground.as(ids.ada, ids.northGuild),
    killAndStartLater: async (byMs) => {
      hub.kill('SIGKILL');
      await hub.ended;
      ofProcess.NODE_OPTIONS = `--import=${preload}`;
      ofProcess.TEST_CLOCK_AHEAD_MS = String(byMs);
      await hub.start();
    },
    startInside: async (clock) => {
      inside = await insideHub(environment, clock, log);
      await inside.start(AbortSignal.timeout(20_000));
    },
    arrives: (name, text) => writeFile(join(arrivals, name), text),
    news: () => playground.world.messages(newsChannelId).map(({ content }) => content),
    close: async () => {
      await inside?.stop();
      if (hub.pid !== undefined) await hub.stop();
      await Promise.all([github.close(), archive.close(), x.close(), playground.stop()]);
      folder[Symbol.dispose]();
    },
  };
}

function environmentOf(
  { playground, github, archive, x }: Pick<PublishingWorld, 'playground' | 'github' | 'archive' | 'x'>,
  stateDirectory: string,
): Record<string, string> {
  return {
    DISCORD_TOKEN: token,
    NODE_EXTRA_CA_CERTS: playground.certificatePath,
    GUILDMESH_DISCORD_API_URL: playground.apiUrl,
    GUILDMESH_DISCORD_GUILD_IDS: ids.northGuild,
    GUILDMESH_STATE_DIR: stateDirectory,
    GUILDMESH_COMMUNITY_NAME: 'North',
    GUILDMESH_MESH_LISTEN: '/ip4/127.0.0.1/tcp/0',
    GUILDMESH_LOG_LEVEL: 'warn',
    GUILDMESH_PLUGINS_GITHUB_API_URL: github.addresses.apiUrl ?? '',
    GUILDMESH_PLUGINS_ARCHIVE_ORG_S3_URL: archive.addresses.s3Url ?? '',
    GUILDMESH_PLUGINS_ARCHIVE_ORG_METADATA_URL: archive.addresses.metadataUrl ?? '',
    GUILDMESH_PLUGINS_ARCHIVE_ORG_WEB_URL: archive.addresses.webUrl ?? '',
    GUILDMESH_PLUGINS_X_API_URL: x.addresses.apiUrl ?? '',
    GUILDMESH_SECRET_RELEASE_TOKEN: 'ghp-of-the-tests',
    GUILDMESH_SECRET_ARCHIVE_ACCESS_KEY: 'access',
    GUILDMESH_SECRET_ARCHIVE_SECRET_KEY: 'secret',
    GUILDMESH_SECRET_X_API_KEY: 'api-key',
    GUILDMESH_SECRET_X_API_SECRET: 'api-secret',
    GUILDMESH_SECRET_X_ACCESS_TOKEN: '1000-access',
    GUILDMESH_SECRET_X_ACCESS_SECRET: 'access-secret',
  };
}

/** What src/main.ts does with the environment, on another clock. */
function insideHub(environment: Record<string, string>, clock: Clock, log: string[]): Promise<Hub> {
  const config = loadConfig({
    env: environment,
    readFile: () => {
      throw new Error('no file');
    },
  });
  const scrubber = new Scrubber();
  return createHub(config, {
    clock,
    chance: systemChance(),
    logger: createLogger({ level: config.log.level, scrubber, write: (line) => void log.push(line) }),
    scrubber,
    environment: { get: (name) => environment[name] },
    stateDirectory: environment.GUILDMESH_STATE_DIR ?? '',
    searchPath: process.env.PATH,
    onFatal: (error) => log.push(error.message),
  });
}
