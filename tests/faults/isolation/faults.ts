import { errorText } from '#core/errors.ts';
import type { Border } from './borders/border.ts';
import { allBorders } from './borders/of-everything.ts';
import { liveBorders } from './borders/of-live-channels.ts';
import { playerBorders } from './borders/of-players.ts';
import { soundBorders } from './borders/of-sound.ts';
import { hubBorders } from './borders/of-the-hub.ts';
import { thingBorders } from './borders/of-things.ts';
import { type CredentialFaultsReport, runCredentialFaults } from './credentials.ts';
import { type PlaceName, placeNames } from './guilds.ts';
import { setUp } from './setting-up.ts';
import { World } from './world.ts';

export interface IsolationInit {
  /** Names; absent: all. */
  only?: readonly string[] | undefined;
  /** Once more with the border taken out: then there must be something to count. */
  controls: boolean;
  /** How many of one guild's credentials are tried on another; 0: none. */
  credentials: number;
  /** Entry file of another hub to be asked. */
  entryPath?: string | undefined;
  limitMs: number;
  onBorder?: (report: BorderReport) => void;
}

type Counts = Partial<Record<PlaceName, number>>;

export interface BorderReport {
  name: string;
  unit: string;
  /** How often people of each guild reached what is home's. */
  counts: Counts;
  /** From outside, with the border taken out. */
  control?: number | undefined;
  ok: boolean;
  problem?: string | undefined;
}

export interface IsolationReport {
  borders: BorderReport[];
  /** Over all borders: within the home guilds, across to others, and across with the border taken out. */
  within: number;
  across: number;
  control?: number | undefined;
  /** What the credentials of one guild cost another. */
  credentials?: CredentialFaultsReport | undefined;
  violations: number;
  seconds: number;
  ok: boolean;
}

export const borders: readonly Border[] = [
  ...thingBorders,
  ...soundBorders,
  ...playerBorders,
  ...liveBorders,
  ...hubBorders,
  ...allBorders,
];

/** People of four guilds try everything on one hub; what is counted is what they reach. */
export async function runIsolationFaults(init: IsolationInit): Promise<IsolationReport> {
  const { controls, entryPath, limitMs, only } = init;
  const startedAtMs = performance.now();
  const wanted = borders.filter(({ name }) => !only || only.includes(name));
  const unknown = (only ?? []).filter((name) => !borders.some((border) => border.name === name));
  if (unknown.length > 0) throw new Error(`no border is called ${unknown.join(', ')}`);
  const deadline = AbortSignal.timeout(limitMs);
  const log: string[] = [];
  const world = await World.open({ entryPath, onLogLine: (line) => log.push(line) });
  const reports = new Map<string, BorderReport>();
  try {
    await setUp(world);
    for (const border of wanted) {
      const report = await reportOf(world, border, deadline);
      reports.set(border.name, report);
      if (!controls) init.onBorder?.(report);
    }
    if (controls) await runControls(world, wanted, reports, deadline);
    if (controls) for (const report of reports.values()) init.onBorder?.(report);
    if ([...reports.values()].some(({ problem }) => problem))
      process.stderr.write(`${log.slice(-20).join('\n')}\n`);
  } catch (error) {
    process.stderr.write(`${log.slice(-20).join('\n')}\n`);
    throw error;
  } finally {
    await world.close();
  }
  const credentials =
    init.credentials > 0 ? await runCredentialFaults({ credentials: init.credentials }) : undefined;
  return summary([...reports.values()], {
    credentials,
    violations: world.playground.violations.length,
    startedAtMs,
  });
}

async function reportOf(world: World, border: Border, deadline: AbortSignal): Promise<BorderReport> {
  const counts: Counts = {};
  const problems: string[] = [];
  // Home last: it takes away what is its own.
  for (const name of placeNames.toReversed()) {
    if (name === 'home' && border.inHome === false) continue;
    deadline.throwIfAborted();
    try {
      counts[name] = await border.count(world, world.places[name]);
    } catch (error) {
      problems.push(`${name}: ${errorText(error)}`);
    }
  }
  const { name, unit } = border;
  const problem = problems.length > 0 ? problems.join('; ') : undefined;
  return { name, unit, counts, ok: !problem && isAsMeant(border, counts), problem };
}

function isAsMeant({ annexToo, inHome }: Border, counts: Counts): boolean {
  const { annex = 0, former, home = 0, outside } = counts;
  return outside === 0 && former === 0 && annex > 0 === (annexToo === true) && (inHome === false || home > 0);
}

async function runControls(
  world: World,
  wanted: readonly Border[],
  reports: ReadonlyMap<string, BorderReport>,
  deadline: AbortSignal,
): Promise<void> {
  await world.restartWithoutBorder();
  await world.places.home.say('/node start');
  for (const border of wanted) {
    const report = reports.get(border.name);
    if (!report) continue;
    deadline.throwIfAborted();
    try {
      report.control = await border.count(world, world.places.outside);
      report.ok &&= report.control > 0 || border.storedApart === true;
    } catch (error) {
      report.ok = false;
      report.problem = `control: ${errorText(error)}`;
    }
  }
}

function summary(
  reports: BorderReport[],
  found: Pick<IsolationReport, 'credentials' | 'violations'> & { startedAtMs: number },
): IsolationReport {
  const { credentials, startedAtMs, violations } = found;
  const sum = (of: (report: BorderReport, border: Border | undefined) => number) =>
    reports.reduce(
      (total, each) =>
        total +
        of(
          each,
          borders.find(({ name }) => name === each.name),
        ),
      0,
    );
  const within = sum(
    ({ counts: { annex = 0, home = 0 } }, border) => home + (border?.annexToo === true ? annex : 0),
  );
  const across = sum(
    ({ counts: { annex = 0, former = 0, outside = 0 } }, border) =>
      outside + former + (border?.annexToo === true ? 0 : annex),
  );
  const hasControl = reports.some(({ control }) => control !== undefined);
  return {
    borders: reports,
    within,
    across,
    ...(hasControl ? { control: sum(({ control = 0 }) => control) } : {}),
    ...(credentials ? { credentials } : {}),
    violations,
    seconds: Math.round((performance.now() - startedAtMs) / 1_000),
    ok: reports.every(({ ok }) => ok) && across === 0 && violations === 0 && credentials?.ok !== false,
  };
}
