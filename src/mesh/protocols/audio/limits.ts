import { framePayloadBytesMax } from '#contracts/audio.ts';

/** The numbers of the protocol's README. */
export const audioLimits = {
  /** Of a record's content, by kind. */
  controlBytesMax: 1_024,
  catalogueBytesMax: 49_152,
  frameBytesMax: 16 + framePayloadBytesMax,
  catalogueEntriesMax: 100,
  titleLengthMax: 100,
  broadcastIdLengthMax: 64,
  /** Told of frames that haven't come yet. */
  announcedMax: 8,

  /** Streams of this protocol per connection and direction; libp2p resets those above. */
  streamsPerConnectionMax: 24,
  /** Subscriptions one community may hold here. */
  subscriptionsPerPeerMax: 16,
  subscriptionsMax: 256,

  /** Above this many, subscribers that pass a broadcast on feed whoever comes new. */
  directSubscriptionsMax: 150,
  /** Hubs named in one refusal. */
  hubsNamedMax: 8,
  /** How many refusals a subscriber follows from hub to hub. */
  redirectsMax: 4,
  /** How long a hub that failed is not asked again. */
  failedHubMs: 60_000,
  /** An Ed25519 peer id has 52 characters. */
  peerIdLengthMax: 64,

  /** Frames sent together above as many subscriptions: fewer writes, 20 ms later for each further frame. */
  joinAbove: [
    { subscriptions: 64, frames: 2 },
    { subscriptions: 96, frames: 3 },
  ],
  /** A frame goes out after this time even if those that should join it don't come. */
  joinWaitMs: 70,

  /** From the opened stream to its request, and from a request to its answer. */
  answerTimeoutMs: 5_000,
  ackIntervalMs: 500,
  heartbeatIntervalMs: 2_000,
  /** Nothing at all for this long: the other side is gone. */
  silenceMaxMs: 8_000,
  tickMs: 500,

  /** Frames sent that the subscriber hasn't acknowledged: 2 s. */
  framesInFlightMax: 100,
  /** Frames waiting for one subscriber: 2 s. */
  framesQueuedMax: 100,
  queuedMaxMs: 2_000,

  /** What a subscriber takes: one frame per 20 ms, room for clocks that drift, and a burst after a stall. */
  framesPerSecondMax: 60,
  framesBurstMax: 300,
  controlsPerSecondMax: 10,
  controlsBurstMax: 50,
} as const;
