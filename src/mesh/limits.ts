/** Every bound of the mesh that is not an option of the operator. Protocols keep their own beside their codec. */
export const meshLimits = {
  /** Other hubs remembered without being trusted; the one not seen for longest makes room. */
  contactsMax: 256,
  addressesPerContactMax: 8,
  /** Hosts that a community's connections came from, the last ones. */
  hostsPerContactMax: 4,
  addressLengthMax: 256,
  communityNameLengthMax: 64,
  /** Two hubs that dial each other at once have two for a moment; a peer may not hold all places. */
  connectionsPerPeerMax: 4,
  /** An untrusted connection is closed after this time; what it said of itself stays known. */
  untrustedIdleMs: 60_000,
  /** How often untrusted connections are looked at. */
  pruneIntervalMs: 5_000,
  /** Dials to hubs just found that may wait or run at once; further ones wait to be found again. */
  discoveryDialsMax: 8,
  dialTimeoutMs: 8_000,
  /** Longest wait before the first repeat of a failed dial; it doubles up to the option redialMs. */
  redialFirstMs: 500,
  /** A peer that is seen alive is dialled at once, but no more often: anybody can announce it. */
  redialHurryMs: 2_000,
  /** How long a person's connect waits for the name of whoever answered. */
  identifyWaitMs: 2_000,
  /** How often a trust by name looks whether a hub of that name was found. */
  discoveryLookMs: 100,
  /** That somebody claims a trusted community's name is told no more often. */
  claimToldEveryMs: 24 * 60 * 60_000,
  keyNewsMax: 8,
  /** How long whoever was shown a card of a community may confirm it. */
  trustCardLifetimeMs: 60 * 60_000,
  /** A graceful close gets this long before the connection is cut. */
  closeGraceMs: 500,
  nodeStopMs: 5_000,
  /** Connections whose handshake is not finished, over all hosts. */
  pendingInboundMax: 32,
  /** Of them, those from hosts that no trusted community is known to come from. */
  pendingStrangersMax: 24,
  pendingPerHostMax: 4,
  /** Behind one address there may be strangers beside the trusted community. */
  pendingPerTrustedHostMax: 8,
  parallelDialsMax: 32,
  /** Of them, those that libp2p begins by itself: a DHT query goes wherever its answers, of strangers too, say. */
  parallelDialsOfOthersMax: 16,
  /** Streams that the other side may have open on one connection, of all protocols, named or not yet. */
  inboundStreamsPerConnectionMax: 128,
  /** Above this, libp2p's default of 16 MiB lets a sender outrun the 4 MiB read buffer, which aborts the stream. */
  streamWindowBytesMax: 4 * 1024 * 1024,
  keyFileBytesMax: 1_024,
  /** What libp2p keeps of peers that were seen and of the DHT's records. */
  datastoreBytesMax: 16 * 1024 * 1024,
  /** Communities that one examination asks. */
  examinedCommunitiesMax: 16,
  examinePortMs: 1_500,
} as const;
