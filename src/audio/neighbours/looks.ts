import type { AnyAction } from '#contracts/action.ts';
import { implement } from '#contracts/action.ts';
import { playerLook, playerLookStop } from '#contracts/actions/player-looking.ts';
import { type Actor, actorKey, type RoleDirectory, roleAtLeast } from '#contracts/actor.ts';
import type { Clock } from '#core/clock.ts';
import { neighbourLimits } from './limits.ts';
import type { Neighbours } from './neighbours.ts';

export interface LooksComponents {
  neighbours: Pick<Neighbours, 'look'>;
  roles: Pick<RoleDirectory, 'roleOf'>;
  clock: Clock;
}

type End = 'late' | 'stopped';

interface Look {
  guildId: string;
  end: (why: End) => void;
}

/** The waits of people for neighbours that can't be heard yet: one a person, few a guild, each with an end. */
export class Looks {
  readonly actions: readonly AnyAction[];
  readonly #components: LooksComponents;
  /** By guild and person; oldest first. */
  readonly #running = new Map<string, Look>();
  #isStopped = false;

  constructor(components: LooksComponents) {
    this.#components = components;
    this.actions = [
      implement(playerLook, ({ actor, signal }, { guildId, state, waitMs, what }) =>
        this.#within(keyOf(guildId, actor), guildId, waitMs, signal, async (either) => {
          const role = (await components.roles.roleOf(actor)) ?? 'member';
          const mayAllow = roleAtLeast(role, 'manager');
          return components.neighbours.look({ what, actor, mayAllow }, state, either);
        }),
      ),
      implement(playerLookStop, async ({ actor }, { guildId }) => {
        this.#running.get(keyOf(guildId, actor))?.end('stopped');
        return {};
      }),
    ];
  }

  /** Before the hub stops, so that each asker's card says that nobody looks any more, and how to go on. */
  stop(): void {
    this.#isStopped = true;
    for (const { end } of [...this.#running.values()]) end('stopped');
  }

  async #within(
    key: string,
    guildId: string,
    waitMs: number,
    signal: AbortSignal,
    look: (signal: AbortSignal) => ReturnType<Neighbours['look']>,
  ) {
    const { clock } = this.#components;
    const startedAtMs = clock.monotonicMs();
    const left = () => Math.max(0, Math.round(waitMs - (clock.monotonicMs() - startedAtMs)));
    const controller = new AbortController();
    let ended: End | undefined;
    const end = (why: End) => {
      ended ??= why;
      controller.abort();
    };
    if (!this.#begin(key, { guildId, end })) return { end: 'late' as const, leftMs: 0 };
    const timer = clock.after(waitMs, () => end('late'), { background: true });
    try {
      const answer = await look(AbortSignal.any([signal, controller.signal]));
      const neighbour = answer && 'neighbour' in answer ? answer.neighbour : undefined;
      return { end: 'changed' as const, ...(neighbour && { neighbour }), leftMs: left() };
    } catch (error) {
      if (ended === undefined || signal.aborted) throw error;
      return { end: ended, leftMs: left() };
    } finally {
      timer.cancel();
      if (this.#running.get(key)?.end === end) this.#running.delete(key);
    }
  }

  /** False: all places are taken by others, or the hub stops. */
  #begin(key: string, look: Look): boolean {
    if (this.#isStopped) return false;
    this.#end(key);
    const ofGuild = [...this.#running].filter(([, { guildId }]) => guildId === look.guildId);
    const [oldest] = ofGuild;
    if (oldest && ofGuild.length >= neighbourLimits.looksPerGuildMax) this.#end(oldest[0]);
    if (this.#running.size >= neighbourLimits.looksMax) return false;
    this.#running.set(key, look);
    return true;
  }

  #end(key: string): void {
    this.#running.get(key)?.end('stopped');
    this.#running.delete(key);
  }
}

function keyOf(guildId: string, actor: Actor): string {
  return `${guildId}\n${actorKey(actor)}`;
}
