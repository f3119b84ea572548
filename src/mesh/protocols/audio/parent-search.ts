import type { Clock } from '#core/clock.ts';
import { Latest } from '#core/latest.ts';
import type { ClientAnswer, ClientRequest } from './client-machine.ts';
import { audioLimits } from './limits.ts';

export interface ParentSearchComponents {
  trusted: (peerId: string) => boolean;
  clock: Clock;
}

export interface Wanted {
  originPeerId: string;
  broadcastId: string;
  /** Number of subscribers this hub would feed in turn. */
  rebroadcastMax: number;
  burstMs?: number | undefined;
}

/** Asks one community; throws when there is no answer. */
export type Ask<Answered> = (
  peerId: string,
  request: ClientRequest,
) => Promise<Answered & { answer: ClientAnswer }>;

/**
 * Finds the hub that feeds us: the broadcaster itself or, when it is crowded, a hub that passes the broadcast on and
 * that we trust ourselves. Remembers for a minute which hubs failed.
 */
export class ParentSearch {
  readonly #components: ParentSearchComponents;
  readonly #failedAtMs = new Latest<string, number>({ countMax: audioLimits.hubsNamedMax });

  constructor(components: ParentSearchComponents) {
    this.#components = components;
  }

  /**
   * The last answer, and the hub that gave it. Throws what asking the broadcaster throws; a hub that fails is skipped.
   */
  async find<Answered>(
    wanted: Wanted,
    ask: Ask<Answered>,
    signal: AbortSignal,
  ): Promise<Answered & { answer: ClientAnswer; peerId: string; hubsKnown: readonly string[] }> {
    const { originPeerId } = wanted;
    const asked = await ask(originPeerId, this.#request(wanted, {}));
    const { answer } = asked;
    if (!mayBeElsewhere(answer)) return { ...asked, peerId: originPeerId, hubsKnown: [] };
    const known = new Set(answer.hubs);
    const waiting = this.#usable(answer.hubs);
    for (let tries = 0; tries < audioLimits.redirectsMax && waiting.length > 0; tries += 1) {
      const hub = waiting.shift() as string;
      const met = await this.#askHub(hub, wanted, ask, signal);
      if (met?.answer.is === 'accepted') return { ...met, peerId: hub, hubsKnown: [...known] };
      if (met?.answer.is !== 'refused') continue;
      waiting.push(...this.#usable(met.answer.hubs).filter((peerId) => !known.has(peerId)));
      for (const peerId of met.answer.hubs) known.add(peerId);
    }
    const direct = await ask(originPeerId, this.#request(wanted, { direct: true }));
    return { ...direct, peerId: originPeerId, hubsKnown: [...known] };
  }

  /** A hub that fed us is gone: other hubs are asked for a while. */
  failed(peerId: string): void {
    this.#failedAtMs.set(peerId, this.#components.clock.monotonicMs());
  }

  async #askHub<Answered>(hub: string, wanted: Wanted, ask: Ask<Answered>, signal: AbortSignal) {
    try {
      return await ask(hub, this.#request(wanted, { origin: wanted.originPeerId }));
    } catch {
      signal.throwIfAborted();
      this.failed(hub);
      return undefined;
    }
  }

  #request(
    { broadcastId, rebroadcastMax, burstMs }: Wanted,
    more: { origin?: string; direct?: true },
  ): ClientRequest {
    const without = this.#failing();
    return {
      type: 'subscribe',
      broadcast: broadcastId,
      ...(rebroadcastMax > 0 ? { rebroadcast: rebroadcastMax } : {}),
      ...(burstMs ? { burstMs } : {}),
      playing: true,
      ...(without.length > 0 ? { without } : {}),
      ...more,
    };
  }

  #usable(hubs: readonly string[]): string[] {
    const failing = this.#failing();
    return hubs.filter((peerId) => this.#components.trusted(peerId) && !failing.includes(peerId));
  }

  #failing(): string[] {
    const sinceMs = this.#components.clock.monotonicMs() - audioLimits.failedHubMs;
    return [...this.#failedAtMs].filter(([, atMs]) => atMs > sinceMs).map(([peerId]) => peerId);
  }
}

function mayBeElsewhere(answer: ClientAnswer): answer is Extract<ClientAnswer, { is: 'refused' }> {
  return answer.is === 'refused' && answer.hubs.length > 0;
}
