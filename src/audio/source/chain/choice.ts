/** Chooses which source of a chain is heard, and which others are kept ready. Pure: facts in, decision out. */
import type { SwitchReason } from '../contract.ts';
import type { Feed } from './feed.ts';

export interface EntryFacts {
  state: Feed['state'];
  queuedCount: number;
  flowingSinceMs: number | undefined;
  /** It has failed since it last gave sound. */
  failed: boolean;
  /** It may rest, and is heard immediately when it has something again. */
  isQueue?: boolean | undefined;
}

export function factsOf({ facts, flowingSinceMs, problem, queue, state }: Feed): EntryFacts {
  const failed = problem !== undefined;
  return { state, queuedCount: queue.length, flowingSinceMs, failed, isQueue: facts?.isQueue };
}

export interface Situation {
  entries: readonly EntryFacts[];
  active: number;
  nowMs: number;
  /** How long the active one has given nothing; absent while it gives sound. */
  drySinceMs: number | undefined;
  /** The source that somebody asked for: heard as soon as it gives sound. */
  asked?: number | undefined;
  /** Somebody asked for the active one: better ones don't replace it while it gives sound. */
  chosen?: boolean;
}

export interface ChoiceInit {
  /** How long the active one may give nothing before another takes over. */
  stallTimeoutMs: number;
  /** How long a source further ahead in the list must give sound before it is used again. */
  returnAfterMs: number;
}

/** Changes that are no trouble: a queue is empty, has something again, or is held. */
export type QuietReason = 'rests' | 'wakes' | 'held';

export interface Choice {
  use: number;
  why: SwitchReason | QuietReason | undefined;
  /** Sources to keep open: the one in use, better ones that are being retried, and, in doubt, the next. */
  keep: ReadonlySet<number>;
}

/** For a source known to be lost: time for a quick return, such as a station that restarts. */
export const lostGraceMs = 500;

export function choose(situation: Situation, init: ChoiceInit): Choice {
  const { asked } = situation;
  const queue = queueFirst(situation);
  if (queue) return queue;
  if (asked === undefined) return chooseUnasked(situation, init);
  if (situation.entries[asked]?.queuedCount)
    return { use: asked, why: 'asked', keep: keep(situation, asked, false) };
  const choice = chooseUnasked(situation, init);
  return { ...choice, keep: new Set([...choice.keep, asked]) };
}

/** A queue that is held, or has something again, goes before everything else. */
function queueFirst(situation: Situation): Choice | undefined {
  const { active, entries } = situation;
  const use = entries.findIndex(
    ({ isQueue, queuedCount, state }, index) =>
      isQueue && (state === 'held' || (index < active && queuedCount > 0)),
  );
  const entry = entries[use];
  if (!entry) return undefined;
  const why = entry.state === 'held' ? 'held' : 'wakes';
  return { use, why: use === active ? undefined : why, keep: keep(situation, use, false) };
}

function chooseUnasked(situation: Situation, init: ChoiceInit): Choice {
  const { active, chosen, entries } = situation;
  const returned = chosen
    ? -1
    : entries.findIndex((entry, index) => index < active && isWell(entry, situation, init));
  if (returned >= 0) return { use: returned, why: 'back', keep: keep(situation, returned, false) };
  const why = trouble(situation, init);
  const ready = why ? entries.findIndex((entry, index) => index !== active && entry.queuedCount > 0) : -1;
  const use = why && ready >= 0 ? ready : active;
  const inDoubt = use === active && isInDoubt(situation, init);
  return { use, why: use === active ? undefined : why, keep: keep(situation, use, inDoubt) };
}

/** Why another source should take over, if one should. */
function trouble(
  { entries, active, nowMs, drySinceMs }: Situation,
  init: ChoiceInit,
): SwitchReason | QuietReason | undefined {
  const { isQueue, queuedCount = 0, state } = entries[active] ?? {};
  if (state === 'resting') return queuedCount === 0 ? 'rests' : undefined;
  if (drySinceMs === undefined) return undefined;
  const dryMs = nowMs - drySinceMs;
  if (state === 'over') return 'ended';
  if (state === 'waiting' && dryMs >= Math.min(lostGraceMs, init.stallTimeoutMs)) return 'lost';
  // A queue has a time limit of its own for each item.
  return dryMs >= init.stallTimeoutMs && !isQueue ? 'stalled' : undefined;
}

/** The next is opened at half the time-out, so that it has sound when the time-out passes. */
function isInDoubt({ entries, active, nowMs, drySinceMs }: Situation, init: ChoiceInit): boolean {
  const entry = entries[active];
  // The last item of a queue has been read: what follows is opened before it has been heard.
  if (entry?.state === 'resting') return true;
  if (!entry || drySinceMs === undefined) return false;
  if (entry.isQueue) return entry.state === 'over' || entry.state === 'waiting';
  return entry.state === 'over' || entry.failed || nowMs - drySinceMs >= init.stallTimeoutMs / 2;
}

function isWell(entry: EntryFacts, { nowMs }: Situation, { returnAfterMs }: ChoiceInit): boolean {
  const { flowingSinceMs, queuedCount, state } = entry;
  const flows = state === 'flowing' && queuedCount > 0 && flowingSinceMs !== undefined;
  return flows && nowMs - flowingSinceMs >= returnAfterMs;
}

function keep({ entries }: Situation, use: number, inDoubt: boolean): ReadonlySet<number> {
  const kept = new Set(Array.from({ length: use + 1 }, (_, index) => index));
  for (let next = use + 1; inDoubt && next < entries.length; next++) {
    kept.add(next);
    const entry = entries[next];
    // A source that can't help is not waited for: the one after it is opened too.
    if (entry && !entry.failed && entry.state !== 'over') break;
  }
  return kept;
}
