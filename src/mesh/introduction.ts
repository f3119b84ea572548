import type { z } from 'zod';
import type { nodeTrust } from '#contracts/actions/node.ts';
import type { Community } from '#contracts/communities.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { turns } from '#core/turns.ts';
import { cleanName } from './community-name.ts';
import { meshErrors } from './errors.ts';
import { meshLimits } from './limits.ts';
import type { MeshParts } from './mesh-parts.ts';
import type { NodeLife } from './node-life.ts';
import type { RunningNode } from './running-node.ts';
import { safetyWordsOf, sameWords } from './safety-words/safety-words.ts';
import { TrustCards } from './trust-cards.ts';

/** Ed25519 peer ids begin like this; checking it avoids loading the parser for ordinary names. */
const peerIdStart = '12D3Koo';

export interface IntroductionComponents {
  life: NodeLife;
  parts: Pick<MeshParts, 'trust' | 'communities' | 'changedKeys' | 'clock' | 'chance'>;
}

type TrustInput = z.output<typeof nodeTrust.input>;
type TrustOutput = z.input<typeof nodeTrust.output>;

/** Meeting, trusting and forgetting communities. */
export class Introduction {
  readonly #life: NodeLife;
  readonly #parts: IntroductionComponents['parts'];
  readonly #cards: TrustCards;
  readonly #inTurn = turns();

  constructor(components: IntroductionComponents) {
    this.#life = components.life;
    this.#parts = components.parts;
    this.#cards = new TrustCards(components.parts);
  }

  /** `address`: a multiaddr, with or without a peer id, or a reference to a known community. */
  async connect(address: string, signal: AbortSignal): Promise<Community> {
    const node = this.#life.require();
    if (address.startsWith('/')) return node.meet({ address }, signal);
    const peerId = await this.#peerOf(address);
    if (!peerId) throw meshErrors.MESH_ADDRESS_INVALID({ address });
    if (peerId === node.peerId) throw meshErrors.MESH_SELF();
    return node.meet({ peerId }, signal);
  }

  /**
   * Without a name of ours, the current one is kept. Trusting again only renames; a hub that isn't trusted yet requires
   * its safety words, or the asker's confirmation of a card that showed them. A name not known yet is waited for.
   * Throws MESH_TRUST_UNCONFIRMED, which carries the card, MESH_WORDS_WRONG, MESH_NOT_FOUND_YET, MESH_NODE_STOPPED.
   */
  async trust(input: TrustInput, asker: string, signal: AbortSignal): Promise<TrustOutput> {
    const { community: reference } = input;
    const peerId = (await this.#peerOf(reference)) ?? (await this.#found(reference, input.waitMs, signal));
    if (peerId === this.#life.node?.peerId) throw meshErrors.MESH_SELF();
    const name = cleanName(input.name ?? '') || this.#parts.communities.view(peerId).name;
    this.#requireFree(name, peerId);
    const former = this.#parts.trust.has(peerId) ? undefined : this.#parts.trust.formerKeyOf(name, peerId);
    const own = this.#life.node?.peerId;
    const words = own === undefined ? undefined : await safetyWordsOf(own, peerId);
    if (!this.#parts.trust.has(peerId)) this.#requireConfirmed({ ...input, peerId, name }, asker, words);
    // One at a time, for all communities: a free name must still be free when it is written.
    const community = await this.#inTurn('trust', () => this.#trust(peerId, name, asker));
    if (former !== undefined && community.trusted)
      this.#parts.changedKeys.trusted({ name, former, peerId, by: asker });
    return words ? { ...community, words } : community;
  }

  async #trust(peerId: string, name: string, trustedBy: string): Promise<Community> {
    const { trust, communities, clock } = this.#parts;
    this.#requireFree(name, peerId);
    const before = communities.view(peerId);
    const known = trust.get(peerId);
    await trust.put({
      peerId,
      name,
      trustedBy: known?.trustedBy ?? trustedBy,
      trustedAtMs: known?.trustedAtMs ?? clock.nowMs(),
      lastAddresses: communities.provenAddresses(peerId),
    });
    // Forgotten while this was written: the later request decides.
    if (!trust.has(peerId)) return communities.view(peerId);
    this.#life.node?.trusted(peerId);
    if (!known && before.connected) communities.announceConnected(peerId);
    return communities.view(peerId);
  }

  /** Takes effect synchronously after the look-up. Forgetting a stranger cuts its connections. */
  async forget(reference: string): Promise<Community> {
    const { trust, communities } = this.#parts;
    const { peerId } = communities.resolve(reference);
    const stored = trust.remove(peerId);
    const cut = this.#life.node?.cut(peerId);
    communities.announceForgotten(peerId);
    await Promise.all([stored, cut]);
    return communities.view(peerId);
  }

  #requireConfirmed(
    { peerId, name, words: given, confirmation }: TrustInput & { peerId: string; name: string },
    asker: string,
    words: readonly string[] | undefined,
  ): void {
    const { peerId: ownPeerId } = this.#life.require();
    const card = { asker, ownPeerId, peerId, name };
    const former = this.#parts.trust.formerKeyOf(name, peerId);
    if (given !== undefined) {
      if (!words || !sameWords(given, words)) throw meshErrors.MESH_WORDS_WRONG({ name, peerId });
      return;
    }
    if (confirmation && this.#cards.confirms(confirmation, card)) return;
    throw meshErrors.MESH_TRUST_UNCONFIRMED({
      peerId,
      name,
      words: [...(words ?? [])],
      ...(former !== undefined && { otherPeerId: former }),
      confirmation: this.#cards.confirmationOf(card),
    });
  }

  #requireFree(name: string, peerId: string): void {
    const holder = this.#parts.trust.byName(name);
    if (holder && holder.peerId !== peerId) throw meshErrors.MESH_NAME_TAKEN({ name, peerId: holder.peerId });
  }

  /** A known community, or any valid peer id. */
  async #peerOf(reference: string): Promise<string | undefined> {
    try {
      return this.#parts.communities.resolve(reference).peerId;
    } catch (error) {
      if (!isGuildmeshError(error, 'MESH_UNKNOWN_COMMUNITY')) throw error;
    }
    if (!reference.startsWith(peerIdStart)) return undefined;
    const { parsePeerId } = await import('./libp2p/addresses.ts');
    return parsePeerId(reference);
  }

  /** Hubs that start together need a moment to find each other. */
  async #found(reference: string, waitMs: number, signal: AbortSignal): Promise<string> {
    if (reference.startsWith(peerIdStart)) throw meshErrors.MESH_UNKNOWN_COMMUNITY({ reference });
    const { clock } = this.#parts;
    const untilMs = clock.monotonicMs() + waitMs;
    this.#requireRunning();
    while (clock.monotonicMs() < untilMs) {
      await clock.sleep(meshLimits.discoveryLookMs, signal);
      this.#requireRunning();
      const peerId = await this.#peerOf(reference);
      if (peerId) return peerId;
    }
    throw meshErrors.MESH_NOT_FOUND_YET({ reference, waitedMs: waitMs });
  }

  /** A starting node counts as running. */
  #requireRunning(): RunningNode | undefined {
    return this.#life.state === 'starting' ? undefined : this.#life.require();
  }
}
