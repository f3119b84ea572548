import type { Connection, Stream } from '@libp2p/interface';
import type { OfferedProtocol, ServedProtocol as Served } from '#contracts/protocol.ts';
import type { Communities } from '../communities.ts';
import type { MeshComponents, MeshInit } from '../mesh-init.ts';

/** What a protocol builds on. It outlives single runs of the node. */
export interface ProtocolHost extends MeshComponents {
  communities: Communities;
  /**
   * Returns an open connection, dialling if needed. Throws MESH_NODE_STOPPED, MESH_UNREACHABLE, MESH_ADDRESS_PRIVATE.
   */
  connect: (peerId: string, signal: AbortSignal) => Promise<Connection>;
  init: MeshInit;
}

/**
 * A protocol of a folder beside this file, whose README is the specification. Its streams are libp2p's own. Its own type
 * declares what it offers to the rest of the hub.
 */
export type MeshProtocol = OfferedProtocol<Stream>;

/** A protocol during one run of the node. */
export type ServedProtocol = Served<Stream>;
