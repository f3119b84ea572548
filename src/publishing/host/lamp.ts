import type { TargetLamp } from '#contracts/actions/targets.ts';
import type { EndWords } from '../targets/credential-ends.ts';
import type { TargetCheck } from '../targets/target-checks.ts';

export interface LampFacts {
  /** What the target is called. */
  target: string;
  /** The vault, while it can't be opened. */
  sealed?: string | undefined;
  /** Options that the publisher no longer accepts. */
  misfit?: string | undefined;
  /** "a repository": the option that is still to be picked. */
  open?: string | undefined;
  /** Required credentials that are missing, as people call them: "a token". */
  missing: readonly string[];
  /** Its credential has ended, or ends within a week. */
  end?: EndWords | undefined;
  /** Why it is held. */
  paused?: string | undefined;
  /** Its last answer for these options and credentials; undefined: not asked lately. */
  check?: TargetCheck | undefined;
}

/** The only place that decides whether publishing there would work now, and in which words people read it. */
export function lampOf(facts: LampFacts): TargetLamp {
  const { end, check } = facts;
  const refusals = refusalsOf(facts);
  const lacks = lacksOf(facts);
  // While the vault is sealed, a target that is asked gives the same reason.
  const reasons = [
    ...new Set([...refusals, ...lacks, ...(facts.paused === undefined ? [] : [facts.paused])]),
  ];
  return {
    ...stateOf(facts, refusals, lacks),
    reasons,
    ...(check && { checkedAtMs: check.atMs }),
    ...(end && !end.isOver ? { notice: `${end.text} ${end.next}` } : {}),
  };
}

/** What a preview warns of, for everything but a place that is ready. */
export function hindrancesOf({ state, reasons }: TargetLamp): string[] {
  if (state === 'not-checked')
    return ['Not checked: its platform wasn’t asked yet whether this could leave for it.'];
  return reasons.map((reason) => `Nothing can leave for it now. ${reason}`);
}

function refusalsOf({ sealed, misfit, missing, check }: LampFacts): string[] {
  const own = [sealed, misfit].filter((reason) => reason !== undefined);
  // What it says without a credential is no more than that one is missing.
  return missing.length > 0 ? own : [...own, ...(check?.problems ?? [])];
}

function lacksOf({ target, missing, open, end }: LampFacts): string[] {
  return [
    ...(missing.length === 0
      ? []
      : [`It needs ${listed(missing)}. A manager gives it with /publish connect target:${target}.`]),
    ...(open === undefined ? [] : [`It needs ${open}. A manager picks it with /publish setup.`]),
    ...(end?.isOver ? [`${end.text} ${end.next}`] : []),
  ];
}

function stateOf(
  { missing, open, paused, check }: LampFacts,
  refusals: readonly string[],
  lacks: readonly string[],
): Pick<TargetLamp, 'state' | 'word'> {
  const lacking = [...missing, ...(open === undefined ? [] : [open])];
  if (lacking.length > 0) return { state: 'needs', word: `Needs ${listed(lacking)}` };
  if (lacks.length > 0) return { state: 'needs', word: 'Needs another token' };
  if (refusals.length > 0) return { state: 'refused', word: 'Refused' };
  if (paused !== undefined) return { state: 'held', word: 'Held' };
  return check ? { state: 'ready', word: 'Ready' } : { state: 'not-checked', word: 'Not checked' };
}

function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
