import type { Secret } from '#core/secret.ts';
import type { HubProcess } from '#demo/hub-process.ts';
import { memoryFolder } from '../../support/temporary-folder.ts';
import type { Accident } from './accidents.ts';
import type { Front, Moment } from './front.ts';
import { RoleWorld } from './role-world.ts';
import { Tally } from './tally.ts';

export interface RoleInit {
  postgresUrl: Secret;
  kills: number;
  endsAtMs: number;
  /** False only in the control. */
  lookUpBeforeRetry: boolean;
}

/** Whole processes of role `publisher`, as `process.roles` starts them, killed while others of them live. */
export interface RoleReport {
  processes: number;
  kills: number;
  deaths: Record<Moment | 'random' | 'overdue', number>;
  accidents: Record<Accident, number>;
  /** Processes of whose requests at least one took effect before they were killed. */
  livesWithEffect: number;
  publications: number;
  delivered: number;
  lost: number;
  duplicated: number;
  /** Effects that stem from no publication. */
  strays: number;
  /** Dead letters, because three processes died with them in hand, that a person sent on. */
  retriedByPerson: number;
  /** A sentence on each that is lost or doubled. */
  findings: string[];
}

const processes = 3;
const postsPerLife = 3;
/** For one that isn't struck: others may have taken what it was to send. */
const lifeMaxMs = 10_000;
const randomLifeMaxMs = 2_000;
/** From an answer that has left to the death that is tied to it. */
const answerReadMaxMs = 6;
const drainMaxMs = 5 * 60_000;
const moments: readonly Moment[] = ['request', 'effect', 'answer'];
/** A share of all lives; the others are aimed at each moment in turn. */
const randomShare = 0.1;

/**
 * Real processes, real kill -9, at moments that their platforms see: of what happens inside of them only the lighter
 * workers of `worker.ts` can be killed at an exact write.
 */
export async function runPublisherRole(init: RoleInit): Promise<RoleReport> {
  const { kills, endsAtMs } = init;
  using folder = memoryFolder();
  const tally = new Tally();
  const world = await RoleWorld.open(tally, { ...init, folder: folder.path }, processes);
  const living = new Set<HubProcess>();
  try {
    const log: string[] = [];
    const spawn = (place: number) => {
      const hub = world.process(place, (line) => void log.push(line));
      living.add(hub);
      return hub;
    };
    // A process that ends on its own leaves its compiled code to those that are killed.
    const practice = spawn(0);
    await practice.start();
    await practice.stop();
    let left = kills;
    const mayKill = () => left > 0 && Date.now() < endsAtMs && left-- > 0;
    await Promise.all(
      world.fronts.map(async (front, place) => {
        for (let life = place; mayKill(); life++)
          await liveAndDie(world, { front, tally, hub: spawn(place), aimed: aimOf(life, init) });
      }),
    );
    const { livesWithEffect } = tally;
    const retriedByPerson = await finish(
      world,
      world.fronts.map((_, place) => spawn(place)),
    );
    if (log.some((line) => /\n\s+at /.test(line))) throw new Error(log.join('\n'));
    return {
      ...{ processes, kills: kills - left, livesWithEffect, retriedByPerson },
      deaths: { ...pick(tally.deaths, ['request', 'effect', 'answer', 'random', 'overdue']) },
      accidents: tally.accidents,
      ...(await judged(world)),
    };
  } finally {
    for (const hub of living) {
      hub.kill('SIGKILL');
      await hub.ended;
    }
    await world.close();
  }
}

async function liveAndDie(
  world: RoleWorld,
  {
    front,
    tally,
    hub,
    aimed,
  }: { front: Front; tally: Tally; hub: HubProcess; aimed: ReturnType<typeof aimOf> },
): Promise<void> {
  for (let count = 0; count < postsPerLife; count++) await world.plan();
  const kill = async () => {
    hub.kill('SIGKILL');
    await hub.ended;
  };
  front.life = { hadEffect: false };
  if (aimed)
    front.aim = {
      ...aimed,
      strike: async () => {
        if (aimed.moment === 'answer') await later(Math.random() * answerReadMaxMs);
        await kill();
      },
    };
  // It may be killed before it has said that it is ready.
  await hub.start().catch(() => undefined);
  await Promise.race([hub.ended, later(aimed ? lifeMaxMs : Math.random() * randomLifeMaxMs)]);
  const struck = aimed !== undefined && front.aim === undefined;
  front.aim = undefined;
  await kill();
  const { signal, code } = await hub.ended;
  if (signal !== 'SIGKILL') throw hub.failure ?? new Error(`a publisher ended by itself with ${code}`);
  if (!struck) tally.death(aimed ? 'overdue' : 'random');
}

/** Nothing more happens to them: they bring all to its end, and end on request. */
async function finish(world: RoleWorld, hubs: readonly HubProcess[]): Promise<number> {
  for (const front of world.fronts) front.accidentOf = () => undefined;
  await Promise.all(hubs.map((hub) => hub.start()));
  const untilMs = Date.now() + drainMaxMs;
  let retried = 0;
  while (Date.now() < untilMs) {
    retried += await world.retryDeadLetters();
    if ((await world.ends()).every(({ state }) => state === 'done')) break;
    await later(250);
  }
  await Promise.all(hubs.map((hub) => hub.stop()));
  for (const hub of hubs) {
    const { code, signal } = await hub.ended;
    if (code !== 0) throw new Error(`a publisher that was told to stop ended with ${code ?? signal}`);
  }
  return retried;
}

/** The platforms decide; the database's own word counts only against it. */
async function judged(world: RoleWorld) {
  const ends = await world.ends();
  const counts = world.platforms.effectCounts();
  const sums = { publications: world.asked, delivered: 0, lost: 0, duplicated: 0 };
  const findings: string[] = [];
  for (const [index, end] of ends.entries()) {
    const count = counts.get(index) ?? 0;
    if (count > 1) sums.duplicated++;
    else if (count === 1 && end.state === 'done') sums.delivered++;
    else sums.lost++;
    if (count !== 1 || end.state !== 'done')
      findings.push(`publication ${index} shows ${count} times; ${JSON.stringify(end)}`);
  }
  const strays = [...counts].reduce(
    (sum, [index, count]) => sum + (index < 0 || index >= world.asked ? count : 0),
    0,
  );
  return { ...sums, strays, findings };
}

/** Without the look-up only what took effect doubles. */
function aimOf(life: number, { lookUpBeforeRetry }: RoleInit): { moment: Moment; nth: number } | undefined {
  if (!lookUpBeforeRetry) return { moment: 'effect', nth: 1 };
  const moment = moments[life % moments.length];
  return moment === undefined || (life >= moments.length && Math.random() < randomShare)
    ? undefined
    : { moment, nth: life < moments.length ? 1 : 1 + Math.floor(Math.random() ** 3 * 3) };
}

function pick<Name extends string>(sums: Record<Name, number>, names: readonly Name[]) {
  return Object.fromEntries(names.map((name) => [name, sums[name]])) as Record<Name, number>;
}

function later(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
