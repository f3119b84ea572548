import type { BroadcastInfo, RemoteBroadcasts } from '#contracts/audio.ts';
import type { Community, CommunityDirectory } from '#contracts/communities.ts';
import { orAborted } from '#core/aborted.ts';
import type { Clock } from '#core/clock.ts';
import { DeadlinePassed, withDeadline } from '#core/deadline.ts';
import { errorText, isGuildmeshError } from '#core/errors.ts';
import type { Logger } from '#core/logger.ts';
import type { FarProgramme } from '../media/suggestions.ts';

/** A request that nobody waits for any more ends after this: a dial, a request, and both once more. */
const askMaxMs = 30_000;
/** An answer older than this is no longer used. */
const knownForMs = 10 * 60_000;
/** How often communities are asked while people type. */
const askedEveryMs = 30_000;

export interface FarBroadcastsComponents {
  communities: Pick<CommunityDirectory, 'list'>;
  remote: Pick<RemoteBroadcasts, 'list'>;
  clock: Clock;
  logger: Logger;
}

/** What one trusted community broadcasts, or why that isn't known. */
export interface FarListing {
  peerId: string;
  community: string;
  broadcasts: (BroadcastInfo & { reference: string })[];
  problem?: string;
}

/**
 * The broadcasts of trusted communities. A caller that can't wait gets a community's last answer where none comes in
 * time; the new answer is there for the next caller.
 */
export class FarBroadcasts {
  readonly #components: FarBroadcastsComponents;
  /** By peer id; only trusted communities. */
  readonly #said = new Map<string, { broadcasts: BroadcastInfo[]; atMs: number }>();
  /** Running requests of callers that can't wait: one at a time for each community. */
  readonly #asking = new Map<string, Promise<BroadcastInfo[]>>();
  readonly #stopping = new AbortController();
  #askedAtMs = Number.NEGATIVE_INFINITY;

  constructor(components: FarBroadcastsComponents) {
    this.#components = components;
  }

  /** `waitMs`: for all of them together; 0 asks nobody. Absent: each as long as the mesh allows. */
  async list(waitMs: number | undefined, signal: AbortSignal): Promise<FarListing[]> {
    const trusted = this.#trusted();
    for (const peerId of this.#said.keys())
      if (!trusted.some((community) => community.peerId === peerId)) this.#said.delete(peerId);
    if (waitMs === undefined)
      return Promise.all(
        trusted.map((community) => this.#listing(community, this.#ask(community.peerId, signal))),
      );
    if (waitMs === 0) return trusted.map((community) => this.#known(community, 'It was not asked.'));
    return withDeadline(this.#components.clock, waitMs, signal, (inTime) =>
      Promise.all(trusted.map((community) => this.#soon(community, inTime, signal))),
    );
  }

  /** What trusted communities are known to broadcast. They are asked again once in a while, and not waited for. */
  programmes(): FarProgramme[] {
    const { clock } = this.#components;
    if (clock.monotonicMs() - this.#askedAtMs >= askedEveryMs) {
      this.#askedAtMs = clock.monotonicMs();
      for (const { peerId } of this.#trusted()) this.#askOnce(peerId).catch(() => {});
    }
    return this.#trusted()
      .flatMap((community) => this.#known(community, 'It was not asked.'))
      .flatMap(({ broadcasts, community }) =>
        broadcasts.map(({ reference, title }) => ({ community, reference, title })),
      );
  }

  #trusted(): Community[] {
    return this.#components.communities.list().filter((community) => community.trusted);
  }

  stop(): void {
    this.#stopping.abort(new Error('the hub stops'));
  }

  async #soon(community: Community, inTime: AbortSignal, signal: AbortSignal): Promise<FarListing> {
    try {
      return named(community, await orAborted(inTime, this.#askOnce(community.peerId)));
    } catch (error) {
      signal.throwIfAborted();
      return this.#known(community, this.#problemOf(community, error));
    }
  }

  async #listing(community: Community, answer: Promise<BroadcastInfo[]>): Promise<FarListing> {
    try {
      return named(community, await answer);
    } catch (error) {
      return { ...named(community, []), problem: this.#problemOf(community, error) };
    }
  }

  #known(community: Community, problem: string): FarListing {
    const said = this.#said.get(community.peerId);
    if (said && this.#components.clock.monotonicMs() - said.atMs <= knownForMs)
      return named(community, said.broadcasts);
    return { ...named(community, []), problem };
  }

  #askOnce(peerId: string): Promise<BroadcastInfo[]> {
    const { clock } = this.#components;
    let asking = this.#asking.get(peerId);
    if (!asking) {
      asking = withDeadline(clock, askMaxMs, this.#stopping.signal, (signal) =>
        orAborted(signal, this.#ask(peerId, signal)),
      ).finally(() => this.#asking.delete(peerId));
      this.#asking.set(peerId, asking);
    }
    return asking;
  }

  async #ask(peerId: string, signal: AbortSignal): Promise<BroadcastInfo[]> {
    const { clock, remote } = this.#components;
    const broadcasts = await remote.list(peerId, signal);
    this.#said.set(peerId, { broadcasts, atMs: clock.monotonicMs() });
    return broadcasts;
  }

  #problemOf({ peerId }: Community, error: unknown): string {
    if (isGuildmeshError(error)) return errorText(error);
    if (error instanceof DeadlinePassed) return 'It has not answered yet.';
    this.#components.logger.warn({ err: error, peerId }, 'listing a community’s broadcasts failed');
    return 'It could not be asked.';
  }
}

function named({ peerId, name }: Community, broadcasts: readonly BroadcastInfo[]): FarListing {
  return {
    peerId,
    community: name,
    broadcasts: broadcasts.map((info) => ({ ...info, reference: `${info.id}@${name}` })),
  };
}
