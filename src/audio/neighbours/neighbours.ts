import type { Perform } from '#contracts/action.ts';
import type { NeighbourView } from '#contracts/actions/neighbour-view.ts';
import { nodeStart, nodeStatus } from '#contracts/actions/node.ts';
import { type Actor, actorKey } from '#contracts/actor.ts';
import { type BroadcastInfo, mayBePassedOn, type RemoteBroadcasts } from '#contracts/audio.ts';
import type { Community, CommunityDirectory } from '#contracts/communities.ts';
import type { Clock } from '#core/clock.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { sameName } from '#core/text/names.ts';
import { audioErrors, shown } from '../errors.ts';
import { neighbourErrors } from './errors.ts';
import { neighbourLimits } from './limits.ts';
import type { ShownWords } from './shown-words.ts';
import { trustByPick } from './trust-by-pick.ts';

export interface NeighboursComponents {
  communities: Pick<CommunityDirectory, 'list'>;
  remote: Pick<RemoteBroadcasts, 'list'>;
  ownPeerId: () => string | undefined;
  safetyWords: (peerId: string) => Promise<readonly string[] | undefined>;
  perform: Perform;
  shownWords: ShownWords;
  clock: Clock;
}

export interface NeighbourRequest {
  /** As a person typed it: a name, a peer id, or `id@community`. */
  what: string;
  actor: Actor;
  /** The asker is a manager. */
  mayAllow: boolean;
  /** The asker has pressed **Allow and play**: starts the node and trusts the community where that is missing. */
  allow: boolean;
  /** How long it is waited for where it isn't found, or was allowed just now and offers nothing yet. */
  waitMs: number;
}

/** A programme that can be relayed, by the reference that is bound to its community's key; or what stands between. */
export type NeighbourAnswer =
  | { broadcast: string; title: string; community: string }
  | { neighbour: NeighbourView };

type Missing = NeighbourView['state'];

/** What a person named, read but not found yet. */
interface Named {
  community: string;
  broadcastId: string | undefined;
}

const reference = /^(?:broadcast:\s*)?([a-z0-9]{1,16})\s*@(.+)$/i;

/** Finds what a community shares with us, and says truthfully which of the two sides is missing. */
export class Neighbours {
  readonly #components: NeighboursComponents;

  constructor(components: NeighboursComponents) {
    this.#components = components;
  }

  /** Whether it names a community that is known now: then `find` needs no wait for it. */
  knows(what: string): boolean {
    const named = namedIn(what);
    return named !== undefined && this.#matches(named.community).length > 0;
  }

  /**
   * Undefined for what can't name a community. A name that isn't found yet is waited for while the node runs. Throws
   * NEIGHBOUR_AMBIGUOUS, NEIGHBOUR_NEW_KEY, AUDIO_UNKNOWN_BROADCAST, the signal's reason, and what starting the node,
   * trusting and asking throw.
   */
  async find(request: NeighbourRequest, signal: AbortSignal): Promise<NeighbourAnswer | undefined> {
    const named = namedIn(request.what);
    if (!named) return undefined;
    const allow = request.allow && request.mayAllow;
    if (!(await this.#nodeRuns(request.actor, allow, signal)))
      return this.#missing('unknown', this.#known(named.community), named, request.mayAllow);
    const found = await this.#found(named.community, request.waitMs, signal);
    if (!found) return this.#missing('absent', undefined, named, false);
    if (!found.trusted) {
      const { perform, shownWords } = this.#components;
      const asker = actorKey(request.actor);
      const confirms = allow && shownWords.has(asker, found.peerId);
      shownWords.show(asker, found.peerId);
      if (!confirms) return this.#missing('not-allowed', found, named, request.mayAllow);
      await trustByPick(perform, request.actor, found, signal);
    }
    return this.#heardOf(found, named, allow ? request.waitMs : 0, signal);
  }

  /** Waits while this stands in between; resolves to what does then. Throws the signal's reason, and what `find` throws. */
  async look(
    request: Pick<NeighbourRequest, 'what' | 'actor' | 'mayAllow'>,
    state: Missing,
    signal: AbortSignal,
  ): Promise<NeighbourAnswer | undefined> {
    for (;;) {
      const answer = await this.find({ ...request, allow: false, waitMs: 0 }, signal);
      if (!answer || !('neighbour' in answer) || answer.neighbour.state !== state) return answer;
      await this.#components.clock.sleep(neighbourLimits.lookAgainMs, signal);
    }
  }

  /** A node that is starting counts as running. */
  async #nodeRuns(actor: Actor, start: boolean, signal: AbortSignal): Promise<boolean> {
    const { ownPeerId, perform } = this.#components;
    if (ownPeerId() !== undefined) return true;
    if (start) await perform(nodeStart, actor, {}, { signal });
    return start || (await perform(nodeStatus, actor, {}, { signal })).state === 'starting';
  }

  async #found(name: string, waitMs: number, signal: AbortSignal): Promise<Community | undefined> {
    const { clock } = this.#components;
    const untilMs = clock.monotonicMs() + waitMs;
    for (;;) {
      const known = this.#known(name);
      if (known || clock.monotonicMs() >= untilMs) return known;
      await clock.sleep(neighbourLimits.lookMs, signal);
    }
  }

  /** Asks until it offers something, or for so long. */
  async #heardOf(
    community: Community,
    named: Named,
    waitMs: number,
    signal: AbortSignal,
  ): Promise<NeighbourAnswer> {
    const { clock } = this.#components;
    const untilMs = clock.monotonicMs() + waitMs;
    for (;;) {
      const offered = await this.#ask(community.peerId, signal);
      if (typeof offered !== 'string') return chosen(offered, community, named);
      if (clock.monotonicMs() >= untilMs) return this.#missing(offered, community, named, false);
      await clock.sleep(neighbourLimits.askAgainMs, signal);
    }
  }

  async #ask(peerId: string, signal: AbortSignal): Promise<[BroadcastInfo, ...BroadcastInfo[]] | Missing> {
    try {
      const [first, ...more] = await this.#components.remote.list(peerId, signal);
      return first ? [first, ...more] : 'silent';
    } catch (error) {
      signal.throwIfAborted();
      const missing = missingBy(error);
      if (missing === undefined) throw error;
      return missing;
    }
  }

  async #missing(
    state: Missing,
    community: Community | undefined,
    named: Named,
    mayAllow: boolean,
  ): Promise<NeighbourAnswer> {
    const words = community && (await this.#components.safetyWords(community.peerId));
    return {
      neighbour: {
        peerId: community?.peerId ?? '',
        name: community?.name ?? named.community,
        words: words?.join(' ') ?? '',
        state,
        mayAllow,
      },
    };
  }

  #known(name: string): Community | undefined {
    const [community, ...others] = this.#matches(name);
    if (community && others.length > 0) {
      const peerIds = [community, ...others].map(({ peerId }) => peerId);
      throw neighbourErrors.NEIGHBOUR_AMBIGUOUS({ name: shown(name), peerIds });
    }
    return community;
  }

  /** A name that we gave goes before a claim, so that a stranger can't take a trusted community's place. */
  #matches(name: string): Community[] {
    const all = this.#components.communities.list();
    const byKey = all.filter(({ peerId }) => peerId === name);
    if (byKey.length > 0) return byKey;
    const named = all.filter((community) => sameName(community.name, name));
    const trusted = named.filter((community) => community.trusted);
    return trusted.length > 0 ? trusted : named;
  }
}

function namedIn(what: string): Named | undefined {
  const text = what.trim();
  const [, id, name = text] = reference.exec(text) ?? [];
  const community = name.trim();
  const canBeName = community !== '' && community.length <= neighbourLimits.nameLengthMax;
  if (!canBeName || /[\n/@]/.test(community)) return undefined;
  return { community, broadcastId: id?.toLowerCase() };
}

/** The broadcast that was named; else what is shared with us alone, such as a player; else the first. */
function chosen(
  offered: readonly [BroadcastInfo, ...BroadcastInfo[]],
  { name, peerId }: Community,
  { broadcastId }: Named,
): NeighbourAnswer {
  const info =
    broadcastId === undefined
      ? (offered.find((each) => !mayBePassedOn(each)) ?? offered[0])
      : offered.find(({ id }) => id === broadcastId);
  if (!info) throw audioErrors.AUDIO_UNKNOWN_BROADCAST({ broadcast: `${broadcastId}@${name}` });
  return { broadcast: `${info.id}@${peerId}`, title: info.title, community: name };
}

function missingBy(error: unknown): Missing | undefined {
  if (isGuildmeshError(error, 'MESH_NOT_TRUSTED_BY_PEER')) return 'not-allowing';
  if (isGuildmeshError(error, 'MESH_NODE_STOPPED')) return 'unknown';
  const away = ['MESH_UNREACHABLE', 'MESH_ADDRESS_PRIVATE', 'MESH_NO_ANSWER'];
  return isGuildmeshError(error) && away.includes(error.code) ? 'absent' : undefined;
}
