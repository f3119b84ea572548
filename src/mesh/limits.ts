/** Every bound of the mesh that is not an operator's option. Protocols keep their own beside their codec. */
export const meshLimits = {
  /** Other hubs remembered without being trusted; the one not seen for longest makes room. */
  contactsMax: 256,
  addressesPerContactMax: 8,
  /** The latest hosts that a community's connections came from. */
  hostsPerContactMax: 4,
  addressLengthMax: 256,
  communityNameLengthMax: 64,
  /** Two hubs that dial each other at once have two for a moment; a peer may not hold all places. */
  connectionsPerPeerMax: 4,
  /** An untrusted connection is closed after this time; what the peer said of itself stays known. */
  untrustedIdleMs: 60_000,
  /** How often untrusted connections are looked at. */
  pruneIntervalMs: 5_000,
  /** Dials to newly found hubs that may wait or run at once; further hubs wait until they are found again. */
  discoveryDialsMax: 8,
  dialTimeoutMs: 8_000,
  /** Longest pause before the first repeat of a failed dial; it doubles up to the option redialMs. */
  redialFirstMs: 500,
  /** A peer that is seen alive is dialled immediately, but no more often than this: anybody can announce it. */
  redialHurryMs: 2_000,
  /** How long a person's connect waits for the name of the peer that answered. */
  identifyWaitMs: 2_000,
  /** How often a trust by name checks whether a hub of that name was found. */
  discoveryLookMs: 100,
  /** A claim to a trusted community's name is reported no more often than this. */
  claimToldEveryMs: 24 * 60 * 60_000,
  keyNewsMax: 8,
  /** How long a person who was shown a card may confirm it. */
  trustCardLifetimeMs: 60 * 60_000,
  /** A graceful close may take this long before the connection is cut. */
  closeGraceMs: 500,
  nodeStopMs: 5_000,
  /** Connections whose handshake is not finished, over all hosts. */
  pendingInboundMax: 32,
  /** Share of them for hosts that no trusted community is known to come from. */
  pendingStrangersMax: 24,
  pendingPerHostMax: 4,
  /** Strangers may share an address with the trusted community. */
  pendingPerTrustedHostMax: 8,
  parallelDialsMax: 32,
  /**
   * Share of them for dials that libp2p begins: a DHT query goes wherever its answers point, including those of
   * strangers.
   */
  parallelDialsOfOthersMax: 16,
  /** Streams that the other side may have open on one connection, over all protocols, negotiated or not. */
  inboundStreamsPerConnectionMax: 128,
  /** Above this, libp2p's default of 16 MiB lets a sender outrun the 4 MiB read buffer, which aborts the stream. */
  streamWindowBytesMax: 4 * 1024 * 1024,
  keyFileBytesMax: 1_024,
  /** For what libp2p remembers of seen peers, and for the DHT's records. */
  datastoreBytesMax: 16 * 1024 * 1024,
  /** Communities contacted in one examination. */
  examinedCommunitiesMax: 16,
  examinePortMs: 1_500,
} as const;
