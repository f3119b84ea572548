import type { Community } from '#contracts/communities.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { turns } from '#core/turns.ts';
import { cleanName } from './community-name.ts';
import { meshErrors } from './errors.ts';
import type { MeshParts } from './mesh-parts.ts';
import type { NodeLife } from './node-life.ts';

/** Ed25519 peer ids begin so; it spares loading the parser for ordinary names. */
const PEER_ID_START = '12D3Koo';

export interface IntroductionComponents {
  life: NodeLife;
  parts: Pick<MeshParts, 'trust' | 'communities' | 'remote' | 'clock'>;
}

/** Meeting, trusting and forgetting communities. */
export class Introduction {
  readonly #life: NodeLife;
  readonly #parts: IntroductionComponents['parts'];
  readonly #inTurn = turns();

  constructor(components: IntroductionComponents) {
    this.#life = components.life;
    this.#parts = components.parts;
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

  /** `name`: ours for it; without one the name it has now is kept. Trusting again only renames. */
  trust(reference: string, name: string | undefined, trustedBy: string): Promise<Community> {
    // One at a time, whichever the community: a name that was free must be so when it is written.
    return this.#inTurn('trust', () => this.#trust(reference, name, trustedBy));
  }

  async #trust(reference: string, name: string | undefined, trustedBy: string): Promise<Community> {
    const { trust, communities, clock } = this.#parts;
    const peerId = await this.#peerOf(reference);
    if (!peerId) throw meshErrors.MESH_UNKNOWN_COMMUNITY({ reference });
    if (peerId === this.#life.node?.peerId) throw meshErrors.MESH_SELF();
    const before = communities.view(peerId);
    const chosen = cleanName(name ?? '') || before.name;
    const holder = trust.byName(chosen);
    if (holder && holder.peerId !== peerId) {
      throw meshErrors.MESH_NAME_TAKEN({ name: chosen, peerId: holder.peerId });
    }
    const known = trust.get(peerId);
    await trust.put({
      peerId,
      name: chosen,
      trustedBy: known?.trustedBy ?? trustedBy,
      trustedAtMs: known?.trustedAtMs ?? clock.nowMs(),
      lastAddresses: communities.provenAddresses(peerId),
    });
    // Forgotten while this was written: whoever came last has the say.
    if (!trust.has(peerId)) return communities.view(peerId);
    this.#life.node?.trusted(peerId);
    if (!known && before.connected) communities.announceConnected(peerId);
    return communities.view(peerId);
  }

  /** Takes effect before anything is awaited but the look-up. Forgetting a stranger cuts its connections. */
  async forget(reference: string): Promise<Community> {
    const { trust, communities, remote } = this.#parts;
    const { peerId } = communities.resolve(reference);
    const stored = trust.remove(peerId);
    remote.revoke(peerId);
    const cut = this.#life.node?.cut(peerId);
    communities.announceForgotten(peerId);
    await Promise.all([stored, cut]);
    return communities.view(peerId);
  }

  /** A known community, or any valid peer id. */
  async #peerOf(reference: string): Promise<string | undefined> {
    try {
      return this.#parts.communities.resolve(reference).peerId;
    } catch (error) {
      if (!isGuildmeshError(error, 'MESH_UNKNOWN_COMMUNITY')) throw error;
    }
    if (!reference.startsWith(PEER_ID_START)) return undefined;
    const { parsePeerId } = await import('./libp2p/addresses.ts');
    return parsePeerId(reference);
  }
}
