import type { GroupMember } from './group-member.ts';

export interface TransitionInit {
  id: number;
  readyTimeoutMs: number;
  /** How each member is notified of the transition. */
  announcements: Map<GroupMember, () => void>;
  /** Runs once, when all are ready, gone, or out of time; gets those who took part. */
  execute: (members: GroupMember[]) => void;
}

/**
 * One step of the whole group from one set of keys to the next: announced (opcodes 21, 29, 30), answered by every
 * member (23), executed (22). Listeners are notified first; bots only when the listeners are ready.
 */
export class Transition {
  readonly id: number;
  readonly #init: TransitionInit;
  readonly #waiting: Set<GroupMember>;
  readonly #timer: NodeJS.Timeout;
  #botsTold = false;
  #done = false;

  constructor(init: TransitionInit) {
    this.id = init.id;
    this.#init = init;
    this.#waiting = new Set(init.announcements.keys());
    // A silent member delays the others only so long.
    this.#timer = setTimeout(() => this.#execute(), init.readyTimeoutMs);
  }

  begin(): void {
    for (const [member, announce] of this.#init.announcements) if (member.local) announce();
    this.#advance();
  }

  /** A member is ready, has left, or could not follow: nobody waits for it any longer. */
  settle(member: GroupMember): void {
    if (this.#waiting.delete(member)) this.#advance();
  }

  cancel(): void {
    this.#done = true;
    clearTimeout(this.#timer);
  }

  #advance(): void {
    if (this.#done) return;
    const waiting = [...this.#waiting];
    if (!this.#botsTold && !waiting.some((member) => member.local)) {
      this.#botsTold = true;
      for (const [member, announce] of this.#init.announcements) if (!member.local) announce();
    }
    if (this.#waiting.size === 0) this.#execute();
  }

  #execute(): void {
    if (this.#done) return;
    this.cancel();
    if (!this.#botsTold) {
      for (const [member, announce] of this.#init.announcements) if (!member.local) announce();
    }
    this.#init.execute([...this.#init.announcements.keys()]);
  }
}
