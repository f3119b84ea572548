import type { NodeStatus } from '#contracts/actions/node.ts';
import type { MeshParts } from './mesh-parts.ts';
import type { NodeLife } from './node-life.ts';

export interface NodeStatusComponents {
  life: NodeLife;
  parts: Pick<MeshParts, 'trust' | 'contacts' | 'connections'>;
}

/** The node at a glance. */
export class NodeStatusReport {
  readonly #life: NodeLife;
  readonly #parts: NodeStatusComponents['parts'];
  readonly #communityName: string;

  constructor(components: NodeStatusComponents, init: { communityName: string }) {
    this.#life = components.life;
    this.#parts = components.parts;
    this.#communityName = init.communityName;
  }

  now(): NodeStatus {
    const { trust, contacts, connections } = this.#parts;
    const open = connections.all().map(({ connection }) => connection);
    const node = this.#life.node;
    return {
      state: this.#life.state,
      peerId: node?.peerId,
      communityName: this.#communityName,
      addresses: node?.addresses() ?? [],
      startedAtMs: node?.startedAtMs,
      connectionCount: open.length,
      trustedConnectedCount: connections.peers().filter((peerId) => trust.has(peerId)).length,
      trustedCount: trust.all().length,
      discoveredCount: contacts.all().filter(({ peerId }) => !trust.has(peerId)).length,
      encrypters: open.map(({ encryption }) => shortName(encryption)),
    };
  }
}

/** `/tls/1.0.0` → `tls` */
function shortName(protocol: string | undefined): string {
  return protocol?.split('/')[1] ?? 'unknown';
}
