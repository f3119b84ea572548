/** Chooses which source of a chain is heard, and which others are kept ready. Pure: facts in, decision out. */
import type { SwitchReason } from '../contract.ts';
import type { Feed } from './feed.ts';

export interface EntryFacts {
  state: Feed['state'];
  queuedCount: number;
  flowingSinceMs: number | undefined;
  /** It has failed since it last gave sound. */
  failed: boolean;
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

export interface Choice {
  use: number;
  why: SwitchReason | undefined;
  /** Sources to keep open: the one in use, better ones that are being retried, and, in doubt, the next. */
  keep: ReadonlySet<number>;
}

/** For a source known to be lost: time for a quick return, such as a station that restarts. */
export const lostGraceMs = 500;

export function choose(situation: Situation, init: ChoiceInit): Choice {
  const { asked } = situation;
  if (asked === undefined) return chooseUnasked(situation, init);
  if (situation.entries[asked]?.queuedCount)
    return { use: asked, why: 'asked', keep: keep(situation, asked, false) };
  const choice = chooseUnasked(situation, init);
  return { ...choice, keep: new Set([...choice.keep, asked]) };
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
): SwitchReason | undefined {
  if (drySinceMs === undefined) return undefined;
  const dryMs = nowMs - drySinceMs;
  const state = entries[active]?.state;
  if (state === 'over') return 'ended';
  if (state === 'waiting' && dryMs >= Math.min(lostGraceMs, init.stallTimeoutMs)) return 'lost';
  return dryMs >= init.stallTimeoutMs ? 'stalled' : undefined;
}

/** The next is opened at half the time-out, so that it has sound when the time-out passes. */
function isInDoubt({ entries, active, nowMs, drySinceMs }: Situation, init: ChoiceInit): boolean {
  const entry = entries[active];
  if (!entry || drySinceMs === undefined) return false;
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
