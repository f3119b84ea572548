import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type PrivatePostgres, postgresFolder, startPostgres } from '../../support/postgres.ts';
import { DeathDeck } from './deaths.ts';
import { kinds } from './plan.ts';
import { type RoleReport, runPublisherRole } from './publisher-role.ts';
import { type RoundInit, type RoundResult, runRound } from './round.ts';
import { prepareWorkerScript } from './worker-script.ts';

export interface FaultsInit {
  kills: number;
  /** Without the processes of role `publisher`, a third of the time. */
  withoutRole?: boolean;
  /**
   * For the whole without its quiet ends: the killing has three quarters of it. Ends it early; the report then says how many
   * there were, and isn't ok.
   */
  limitMs: number;
  /** Told after each kill but the control's. */
  onKill?: (killed: number) => void;
  /** Told after each round. */
  onRound?: (lane: Lane, result: RoundResult) => void;
}

export type Lane = 'sqlite' | 'postgres' | 'control';

export interface FaultsReport extends RoundResult {
  control: RoundResult;
  /** Why people are asked about some of it, in a sentence. */
  unknownWhy: string;
  /** The control's kills too, and the quiet ends of all rounds. */
  killsPerMinute: number;
  /** "github: after claim": planned deaths that didn't come. Each publisher is to die at each point once. */
  missing: string[];
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
/** Rounds at once, so that both halves last equally long; each long enough for all publishers, several times. */
const sqliteLanes = 3;
const killsPerLaneMin = 50;
const postgresProcesses = 3;
const controlShare = 0.04;
const controlKillsMin = 20;
const controlKillsMax = 200;
/** A whole process takes seconds to start, and what it left in hand a minute to be looked up. */
const roleShare = 0.04;
const roleKillsMin = 9;
const roleKillsMax = 120;
const roleControlKills = 3;
/** The rest is for the processes of role `publisher`. */
const killingShare = 0.75;
/** For planned deaths that didn't come at first. */
const extraShare = 0.5;
/** On a busy machine some of the 72 don't come within their time; the report names them. */
const missingMax = 18;

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
    const publishers = [...new Set(kinds.map(({ publisher }) => publisher))];
    const deck = DeathDeck.ofEach(publishers);
    let killed = 0;
    const common = {
      ...{ script, endsAtMs: startedAtMs + init.limitMs * killingShare, lookUpBeforeRetry: true, deck },
      onKill: () => init.onKill?.(++killed),
    };
    const told = (lane: Lane) => (result: RoundResult) => init.onRound?.(lane, result);
    const onPostgres = postgres ? Math.floor(init.kills / 2) : 0;
    const controlKills = Math.round(
      Math.min(controlKillsMax, Math.max(controlKillsMin, init.kills * controlShare)),
    );
    const [sqlite, shared, control] = await Promise.all([
      runLanes(lanesFor(init.kills - onPostgres), init.kills - onPostgres, {
        ...common,
        workers: 1,
        onRound: told('sqlite'),
      }),
      runLanes(1, onPostgres, { ...common, workers: postgresProcesses, onRound: told('postgres') }, postgres),
      runLanes(1, controlKills, {
        ...common,
        deck: DeathDeck.ofEffects(publishers, 2),
        onKill: () => {},
        workers: 1,
        lookUpBeforeRetry: false,
        onRound: told('control'),
      }),
    ]);
    const killedAtMs = Date.now();
    const minutes = (killedAtMs - startedAtMs) / 60_000;
    const role =
      postgres && !init.withoutRole && (await runRole(postgres, init.kills, startedAtMs + init.limitMs));
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
      missing: deck.missing(),
      unknownWhy: unknownWhy(total),
      ok:
        isClean(total) &&
        total.kills >= init.kills &&
        deck.missing().length <= missingMax &&
        control.duplicated > 0 &&
        (!role || isProven(role)),
    };
  } finally {
    await postgres?.stop();
  }
}

function lanesFor(kills: number): number {
  return Math.max(1, Math.min(sqliteLanes, Math.floor(kills / killsPerLaneMin)));
}

function seconds(fromMs: number, toMs: number): number {
  return Math.round((toMs - fromMs) / 100) / 10;
}

/** Both at once: most of their time is that of processes that start, and waits for those that died. */
async function runRole(postgres: PrivatePostgres, kills: number, endsAtMs: number) {
  const wanted = Math.round(Math.min(roleKillsMax, Math.max(roleKillsMin, kills * roleShare)));
  const run = async (kills: number, lookUpBeforeRetry: boolean) =>
    runPublisherRole({
      ...{ kills, lookUpBeforeRetry, endsAtMs },
      postgresUrl: await postgres.database(),
    });
  const [role, control] = await Promise.all([run(wanted, true), run(roleControlKills, false)]);
  return { ...role, control };
}

function unknownWhy({ kinds, unknownBy, unknownForHuman }: RoundResult): string {
  if (unknownForHuman === 0) return 'nobody is asked anything';
  const names = Object.keys(kinds).filter((name) => (kinds[name]?.unknownForHuman ?? 0) > 0);
  const { death, accident, timeOut } = unknownBy;
  return `${unknownForHuman} wait for a person, all of ${names.join(', ')}: what answers there can’t be asked what it holds, so nothing is sent twice. Left open by the death of the process ${death}, by the connection ${accident}, by time ${timeOut}`;
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
    onKill: () => void;
  },
  postgres?: PrivatePostgres,
): Promise<RoundResult> {
  let left = kills;
  let result: RoundResult | undefined;
  const wanted = () => left > 0 || (left > -kills * extraShare && init.deck.missing().length > 0);
  async function lane(): Promise<void> {
    while (wanted() && Date.now() < init.endsAtMs) {
      let leftOfRound = killsPerRound;
      const mayKill = () => {
        const may = wanted() && leftOfRound > 0 && Date.now() < init.endsAtMs;
        if (may) {
          left--;
          leftOfRound--;
          init.onKill();
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
