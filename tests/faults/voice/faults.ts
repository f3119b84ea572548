import { voiceFaults } from './cases.ts';
import { FaultWorld, places } from './fault-world.ts';
import type { FaultOutcome, VoiceFault } from './outcome.ts';

export interface VoiceFaultsInit {
  /** Names; absent: all. */
  only?: readonly string[] | undefined;
  /** Each fault once more with its guard taken out, which must fail. */
  controls: boolean;
  /** Told of each case as it ends. */
  onCase?: (line: CaseReport) => void;
}

export interface CaseReport {
  name: string;
  /** Milliseconds; null where the audio isn't to come back, absent where it should have and didn't. */
  audioBackMs?: number | null | undefined;
  expected: string;
  ok: boolean;
  problem?: string | undefined;
  measured?: string | undefined;
  /** `failed`: as it must with the guard off. */
  control?: { guard: string; failed: boolean; saw: string };
}

export interface VoiceFaultsReport {
  cases: CaseReport[];
  orphans: number;
  ok: boolean;
}

/** Every fault of voice against real processes and the local Discord. */
export async function runVoiceFaults({
  only,
  controls,
  onCase,
}: VoiceFaultsInit): Promise<VoiceFaultsReport> {
  const wanted = voiceFaults.filter(({ name }) => !only || only.includes(name));
  const unknown = (only ?? []).filter((name) => !voiceFaults.some((fault) => fault.name === name));
  if (unknown.length > 0) throw new Error(`no fault is called ${unknown.join(', ')}`);
  const world = await FaultWorld.open();
  const cases: CaseReport[] = [];
  let orphans = 0;
  try {
    for (const fault of wanted) {
      const outcome = await outcomeOf(world, fault);
      const { name, expected } = fault;
      const { audioBackMs, measured, ok, problem } = outcome;
      cases.push({ name, audioBackMs, expected, ok, problem, measured });
      if (!controls) onCase?.(cases.at(-1) as CaseReport);
    }
    if (controls) await runControls(world, wanted, cases, onCase);
  } finally {
    orphans = await world.close();
  }
  const ok = cases.every((each) => each.ok && (!controls || each.control?.failed)) && orphans === 0;
  return { cases, orphans, ok };
}

/** By guard, for each needs a hub of its own. */
async function runControls(
  world: FaultWorld,
  wanted: readonly VoiceFault[],
  cases: CaseReport[],
  onCase: VoiceFaultsInit['onCase'],
): Promise<void> {
  let guardOff: string | undefined;
  const guardOf = ({ control }: VoiceFault) => ('guard' in control ? control.guard : '');
  for (const fault of wanted.toSorted((a, b) => guardOf(a).localeCompare(guardOf(b)))) {
    const report = cases.find(({ name }) => name === fault.name);
    if (!report) continue;
    const { control } = fault;
    if ('guard' in control && control.guard !== guardOff) {
      guardOff = control.guard;
      // A hub that doesn't even start without its guard proves nothing; its cases then can't begin.
      await world.restartSouth(control.guard).catch(() => {});
    }
    const outcome = await outcomeOf(world, fault, 'stays' in control ? control.stays : undefined);
    const guard = 'guard' in control ? control.guard : 'the fault ends';
    report.control = { guard, failed: !outcome.ok && outcome.began, saw: outcome.problem ?? '' };
    onCase?.(report);
  }
}

async function outcomeOf(
  world: FaultWorld,
  fault: VoiceFault,
  stays?: (world: FaultWorld) => void,
): Promise<FaultOutcome & { began: boolean }> {
  let began = false;
  let staying: NodeJS.Timeout | undefined;
  try {
    const meter = await world.playIn(fault.channelId ?? places.lounge);
    began = true;
    if (stays) staying = setInterval(() => stays(world), 5);
    return { ...(await fault.run(world, meter)), began };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { audioBackMs: undefined, ok: false, problem, began };
  } finally {
    clearInterval(staying);
  }
}
