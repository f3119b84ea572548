import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type PrivatePostgres, postgresFolder, startPostgres } from '../../support/postgres.ts';
import { type RoleReport, runPublisherRole } from './publisher-role.ts';
import { type RoundInit, type RoundResult, runRound } from './round.ts';
import { prepareWorkerScript } from './worker-script.ts';

export interface FaultsInit {
  kills: number;
  /** Ends the killing early; the report then says how many there were, and isn't ok. */
  limitMs: number;
  /** Told after each round. */
  onRound?: (lane: Lane, result: RoundResult) => void;
}

export type Lane = 'sqlite' | 'postgres' | 'control';

export interface FaultsReport extends RoundResult {
  control: RoundResult;
  /** The control's kills too, and the quiet ends of all rounds. */
  killsPerMinute: number;
  /** What each part took: loading, the kills with their quiet ends, and the processes of role `publisher`. */
  seconds: { prepare: number; kills: number; publisherRole: number };
  /**
   * How long the platforms stood still at worst: beyond time-out and settle delay together this alone can double posts.
   */
  stallMaxMs: number;
  engines: Record<string, RoundResult & { processes: number }>;
  /** Whole processes that only deliver, on Postgres; absent where there is none. */
  publisherRole?: RoleReport & { control: RoleReport };
  /** All kills happened and nothing was lost, doubled or sent blindly; the control, which sends blindly, did double. */
  ok: boolean;
}

/** A fresh database for each: what a hub examines at its start, and a platform lists, stays small. */
const killsPerRound = 250;
/** Rounds at once, so that both halves last equally long. */
const sqliteLanes = 3;
const postgresProcesses = 3;
const controlShare = 0.04;
const controlKillsMin = 40;
const controlKillsMax = 200;
/** A whole process takes seconds to start, and what it left in hand a minute to be looked up. */
const roleShare = 0.04;
const roleKillsMin = 12;
const roleKillsMax = 120;
const roleControlKills = 6;

/**
 * Kills workers on SQLite (one process for each database) and on Postgres (three), half of the number each, and those of
 * the control. The databases don't wait for the disk: a killed process loses nothing that it has written, only a machine
 * without power does. Then, on Postgres, a few whole processes of role `publisher`: when nothing else takes the processor.
 */
export async function runOutboxFaults(init: FaultsInit): Promise<FaultsReport> {
  const loadedAtMs = Date.now();
  const postgres = postgresFolder() ? await startPostgres({ durable: false }) : undefined;
  try {
    using script = await prepareWorkerScript(await postgres?.database());
    const startedAtMs = Date.now();
    const prepare = seconds(loadedAtMs, startedAtMs);
    const stalls = monitorEventLoopDelay();
    stalls.enable();
    const common = { script, endsAtMs: startedAtMs + init.limitMs, lookUpBeforeRetry: true };
    const told = (lane: Lane) => (result: RoundResult) => init.onRound?.(lane, result);
    const onPostgres = postgres ? Math.floor(init.kills / 2) : 0;
    const controlKills = Math.round(
      Math.min(controlKillsMax, Math.max(controlKillsMin, init.kills * controlShare)),
    );
    const [sqlite, shared, control] = await Promise.all([
      runLanes(sqliteLanes, init.kills - onPostgres, { ...common, workers: 1, onRound: told('sqlite') }),
      runLanes(1, onPostgres, { ...common, workers: postgresProcesses, onRound: told('postgres') }, postgres),
      runLanes(1, controlKills, {
        ...common,
        workers: 1,
        lookUpBeforeRetry: false,
        onRound: told('control'),
      }),
    ]);
    const killedAtMs = Date.now();
    const minutes = (killedAtMs - startedAtMs) / 60_000;
    const role = postgres && (await runRole(postgres, init));
    const total = add(sqlite, shared);
    return {
      ...total,
      control,
      killsPerMinute: Math.round((total.kills + control.kills) / minutes),
      seconds: {
        prepare,
        kills: seconds(startedAtMs, killedAtMs),
        publisherRole: seconds(killedAtMs, Date.now()),
      },
      stallMaxMs: Math.round(stalls.max / 1e6),
      engines: {
        sqlite: { processes: 1, ...sqlite },
        ...(postgres ? { postgres: { processes: postgresProcesses, ...shared } } : {}),
      },
      ...(role && { publisherRole: role }),
      ok: isClean(total) && total.kills === init.kills && control.duplicated > 0 && (!role || isProven(role)),
    };
  } finally {
    await postgres?.stop();
  }
}

function seconds(fromMs: number, toMs: number): number {
  return Math.round((toMs - fromMs) / 100) / 10;
}

async function runRole(postgres: PrivatePostgres, { kills, limitMs }: FaultsInit) {
  const wanted = Math.round(Math.min(roleKillsMax, Math.max(roleKillsMin, kills * roleShare)));
  const run = async (kills: number, lookUpBeforeRetry: boolean) =>
    runPublisherRole({
      ...{ kills, lookUpBeforeRetry, endsAtMs: Date.now() + limitMs },
      postgresUrl: await postgres.database(),
    });
  return { ...(await run(wanted, true)), control: await run(roleControlKills, false) };
}

function isProven({
  control,
  delivered,
  lost,
  duplicated,
  strays,
  publications,
}: NonNullable<FaultsReport['publisherRole']>) {
  return lost + duplicated + strays === 0 && delivered === publications && control.duplicated > 0;
}

function isClean({ lost, duplicated, strays, blindResends }: RoundResult): boolean {
  return lost + duplicated + strays + blindResends === 0;
}

async function runLanes(
  lanes: number,
  kills: number,
  init: Omit<RoundInit, 'mayKill' | 'postgresUrl'> & {
    endsAtMs: number;
    onRound: (result: RoundResult) => void;
  },
  postgres?: PrivatePostgres,
): Promise<RoundResult> {
  let left = kills;
  let result: RoundResult | undefined;
  async function lane(): Promise<void> {
    while (left > 0 && Date.now() < init.endsAtMs) {
      let leftOfRound = Math.min(killsPerRound, Math.ceil(kills / lanes));
      const mayKill = () => {
        const may = left > 0 && leftOfRound > 0 && Date.now() < init.endsAtMs;
        if (may) {
          left--;
          leftOfRound--;
        }
        return may;
      };
      const round = await runRound({ ...init, mayKill, postgresUrl: await postgres?.database() });
      init.onRound(round);
      result = result ? add(result, round) : round;
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane));
  if (!result) throw new Error('there was nothing to kill');
  return result;
}

/** Adds up what are numbers, and joins what are lists, at any depth. */
function add<Sums extends object>(one: Sums, other: Sums): Sums {
  const entries = Object.entries(one).map(([name, value]) => {
    const more: unknown = Reflect.get(other, name);
    if (Array.isArray(value)) return [name, [...value, ...(more as unknown[])]];
    return [name, typeof value === 'number' ? value + Number(more) : add(value, more as object)];
  });
  return Object.fromEntries(entries);
}
