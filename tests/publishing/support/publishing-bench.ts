import { join } from 'node:path';
import type { KyselyPlugin } from 'kysely';
import type { z } from 'zod';
import { createPerform } from '#access/perform.ts';
import type { ActionSpec } from '#contracts/action.ts';
import { alertShow } from '#contracts/actions/alerts.ts';
import type { GuildMemberActor, Role } from '#contracts/actor.ts';
import type { EnvironmentSecrets } from '#contracts/connections.ts';
import type { Publisher, PublisherPlugin } from '#contracts/publisher.ts';
import type { PublisherDeclaration } from '#contracts/publisher-declaration.ts';
import { systemChance, systemClock } from '#core/clock.ts';
import { Lifecycle } from '#core/lifecycle.ts';
import { createLogger, type LogLevel } from '#core/logger.ts';
import { Scrubber } from '#core/scrubber.ts';
import type { Secret } from '#core/secret.ts';
import { camelCase } from '#core/text/camel-case.ts';
import { createPublishing } from '#publishing/publishing.ts';
import type { PublishingComponents, PublishingInit } from '#publishing/publishing-components.ts';
import { createStorage } from '#storage/storage.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { writeMigrated } from '../../support/migrated.ts';
import { rolesBy } from '../../support/roles.ts';
import { standingsOf } from '../../support/standings.ts';
import { serviceMigrations, storesOf } from '../../support/tables.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { FakeCards } from './fake-cards.ts';
import { noThreads } from './no-threads.ts';
import { pluginOf } from './plugin-of.ts';

export const guildId = '100000000000000001';
export const otherGuildId = '100000000000000002';
const publisherRole = '200000000000000001';

export interface WorldInit {
  publishers: readonly (Publisher | PublisherPlugin)[];
  folder: string;
  clock?: FakeClock;
  vault?: PublishingInit['vault'];
  environment?: Record<string, string>;
  token?: PublishingInit['discord']['token'];
  guildIds?: readonly string[];
  components?: Partial<PublishingComponents>;
  plugins?: Partial<PublishingInit['plugins']>;
  chains?: PublishingInit['chains'];
  postgresUrl?: Secret;
  /** Sees every statement of the service. */
  plugin?: KyselyPlugin;
  scrubber?: Scrubber;
  /** Those of an earlier bench: a restart. */
  cards?: FakeCards;
  logLevel?: LogLevel;
  tokensUrl?: string;
}

export interface BenchInit extends Omit<WorldInit, 'folder'> {
  /** Folder of an earlier bench: a restart. */
  folder?: string;
}

export type Bench = Awaited<ReturnType<typeof publishingBench>>;

/** The same for a test: stopped when it ends, in a folder that goes with it. */
export async function publishingBench(init: BenchInit) {
  // Only here: runs outside of vitest have a world of their own.
  const { onTestFinished } = await import('vitest');
  const folder = init.folder ? undefined : temporaryFolder();
  onTestFinished(() => folder?.[Symbol.dispose]());
  if (folder && !init.postgresUrl) await writeMigrated(join(folder.path, 'hub.db'));
  const world = await publishingWorld({ ...init, folder: init.folder ?? folder?.path ?? '' });
  onTestFinished(world.stop);
  return world;
}

/** The whole publication service on real storage, with a clock that the caller drives. */
export async function publishingWorld(init: WorldInit) {
  const { folder } = init;
  const clock = init.clock ?? new FakeClock();
  const chance = systemChance();
  const scrubber = init.scrubber ?? new Scrubber();
  const log: string[] = [];
  const logger = createLogger({
    level: init.logLevel ?? 'debug',
    scrubber,
    write: (line) => void log.push(line),
  });
  const notices: { channelId: string; text: string }[] = [];
  const cards = init.cards ?? new FakeCards();
  const storage = createStorage(
    { clock, chance, logger },
    { migrations: serviceMigrations, stateDir: folder, postgresUrl: init.postgresUrl },
  );
  const seen = init.plugin ? storage.db.withPlugin(init.plugin) : storage.db;
  const ofService = {
    db: seen,
    engine: storage.engine,
    get hubId() {
      return storage.hubId;
    },
  };
  const standings = standingsOf('home');
  const stores = storesOf(storage);
  const roles = rolesBy(stores.grants);
  const environment: EnvironmentSecrets = { get: (name) => init.environment?.[name] };
  const publishing = createPublishing(
    {
      ...{ storage: ofService, roles, environment, scrubber, clock, logger },
      // Half of the jitter, always: instants in tests are exact.
      chance: { ...chance, fraction: () => 0.5 },
      publishers: init.publishers.map(pluginOf),
      standings,
      threads: noThreads,
      tokenEnds: stores.tokens,
      plannedArtifacts: stores.plannedArtifacts,
      announcer: { announce: async (channelId, text) => void notices.push({ channelId, text }) },
      cards,
      wallTime: {
        resolve: ({ local }) => ({ atMs: Date.parse(`${local}:00Z`), text: `${local} UTC` }),
        zone: (name) => name,
      },
      connectPage: {
        urlOf: (token) => `https://hub.example/connect#${token}`,
        redirectUrl: () => 'https://hub.example/connect/authorised',
        hookUrlOf: (chainId) => `https://hub.example/api/v1/hooks/${chainId}`,
        isLocal: () => false,
      },
      ...init.components,
    },
    {
      stateDir: folder,
      vault: init.vault ?? {},
      artifacts: artifactLimits,
      discord: {
        apiUrl: 'http://127.0.0.1:9/api',
        token: init.token,
        guildIds: init.guildIds ?? [guildId],
      },
      plugins: {
        ...nowhere(init.publishers),
        ...init.plugins,
      },
      tokensUrl: init.tokensUrl,
      ...(init.chains && { chains: init.chains }),
      // Hours pass in tests.
      outbox: { pollMs: 600_000 },
    },
  );
  const stopping = new AbortController();
  const perform = createPerform({
    ...{ actions: publishing.actions, roles, ledger: storage.ledger, clock, logger },
    standings,
    redact: (value) => scrubber.redact(value),
    stopping: stopping.signal,
  });
  const lifecycle = new Lifecycle({ clock, logger }, [storage, ...publishing.parts], 0);
  let stopped = false;
  async function stop(): Promise<void> {
    if (stopped) return;
    stopped = true;
    await moving(clock, lifecycle.stop());
  }
  await moving(clock, lifecycle.start(AbortSignal.timeout(20_000)));
  for (const guild of [guildId, otherGuildId])
    await stores.grants.put({ guildId: guild, discordRoleId: publisherRole, role: 'publisher' });

  return {
    ...{ folder, clock, standings, storage, publishing, notices, cards, log, scrubber, stop, act },
    db: stores.db,
    dbFile: join(folder, 'hub.db'),
    /** What the messages that stand somewhere say now. */
    told: () =>
      Promise.all(
        cards.posts.map(async ({ guildId: guild, subject, channelId }) => ({
          ...(await act(alertShow, { guildId: guild, alertId: subject }, person('1', 'manager', guild))),
          channelId,
        })),
      ),
  };

  function act<Input extends z.ZodType, Output extends z.ZodType>(
    spec: ActionSpec<Input, Output>,
    input: z.input<Input>,
    actor: GuildMemberActor = person('1', 'manager'),
  ): Promise<z.output<Output>> {
    return perform(spec, actor, input);
  }
}

export function person(userId: string, role: Exclude<Role, 'owner'>, guild = guildId): GuildMemberActor {
  return {
    kind: 'guild-member',
    guildId: guild,
    userId,
    displayName: `Person ${userId}`,
    roleIds: role === 'publisher' ? [publisherRole] : [],
    isGuildOwner: false,
    hasManageGuild: role === 'manager',
    isOperator: false,
    channelId: `channel-of-${guild}`,
  };
}

/** Base addresses at which nobody answers. */
function nowhere(publishers: readonly PublisherDeclaration[]): PublishingInit['plugins'] {
  return Object.fromEntries(
    publishers.map(({ id, addresses = {} }) => [
      camelCase(id),
      Object.fromEntries(Object.keys(addresses).map((name) => [name, 'http://127.0.0.1:9'])),
    ]),
  );
}

/** Some parts wait for the clock while they start or stop. */
async function moving<Result>(clock: FakeClock, work: Promise<Result>): Promise<Result> {
  let over = false;
  void work.then(
    () => (over = true),
    () => (over = true),
  );
  for (let turn = 0; !over && turn < 2_000; turn++) {
    await clock.advance(0);
    await systemClock().sleep(2);
  }
  return work;
}

const artifactLimits: PublishingInit['artifacts'] = {
  artifactBytesMax: 1_000_000,
  guildBytesMax: 10_000_000,
  totalBytesMax: 10_000_000,
  countMax: 1_000,
  freeBytesMin: 0,
  retentionDays: 0,
  watchStableMs: 1_000,
};
