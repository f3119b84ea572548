import type { Connection, Stream } from '@libp2p/interface';
import type { Communities } from '../communities.ts';
import type { MeshComponents, MeshInit } from '../mesh-init.ts';

/** What a protocol stands on. It outlives single runs of the node. */
export interface ProtocolHost extends MeshComponents {
  communities: Communities;
  /** Gives an open connection, dialling if needed. Throws MESH_NODE_STOPPED, MESH_UNREACHABLE, MESH_ADDRESS_PRIVATE. */
  connect: (peerId: string, signal: AbortSignal) => Promise<Connection>;
  init: MeshInit;
}

/** What the other community needs to open streams here. `trusted`: our trust. */
export type NeededGrant = 'trusted';

export interface StreamLimits {
  /** Streams of this protocol open at once on one connection, opened there and opened here; libp2p resets those above. */
  inboundStreamsMax: number;
  outboundStreamsMax: number;
}

/** Why everything with one community, or with all, ends: trust was withdrawn, or the node stops and may be back. */
export type ProtocolEnd = 'revoked' | 'node-stopped';

/** Figures by name, for metrics. */
export type ProtocolStats = Readonly<Record<string, number>>;

/**
 * What communities say to each other over streams of their own. One folder beside this file, whose README is the
 * specification, and one line in index.ts. What it offers to the rest of the hub is its own type's to say.
 */
export interface MeshProtocol {
  /** `/guildmesh/NAME/VERSION`; NAME is the folder's, too. */
  readonly id: string;
  readonly limits: StreamLimits;
  readonly grant: NeededGrant;
  /** Serves it for one run of the node. What only serves may be loaded here, and not before. */
  serve(): ServedProtocol | Promise<ServedProtocol>;
}

/** A protocol during one run of the node. No method throws; endings may be asked for more than once. */
export interface ServedProtocol {
  /** The stream is this protocol's from now on, also to abort. The community has the grant that was asked for. */
  accept(stream: Stream, peerId: string): void;
  /** Ends what goes on with one community, in both directions. Effective before it returns; goodbyes may still leave. */
  endPeer(peerId: string, reason: ProtocolEnd): void;
  /** Ends everything; streams accepted afterwards are refused. */
  endAll(reason: ProtocolEnd): void;
  /** Accepted streams that aren't gone yet, of one peer or of all. */
  sessionCount(peerId?: string): number;
  /** Since this run began. */
  stats(): ProtocolStats;
}
