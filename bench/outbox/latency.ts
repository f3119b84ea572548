/** How soon what was approved leaves, and how far from its time what was planned: real services, real clock, one hub. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { createPerform } from '#access/perform.ts';
import { createRoleDirectory } from '#access/role-directory.ts';
import { loadConfig } from '#config/load.ts';
import { publishApprove, publishCreate } from '#contracts/actions/publish.ts';
import { scheduleAdd } from '#contracts/actions/scheduling.ts';
import { targetAdd } from '#contracts/actions/targets.ts';
import type { GuildMemberActor } from '#contracts/actor.ts';
import type { Publisher } from '#contracts/publisher.ts';
import { systemChance, systemClock } from '#core/clock.ts';
import { Lifecycle } from '#core/lifecycle.ts';
import { silentLogger } from '#core/logger.ts';
import { Scrubber } from '#core/scrubber.ts';
import { createPublishing } from '#publishing/publishing.ts';
import { createScheduling } from '#scheduling/scheduling.ts';
import { createStorage } from '#storage/storage.ts';
import { pluginOf } from '../../tests/publishing/support/plugin-of.ts';
import { homeEverywhere } from '../../tests/support/standings.ts';
import { serviceMigrations, storesOf } from '../../tests/support/tables.ts';
import { temporaryFolder } from '../../tests/support/temporary-folder.ts';

const approvalsCount = 100;
const schedulesCount = 50;
/** Schedules that fall into one second, each for another target: one target's posts are kept apart on purpose. */
const schedulesPerSecond = 5;
const plannedTargetsCount = 25;
const aheadMs = 5_000;
const waitMaxMs = 60_000;

const guildId = '100000000000000001';
const actor: GuildMemberActor = {
  kind: 'guild-member',
  guildId,
  userId: '100000000000000002',
  displayName: 'Ada',
  roleIds: [],
  isGuildOwner: false,
  hasManageGuild: true,
  isOperator: false,
};

export interface Spread {
  p50: number;
  p99: number;
}

export interface Latencies {
  /** From the moment a person approves until the request would leave. */
  firstDeliveryMs: Spread;
  /** Between the planned instant and that moment. */
  scheduleErrorMs: Spread;
}

export async function measureLatencies(): Promise<Latencies> {
  using folder = temporaryFolder();
  const left = new Map<string, number>();
  const hub = await startHub(folder.path, (title) => left.set(title, hub.clock.nowMs()));
  try {
    const approved = await approveOneByOne(hub);
    const planned = await planAhead(hub);
    const all = [...approved, ...planned];
    const endsAtMs = hub.clock.nowMs() + waitMaxMs;
    while (all.some(([title]) => !left.has(title)) && hub.clock.nowMs() < endsAtMs) await sleep(50);
    const spread = (since: readonly (readonly [string, number])[]) =>
      spreadOf(since.map(([title, atMs]) => (left.get(title) ?? Number.NaN) - atMs));
    return { firstDeliveryMs: spread(approved), scheduleErrorMs: spread(planned) };
  } finally {
    await hub.stop();
  }
}

type Hub = Awaited<ReturnType<typeof startHub>>;
type Since = [title: string, atMs: number][];

async function approveOneByOne({ perform, clock }: Hub): Promise<Since> {
  await perform(targetAdd, actor, { guildId, name: 'approved', publisher: 'stopwatch' });
  const since: Since = [];
  for (let index = 0; index < approvalsCount; index++) {
    const title = `approved ${index}`;
    const made = await perform(publishCreate, actor, { guildId, content: { title }, targets: ['approved'] });
    const [delivery] = made.deliveries;
    const approval = { guildId, deliveryId: delivery?.id ?? '', stepsHash: delivery?.stepsHash ?? '' };
    since.push([title, clock.nowMs()]);
    await perform(publishApprove, { ...actor, userId: '100000000000000003' }, approval);
    // At odd distances, so that no poll falls in step.
    await sleep(37);
  }
  return since;
}

async function planAhead({ perform, clock }: Hub): Promise<Since> {
  const since: Since = [];
  for (let index = 0; index < plannedTargetsCount; index++)
    await perform(targetAdd, actor, {
      guildId,
      name: `planned-${index}`,
      publisher: 'stopwatch',
      policy: 'none',
    });
  const firstMs = Math.ceil((clock.nowMs() + aheadMs) / 1_000) * 1_000;
  for (let index = 0; index < schedulesCount; index++) {
    const title = `planned ${index}`;
    const targets = [`planned-${index % plannedTargetsCount}`];
    const atMs = firstMs + Math.floor(index / schedulesPerSecond) * 1_000;
    const at = { local: new Date(atMs).toISOString().slice(0, 19), zone: 'UTC' };
    const what = { kind: 'publication' as const, content: { title } };
    await perform(scheduleAdd, actor, { guildId, rule: { kind: 'once', at }, what, targets });
    since.push([title, atMs]);
  }
  return since;
}

async function startHub(stateDir: string, onLeave: (title: string) => void) {
  const [clock, chance, logger, scrubber] = [systemClock(), systemChance(), silentLogger(), new Scrubber()];
  const components = { clock, chance, logger, scrubber };
  const config = loadConfig({ env: {}, readFile: () => '' });
  const storage = createStorage(components, {
    migrations: serviceMigrations,
    stateDir,
    postgresUrl: undefined,
  });
  const { grants, tokens, plannedArtifacts } = storesOf(storage);
  const roles = createRoleDirectory({ grants, maker: async () => undefined });
  const publishing = createPublishing(
    {
      ...components,
      storage,
      publishers: [pluginOf(stopwatch(onLeave))],
      roles,
      ...{ standings: homeEverywhere, tokenEnds: tokens, plannedArtifacts },
      environment: { get: () => undefined },
      announcer: { announce: async () => undefined },
      cards: { mayPost: () => false, post: async () => undefined },
      threads: {
        read: async () => {
          throw new Error('there are no threads here');
        },
      },
    },
    {
      stateDir,
      vault: {},
      artifacts: config.artifacts,
      discord: { apiUrl: config.discord.apiUrl, guildIds: [] },
      plugins: config.plugins,
    },
  );
  const { publications, targets } = publishing;
  const scheduling = createScheduling({
    ...components,
    db: storesOf(storage).db,
    standings: homeEverywhere,
    publications,
    targets,
    announceMissed: async () => undefined,
  });
  const perform = createPerform({
    actions: [...publishing.actions, ...scheduling.actions],
    standings: homeEverywhere,
    roles,
    ledger: storage.ledger,
    clock,
    logger,
    stopping: new AbortController().signal,
  });
  const lifecycle = new Lifecycle({ clock, logger }, [storage, ...publishing.parts, scheduling], 0);
  await lifecycle.start(AbortSignal.timeout(waitMaxMs));
  return { perform, clock, stop: () => lifecycle.stop() };
}

/** Tells when a request would leave, and sends none. */
function stopwatch(onLeave: (title: string) => void): Publisher {
  return {
    id: 'stopwatch',
    describe: {
      title: 'Stopwatch',
      summary: 'Takes the time.',
      options: z.object({}),
      credentials: [],
      dedupe: 'look-up',
      settleDelayMs: 0,
      attemptTimeoutMs: 10_000,
      lateGraceMs: 60_000,
      costly: false,
    },
    needs: () => [],
    verify: async () => ({ problems: [] }),
    render: ({ title }) => ({
      steps: [{ id: 'post', kind: 'post', summary: 'Post', payload: { title }, artifacts: [] }],
      warnings: [],
      problems: [],
      costMicros: 0,
      preview: [],
    }),
    execute: async (_, { payload }) => {
      onLeave(String(payload.title));
      return { remoteId: 'nowhere' };
    },
    find: async () => ({ state: 'absent' }),
    classify: () => ({ state: 'unknown', reason: 'nothing' }),
  };
}

function spreadOf(values: number[]): Spread {
  const sorted = values.sort((a, b) => a - b);
  const at = (share: number) => {
    const value = sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
    return Math.round(value * 10) / 10;
  };
  return { p50: at(0.5), p99: at(0.99) };
}
