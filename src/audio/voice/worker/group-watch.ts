import { explainedMembersMax, groupStaleMs } from '../limits.ts';
import type { GroupDefect } from './voice-machine-model.ts';

/** The state of the connection at a moment. */
export interface GroupView {
  /** Programme may be sent. */
  secured: boolean;
  /** The voice server runs a DAVE version here. */
  e2eeOffered: boolean;
  /** Members of the call beside the bot. */
  inCall: readonly string[];
  /** Members of the encrypted group beside the bot; undefined while there is none. */
  inGroup: readonly string[] | undefined;
}

/**
 * Detects that nobody can decrypt a bot that only sends: its own group looks fine, but the others have moved on.
 * Discord reports the members of the call separately from the group's own messages, so the two can be compared.
 */
export class GroupWatch {
  readonly #stuckMs: number;
  /** In one and not in the other, and a rejoin didn't change that: it is not our group that is outdated. */
  readonly #explained = new Set<string>();
  #stuckSinceMs: number | undefined;
  #staleSinceMs: number | undefined;

  constructor(init: { stuckMs: number }) {
    this.#stuckMs = init.stuckMs;
  }

  /** Called now and then, while the connection is ready. */
  look(view: GroupView, nowMs: number): GroupDefect | undefined {
    const defect = this.#isStuck(view, nowMs)
      ? 'group-stuck'
      : this.#isStale(view, nowMs)
        ? 'group-stale'
        : undefined;
    if (defect) this.rest();
    return defect;
  }

  #isStuck({ e2eeOffered, inCall, secured }: GroupView, nowMs: number): boolean {
    const stuck = !secured && e2eeOffered && inCall.length > 0;
    this.#stuckSinceMs = stuck ? (this.#stuckSinceMs ?? nowMs) : undefined;
    return this.#stuckSinceMs !== undefined && nowMs - this.#stuckSinceMs >= this.#stuckMs;
  }

  /** What makes it so is explained by that: a rejoin that doesn't change it isn't followed by another. */
  #isStale(view: GroupView, nowMs: number): boolean {
    const differing = view.secured ? differencesOf(view) : [];
    for (const userId of this.#explained) if (!differing.includes(userId)) this.#explained.delete(userId);
    const stale = differing.some((userId) => !this.#explained.has(userId));
    this.#staleSinceMs = stale ? (this.#staleSinceMs ?? nowMs) : undefined;
    if (this.#staleSinceMs === undefined || nowMs - this.#staleSinceMs < groupStaleMs) return false;
    for (const userId of differing)
      if (this.#explained.size < explainedMembersMax) this.#explained.add(userId);
    return true;
  }

  /** Nothing can be seen for now. */
  rest(): void {
    this.#stuckSinceMs = undefined;
    this.#staleSinceMs = undefined;
  }
}

function differencesOf({ inCall, inGroup }: GroupView): string[] {
  if (!inGroup) return [];
  return [
    ...inGroup.filter((userId) => !inCall.includes(userId)),
    ...inCall.filter((userId) => !inGroup.includes(userId)),
  ];
}
