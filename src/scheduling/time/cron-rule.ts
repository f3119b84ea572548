import { Cron } from 'croner';
import { scheduleErrors } from '../errors.ts';
import { clockText, dateText } from './local-time.ts';
import type { Rule } from './rule.ts';
import { overlapNote } from './wall-time.ts';
import type { Zone } from './zone.ts';

const fieldNames = ['minute', 'hour', 'day of month', 'month', 'day of week'];
const anything = ['*', '*', '*', '*', '*'];
/** Skipped times named in one note. */
const skippedNamedMax = 3;
/** More than fit into any gap. */
const naiveRunsMax = 100;

/**
 * Five-field cron in a zone. A run at fixed times that falls into a gap of daylight saving happens at the first instant
 * after it, and one in an overlap happens once, at the first pass. Runs of steps and wildcards (every half hour) skip a
 * gap and happen in both passes of an overlap.
 *
 * Throws SCHEDULE_CRON_INVALID, and SCHEDULE_NEVER_RUNS for a date that never comes after `nowMs`.
 */
export function cronRule(expression: string, zone: Zone, nowMs: number): Rule {
  const fields = fieldsOf(expression);
  const cron = parse(fields.join(' '), zone.name);
  if (!cron) throw invalid(expression, problemOf(fields));
  const naive = parse(fields.join(' '), 'UTC') ?? cron;
  const rule: Rule = {
    nextAfter: (atMs) => cron.nextRun(new Date(Math.floor(atMs)))?.getTime(),
    // Croner searches strictly before the given instant; slots are whole minutes.
    latestUpTo: (atMs, countMax) =>
      cron.previousRuns(countMax, new Date(Math.floor(atMs) + 1)).map((run) => run.getTime()),
    note: (slotMs, previousMs) => noteOf({ cron, naive, zone, slotMs, previousMs }),
  };
  if (rule.nextAfter(nowMs) === undefined) throw scheduleErrors.SCHEDULE_NEVER_RUNS({ expression });
  return rule;
}

interface Run {
  cron: Cron;
  /** The same expression where no clock ever jumps. */
  naive: Cron;
  zone: Zone;
  slotMs: number;
  /** The previous run, or the instant from which runs are examined. */
  previousMs: number;
}

function noteOf({ cron, naive, zone, slotMs, previousMs }: Run): string | undefined {
  const skipped = skippedRuns(naive, zone, previousMs, slotMs);
  if (skipped[0] !== undefined) {
    const times = skipped.map(clockText).join(', ');
    if (!cron.match(new Date(slotMs)))
      return `${times} does not exist that day in ${zone.name}; ${clockText(zone.localOf(slotMs))} is used`;
    return `no run at ${times} on ${dateText(skipped[0])}, which does not exist that day in ${zone.name}`;
  }
  const { atMs, kind } = zone.resolve(zone.localOf(slotMs));
  return kind === 'overlap' ? overlapNote(zone, slotMs, atMs === slotMs ? 'first' : 'second') : undefined;
}

/** Local times between two runs that the expression names and the zone's clock skips. */
function skippedRuns(naive: Cron, zone: Zone, previousMs: number, slotMs: number): number[] {
  const skipped: number[] = [];
  const endMs = zone.localOf(slotMs);
  let localMs = naive.nextRun(new Date(zone.localOf(previousMs)))?.getTime();
  for (let looked = 0; localMs !== undefined && localMs < endMs && looked < naiveRunsMax; looked++) {
    if (zone.resolve(localMs).kind === 'gap') skipped.push(localMs);
    if (skipped.length === skippedNamedMax) break;
    localMs = naive.nextRun(new Date(localMs))?.getTime();
  }
  return skipped;
}

/** Nicknames like @daily stay one word. */
function fieldsOf(expression: string): string[] {
  const fields = expression.trim().split(/\s+/);
  if (fields.length === 1 && /^@[a-z]+$/i.test(fields[0] ?? '')) return fields;
  // Croner's `?` means "now", which differs at each restart.
  if (fields.some((field) => field.includes('?')))
    throw invalid(expression, '“?” has no fixed meaning; write “*”');
  if (fields.length !== fieldNames.length)
    throw invalid(
      expression,
      `it has ${fields.length} field${fields.length === 1 ? '' : 's'} instead of five`,
    );
  return fields;
}

function problemOf(fields: readonly string[]): string {
  const wrong = fields.findIndex((field, index) => !parse(anything.with(index, field).join(' '), 'UTC'));
  if (fields.length === 1 || wrong === -1) return 'its fields don’t fit together';
  return `“${fields[wrong]}” is no ${fieldNames[wrong]}`;
}

/** Croner's timers are never started: `paused`, and no function to run. */
function parse(expression: string, timezone: string): Cron | undefined {
  try {
    return new Cron(expression, { timezone, paused: true, mode: '5-part', fixedTimeRule: 'no-wildcard' });
  } catch {
    return undefined;
  }
}

function invalid(expression: string, problem: string) {
  return scheduleErrors.SCHEDULE_CRON_INVALID({ expression, problem });
}
