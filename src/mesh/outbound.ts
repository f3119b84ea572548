import type { Connection, Libp2p } from '@libp2p/interface';
import { withDeadline } from '#core/deadline.ts';
import type { DialRules } from './dial-rules.ts';
import { meshErrors } from './errors.ts';
import { meshLimits } from './limits.ts';
import type { MeshParts } from './mesh-parts.ts';

export interface OutboundComponents {
  libp2p: Libp2p;
  parts: Pick<MeshParts, 'communities' | 'connections' | 'trust' | 'clock'>;
  rules: DialRules;
  library: Pick<typeof import('./libp2p/addresses.ts'), 'addressOf' | 'parseAddress' | 'peerIdOf'>;
}

type Target = Parameters<Libp2p['dial']>[0];

/** Opens connections: to a known community, or to an address that a person or the operator gave. */
export class Outbound {
  readonly #components: OutboundComponents;

  constructor(components: OutboundComponents) {
    this.#components = components;
  }

  /** An open connection to a known peer, dialled if there is none. Throws MESH_UNREACHABLE, MESH_ADDRESS_PRIVATE. */
  async connect(peerId: string, signal: AbortSignal): Promise<Connection> {
    const { parts } = this.#components;
    const open = parts.connections.of(peerId).find((connection) => connection.status === 'open');
    if (open) return open;
    return parts.trust.has(peerId) ? this.#toTrusted(peerId, signal) : this.#toStranger(peerId, signal);
  }

  /** Throws MESH_ADDRESS_INVALID, MESH_SELF, MESH_UNREACHABLE. */
  async dial(address: string, signal: AbortSignal): Promise<Connection> {
    const { library, rules, libp2p } = this.#components;
    const { multiaddr, peerId } = library.parseAddress(address);
    if (peerId === libp2p.peerId.toString() || (!peerId && this.#listensOn(address)))
      throw meshErrors.MESH_SELF();
    return rules.meaning([multiaddr.toString()], () =>
      this.#dial([multiaddr], peerId, address, [address], signal),
    );
  }

  /** Addresses from the community itself come first: those from others may be wrong, and each costs a time-out. */
  async #toTrusted(peerId: string, signal: AbortSignal): Promise<Connection> {
    const { parts, rules, library } = this.#components;
    const { name, addresses } = parts.communities.view(peerId);
    const proven = parts.communities.provenAddresses(peerId);
    const targets = proven.map((address) => library.addressOf(peerId, address));
    const rumoured = addresses.filter((address) => !proven.includes(address));
    try {
      if (targets.length > 0)
        return await rules.meaning(targets.map(String), () =>
          this.#dial(targets, peerId, name, proven, signal),
        );
    } catch (error) {
      signal.throwIfAborted();
      if (rumoured.length === 0) throw error;
    }
    const others = rumoured.map((address) => library.addressOf(peerId, address));
    return this.#dial(others.length > 0 ? others : library.peerIdOf(peerId), peerId, name, addresses, signal);
  }

  async #toStranger(peerId: string, signal: AbortSignal): Promise<Connection> {
    const { parts, rules, library } = this.#components;
    const { name, addresses } = parts.communities.view(peerId);
    const dialled = addresses.filter((address) => rules.mayDial(address));
    if (addresses.length > 0 && dialled.length === 0)
      throw meshErrors.MESH_ADDRESS_PRIVATE({ community: name, addresses });
    const targets = dialled.map((address) => library.addressOf(peerId, address));
    return this.#dial(targets.length > 0 ? targets : library.peerIdOf(peerId), peerId, name, dialled, signal);
  }

  async #dial(
    target: Target,
    peerId: string | undefined,
    community: string,
    tried: string[],
    signal: AbortSignal,
  ): Promise<Connection> {
    const { libp2p, parts, rules } = this.#components;
    const dial = (deadline: AbortSignal) => libp2p.dial(target, { signal: deadline });
    try {
      return await withDeadline(parts.clock, meshLimits.dialTimeoutMs, signal, (deadline) =>
        rules.dialling(peerId, () => dial(deadline)),
      );
    } catch (error) {
      signal.throwIfAborted();
      throw meshErrors.MESH_UNREACHABLE({ community, tried }, { cause: error });
    }
  }

  #listensOn(address: string): boolean {
    return this.#components.libp2p.getMultiaddrs().some((own) => String(own).startsWith(`${address}/p2p/`));
  }
}
