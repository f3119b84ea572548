/**
 * A stream as a protocol sees it that does not know libp2p. The protocol that accepts it bounds what it reads, in bytes and
 * time.
 */
export interface ProtocolStream extends AsyncIterable<{ subarray(): Uint8Array }> {
  /** False: wait for what was sent to leave. */
  send(bytes: Uint8Array): boolean;
  /** Ends our side once all has left. */
  close(): Promise<void>;
  abort(reason: Error): void;
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
 * A protocol that communities speak over streams of its own. The node serves what all services bring: those of
 * `src/mesh/protocols/`, where libp2p is at hand, and those that a service makes of `ProtocolStream` alone.
 */
export interface OfferedProtocol<S = ProtocolStream> {
  /** `/guildmesh/NAME/VERSION`; no two have one NAME. */
  readonly id: string;
  readonly limits: StreamLimits;
  readonly grant: NeededGrant;
  /** Serves it for one run of the node. Code that is needed only for serving is loaded here, and not earlier. */
  serve(): ServedProtocol<S> | Promise<ServedProtocol<S>>;
}

/** A protocol during one run of the node. No method throws; endings may be called more than once. */
export interface ServedProtocol<S = ProtocolStream> {
  /** From now on the stream belongs to this protocol, which also aborts it. The community has the needed grant. */
  accept(stream: S, peerId: string): void;
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
