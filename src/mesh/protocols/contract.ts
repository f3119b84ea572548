import type { Connection, Stream } from '@libp2p/interface';
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

/** What the other community needs to open streams here. `trusted`: our trust. */
export type NeededGrant = 'trusted';

export interface StreamLimits {
  /**
   * Streams of this protocol open at once on one connection, for those opened there and those opened here; libp2p
   * resets further ones.
   */
  inboundStreamsMax: number;
  outboundStreamsMax: number;
}

/** Why everything with one community, or with all, ends: trust was withdrawn, or the node stops and may be back. */
export type ProtocolEnd = 'revoked' | 'node-stopped';

/** Figures by name, for metrics. */
export type ProtocolStats = Readonly<Record<string, number>>;

/**
 * A protocol that communities speak over streams of its own: one folder beside this file, whose README is the
 * specification, and one line in index.ts. Its own type declares what it offers to the rest of the hub.
 */
export interface MeshProtocol {
  /** `/guildmesh/NAME/VERSION`; NAME is also the folder's. */
  readonly id: string;
  readonly limits: StreamLimits;
  readonly grant: NeededGrant;
  /** Serves it for one run of the node. Code that is needed only for serving is loaded here, and not earlier. */
  serve(): ServedProtocol | Promise<ServedProtocol>;
}

/** A protocol during one run of the node. No method throws; endings may be called more than once. */
export interface ServedProtocol {
  /** From now on the stream belongs to this protocol, which also aborts it. The community has the needed grant. */
  accept(stream: Stream, peerId: string): void;
  /**
   * Ends everything with one community, in both directions. Effective before it returns; last records may still be
   * sent.
   */
  endPeer(peerId: string, reason: ProtocolEnd): void;
  /** Ends everything; streams accepted afterwards are refused. */
  endAll(reason: ProtocolEnd): void;
  /** Accepted streams that aren't closed yet, of one peer or of all. */
  sessionCount(peerId?: string): number;
  /** Counted since this run began. */
  stats(): ProtocolStats;
}
