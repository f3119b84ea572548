import type { Perform } from '#contracts/action.ts';
import { nodeStart } from '#contracts/actions/node.ts';
import { type Actor, actorKey } from '#contracts/actor.ts';
import type { Community, CommunityDirectory } from '#contracts/communities.ts';
import type { IntentStore } from '#contracts/intents.ts';
import { inBackground } from '#core/background.ts';
import type { Clock } from '#core/clock.ts';
import type { Logger } from '#core/logger.ts';
import { turns } from '#core/turns.ts';
import type { OwnBroadcasts } from '../broadcast/own-broadcasts.ts';
import { shown } from '../errors.ts';
import { neighbourErrors } from './errors.ts';
import { neighbourLimits } from './limits.ts';
import { intentOf, type SharedWith, sharedWithOf } from './shared-with.ts';
import type { ShownWords } from './shown-words.ts';
import { trustByPick } from './trust-by-pick.ts';

export interface SharingComponents {
  communities: Pick<CommunityDirectory, 'list' | 'onForgotten'>;
  ownPeerId: () => string | undefined;
  safetyWords: (peerId: string) => Promise<readonly string[] | undefined>;
  perform: Perform;
  intents: IntentStore;
  own: Pick<OwnBroadcasts, 'playersOf'>;
  shownWords: ShownWords;
  clock: Clock;
  logger: Logger;
}

/** A community that could hear the player. */
export interface Candidate {
  peerId: string;
  name: string;
  trusted: boolean;
  shared: boolean;
  /** Six, made from both keys; empty while our node doesn't run. */
  words: string;
}

export interface ShareOptions {
  signal: AbortSignal;
  /** Runs what adds them, as soon as nothing that plays or waits speaks against it. */
  widen: (put: () => Promise<void>) => Promise<void>;
}

/** The communities that hear the player of a guild: picked one by one, and nobody else. */
export class Sharing {
  readonly #components: SharingComponents;
  readonly #byGuild = new Map<string, SharedWith>();
  readonly #listeners = new Set<(guildId: string) => void>();
  /** Changes of one guild run one after another. */
  readonly #inTurn = turns();
  #unsubscribe: (() => void) | undefined;

  constructor(components: SharingComponents) {
    this.#components = components;
  }

  /** Reads what was shared when the process ended. To be called before any player is restored. */
  async start(): Promise<void> {
    const { communities, intents } = this.#components;
    for (const intent of await intents.list('player-share')) {
      const wanted = sharedWithOf(intent);
      if (wanted) this.#byGuild.set(wanted.guildId, wanted);
    }
    this.#unsubscribe = communities.onForgotten((peerId) => this.#forgotten(peerId));
  }

  stop(): void {
    this.#unsubscribe?.();
  }

  /** Peer ids of those that may hear the player of a guild. */
  of(guildId: string): readonly string[] {
    return this.#byGuild.get(guildId)?.peerIds ?? [];
  }

  /** The same as people see them. */
  viewOf(guildId: string): { peerId: string; name: string; listening: boolean }[] {
    const hearing = this.#components.own.playersOf(guildId).flatMap(({ peersHearing }) => peersHearing);
    return this.of(guildId).map((peerId) => ({
      peerId,
      name: this.#known(peerId)?.name ?? shown(peerId),
      listening: hearing.includes(peerId),
    }));
  }

  /** Called after who hears the player of a guild has changed. Returns the unsubscriber. */
  onChange(listener: (guildId: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Those that hear it, then those that are trusted, then those that were found; the last only while our node runs,
   * since their words show which they are.
   */
  async candidates(actor: Actor, guildId: string): Promise<{ nodeRuns: boolean; communities: Candidate[] }> {
    const { communities, ownPeerId, safetyWords, shownWords } = this.#components;
    const [nodeRuns, sharedWith] = [ownPeerId() !== undefined, this.of(guildId)];
    const known = communities.list().filter(({ trusted }) => trusted || nodeRuns);
    const all = known.map((community) => ({ community, shared: sharedWith.includes(community.peerId) }));
    const rank = ({ community, shared }: (typeof all)[number]) =>
      (shared ? 4 : 0) + (community.trusted ? 2 : 0) + (community.connected ? 1 : 0);
    const offered = all.sort((a, b) => rank(b) - rank(a)).slice(0, neighbourLimits.sharedWithMax);
    const listed: Candidate[] = [];
    // One after the other: each pair of words is slow on purpose, the first time.
    for (const { community, shared } of offered) {
      const { name, peerId, trusted } = community;
      const words = (await safetyWords(peerId))?.join(' ') ?? '';
      if (words) shownWords.show(actorKey(actor), peerId);
      listed.push({ peerId, name, trusted, shared, words });
    }
    return { nodeRuns, communities: listed };
  }

  /**
   * Adds these communities, and trusts those that aren't yet, whose words the asker has seen. The node is started where
   * it doesn't run. Throws NEIGHBOUR_GONE, NEIGHBOUR_NOT_SHOWN, NEIGHBOUR_SHARED_WITH_TOO_MANY, NEIGHBOUR_NEW_KEY, and
   * what starting the node, trusting and `widen` throw; nobody is added then.
   */
  share(
    actor: Actor,
    guildId: string,
    peerIds: readonly string[],
    { signal, widen }: ShareOptions,
  ): Promise<{ nodeStarted: boolean; trusted: string[] }> {
    return this.#inTurn(guildId, async () => {
      const { ownPeerId, perform } = this.#components;
      const picked = [...new Set(peerIds)].map((peerId) => this.#required(actor, peerId));
      const { sharedWithMax } = neighbourLimits;
      if (new Set([...this.of(guildId), ...peerIds]).size > sharedWithMax)
        throw neighbourErrors.NEIGHBOUR_SHARED_WITH_TOO_MANY({ sharedWithMax });
      const nodeStarted = ownPeerId() === undefined;
      if (nodeStarted) await perform(nodeStart, actor, {}, { signal });
      const strangers = picked.filter(({ trusted }) => !trusted);
      for (const community of strangers) await trustByPick(perform, actor, community, signal);
      await widen(() => {
        // One that was forgotten meanwhile isn't added.
        const still = picked.map(({ peerId }) => peerId).filter((peerId) => this.#known(peerId)?.trusted);
        return this.#put(guildId, [...new Set([...this.of(guildId), ...still])], actorKey(actor));
      });
      return { nodeStarted, trusted: strangers.map(({ name }) => name) };
    });
  }

  /** They get the end with its reason. One that doesn't hear it is passed over. */
  unshare(actor: Actor, guildId: string, peerIds: readonly string[]): Promise<void> {
    return this.#inTurn(guildId, () => this.#without(guildId, peerIds, actorKey(actor)));
  }

  /** Trust that is given again later doesn't bring back what was shared before. */
  #forgotten(peerId: string): void {
    for (const [guildId, { peerIds, wantedBy }] of [...this.#byGuild]) {
      if (!peerIds.includes(peerId)) continue;
      const removed = this.#inTurn(guildId, () => this.#without(guildId, [peerId], wantedBy));
      const complaint = 'a community is still stored among those that hear';
      void inBackground(this.#components.logger, 'error', removed, complaint, { guildId });
    }
  }

  #without(guildId: string, peerIds: readonly string[], wantedBy: string): Promise<void> {
    const left = this.of(guildId).filter((peerId) => !peerIds.includes(peerId));
    return this.#put(guildId, left, wantedBy);
  }

  /** Fewer hear it at once, whatever becomes of the row; more only once that is written. */
  async #put(guildId: string, peerIds: readonly string[], wantedBy: string): Promise<void> {
    const { clock, intents } = this.#components;
    const before = this.of(guildId);
    const wanted = { guildId, peerIds, wantedBy };
    const narrowed = { ...wanted, peerIds: before.filter((peerId) => peerIds.includes(peerId)) };
    this.#set(narrowed);
    if (peerIds.length > 0) await intents.put(intentOf(wanted, clock.nowMs()));
    else await intents.remove('player-share', guildId);
    this.#set(wanted);
    for (const listener of [...this.#listeners]) listener(guildId);
  }

  #set(wanted: SharedWith): void {
    const { guildId, peerIds } = wanted;
    if (peerIds.length > 0) this.#byGuild.set(guildId, wanted);
    else this.#byGuild.delete(guildId);
    for (const player of this.#components.own.playersOf(guildId)) player.narrow();
  }

  #required(actor: Actor, peerId: string): Community {
    const community = this.#known(peerId);
    if (!community) throw neighbourErrors.NEIGHBOUR_GONE({ peerId: shown(peerId) });
    if (!community.trusted && !this.#components.shownWords.has(actorKey(actor), peerId))
      throw neighbourErrors.NEIGHBOUR_NOT_SHOWN({ name: community.name });
    return community;
  }

  #known(peerId: string): Community | undefined {
    return this.#components.communities.list().find((community) => community.peerId === peerId);
  }
}
