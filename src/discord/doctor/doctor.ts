import { type AnyAction, implement } from '#contracts/action.ts';
import { doctorRun } from '#contracts/actions/doctor.ts';
import type { DiagnosisScope, Examiner, Finding } from '#contracts/diagnosis.ts';
import { orAborted } from '#core/aborted.ts';
import type { Clock } from '#core/clock.ts';
import { DeadlinePassed, withDeadline } from '#core/deadline.ts';
import type { Logger } from '#core/logger.ts';

/** An examiner that hangs must not keep back the others' findings. */
export const examinationMaxMs = 5_000;

export interface DoctorComponents {
  /** A function because the hub knows them all only once every service is created. */
  examiners: () => readonly Examiner[];
  clock: Clock;
  logger: Logger;
}

const severity: Record<Finding['level'], number> = { problem: 0, warning: 1, ok: 2 };

/** The `doctor.run` action: runs all examiners at once and returns the worst findings first. */
export function createDoctor(components: DoctorComponents): AnyAction[] {
  const run = implement(doctorRun, async ({ signal }, input) => {
    const scope = { guildId: input.guildId, ...(input.channelId && { channelId: input.channelId }) };
    const found = await Promise.all(
      components.examiners().map((examiner) => examine(components, examiner, scope, signal)),
    );
    return { findings: worstFirst(found.flat()) };
  });
  return [run];
}

async function examine(
  { clock, logger }: DoctorComponents,
  examiner: Examiner,
  scope: DiagnosisScope,
  signal: AbortSignal,
): Promise<Finding[]> {
  const late = () => new DeadlinePassed('examination took too long');
  try {
    return await withDeadline(
      clock,
      examinationMaxMs,
      signal,
      (inTime) => orAborted(inTime, examiner.examine(scope, inTime)),
      { late },
    );
  } catch (error) {
    logger.error({ err: error }, 'an examination failed');
    const fix = 'Look into the hub’s log for “an examination failed”.';
    return [{ id: 'doctor.examination', level: 'warning', text: 'One part could not be examined.', fix }];
  }
}

/** Two services may examine the same thing: the worse finding counts. */
function worstFirst(findings: readonly Finding[]): Finding[] {
  const sorted = [...findings].sort((a, b) => severity[a.level] - severity[b.level]);
  const seen = new Set<string>();
  return sorted.filter(({ id }) => !seen.has(id) && seen.add(id));
}
