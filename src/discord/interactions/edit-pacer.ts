import type { Clock, Timer } from '#core/clock.ts';
import { EditWindow } from './edit-window.ts';
import {
  editAgesAfterMs,
  editsPerChannelMax,
  editsPerChannelWindowMs,
  editsPerWindowMax,
  editsWindowMs,
  pacedGuildsMax,
} from './limits.ts';

/** `changed`: what the message shows has changed. `passing`: only time has passed. */
export type Urgency = 'changed' | 'passing';

export interface PacedEdit {
  /** Guilds take turns: none can keep the others waiting. */
  guildId: string;
  /** Edits of one channel share a window. */
  channelId: string;
  /** Read each time an edit is chosen, so that one that waits may become more urgent. */
  urgency(): Urgency;
  run(): void;
}

/**
 * Lets edits of messages pass as fast as the platform likes: so many in a window of all, fewer in each channel. Guilds take
 * turns. Within a guild what has changed goes first, or has waited for long, then what entered first; a full channel holds
 * up no other. The answer to a press doesn't wait here: it passes at once, and is noted, so that the others wait for it.
 */
export class EditPacer {
  readonly #clock: Clock;
  /** In the order of arrival, with the time of it. */
  readonly #waiting = new Map<PacedEdit, number>();
  readonly #all = new EditWindow(editsPerWindowMax, editsWindowMs);
  readonly #channels = new Map<string, EditWindow>();
  /** Guilds in the order of their last turns. */
  readonly #turns = new Set<string>();
  #timer: Timer | undefined;

  constructor({ clock }: { clock: Clock }) {
    this.#clock = clock;
  }

  get waitingCount(): number {
    return this.#waiting.size;
  }

  /** `run` is called once, at once where there is room. */
  enter(edit: PacedEdit): Timer {
    this.#waiting.set(edit, this.#clock.monotonicMs());
    this.#pass();
    return { cancel: () => void this.#waiting.delete(edit) };
  }

  /** An edit that passed without waiting. */
  note(channelId: string): void {
    this.#take(channelId, this.#clock.monotonicMs());
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#waiting.clear();
  }

  #pass(): void {
    const nowMs = this.#clock.monotonicMs();
    for (let next = this.#next(nowMs); next; next = this.#next(nowMs)) {
      this.#waiting.delete(next);
      this.#take(next.channelId, nowMs);
      this.#hadTurn(next.guildId);
      next.run();
    }
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#waiting.size === 0) return;
    const waitMs = Math.max(1, this.#opensAtMs(nowMs) - nowMs);
    this.#timer = this.#clock.after(waitMs, () => this.#pass(), { background: true });
  }

  #next(nowMs: number): PacedEdit | undefined {
    if (this.#all.opensAtMs(nowMs) > nowMs) return undefined;
    const able = [...this.#waiting].filter(
      ([{ channelId }]) => this.#channelOpensAtMs(channelId, nowMs) <= nowMs,
    );
    const turns = [...this.#turns];
    const ranks = able.map(([edit, sinceMs]) => {
      const isUrgent = edit.urgency() === 'changed' || nowMs - sinceMs >= editAgesAfterMs;
      return 2 * turns.indexOf(edit.guildId) + (isUrgent ? 0 : 1);
    });
    return able[ranks.indexOf(Math.min(...ranks))]?.[0];
  }

  /** When the first of those that wait may pass. */
  #opensAtMs(nowMs: number): number {
    const channels = new Set([...this.#waiting.keys()].map(({ channelId }) => channelId));
    const first = Math.min(...[...channels].map((channelId) => this.#channelOpensAtMs(channelId, nowMs)));
    return Math.max(first, this.#all.opensAtMs(nowMs));
  }

  #channelOpensAtMs(channelId: string, nowMs: number): number {
    return this.#channels.get(channelId)?.opensAtMs(nowMs) ?? nowMs;
  }

  #hadTurn(guildId: string): void {
    this.#turns.delete(guildId);
    this.#turns.add(guildId);
    const [longestAgo] = this.#turns;
    if (this.#turns.size > pacedGuildsMax && longestAgo !== undefined) this.#turns.delete(longestAgo);
  }

  #take(channelId: string, nowMs: number): void {
    this.#all.take(nowMs);
    const window =
      this.#channels.get(channelId) ?? new EditWindow(editsPerChannelMax, editsPerChannelWindowMs);
    window.take(nowMs);
    // Taken last, it stands last: the first ones are those that have been idle for longest.
    this.#channels.delete(channelId);
    this.#channels.set(channelId, window);
    for (const [id, idle] of this.#channels) {
      if (!idle.isIdle(nowMs)) break;
      this.#channels.delete(id);
    }
  }
}
