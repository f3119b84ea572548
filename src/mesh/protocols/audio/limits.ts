import { framePayloadBytesMax } from '#contracts/audio.ts';

/** The limits that the protocol's README specifies. */
export const audioLimits = {
  /** Size of a record's content, by kind. */
  controlBytesMax: 1_024,
  catalogueBytesMax: 49_152,
  frameBytesMax: 16 + framePayloadBytesMax,
  catalogueEntriesMax: 100,
  titleLengthMax: 100,
  broadcastIdLengthMax: 64,
  /** Announcements for frames that haven't come yet. */
  announcedMax: 8,

  /** Streams of this protocol per connection and direction; libp2p resets further ones. */
  streamsPerConnectionMax: 24,
  /** Subscriptions one community may hold here. */
  subscriptionsPerPeerMax: 16,
  subscriptionsMax: 256,

  /** Above this many, subscribers that pass a broadcast on feed newcomers. */
  directSubscriptionsMax: 150,
  /** Hubs named in one refusal. */
  hubsNamedMax: 8,
  /** How many refusals a subscriber follows from hub to hub. */
  redirectsMax: 4,
  /** How long a hub that failed is not asked again. */
  failedHubMs: 60_000,
  /** An Ed25519 peer id has 52 characters. */
  peerIdLengthMax: 64,

  /**
   * Number of frames sent together above a number of subscriptions: fewer writes, 20 ms later for each further frame.
   */
  joinAbove: [
    { subscriptions: 64, frames: 2 },
    { subscriptions: 96, frames: 3 },
  ],
  /** A frame is sent after this time even if those that should join it don't come. */
  joinWaitMs: 70,

  /** From the opened stream to its request, and from a request to its answer. */
  answerTimeoutMs: 5_000,
  ackIntervalMs: 500,
  heartbeatIntervalMs: 2_000,
  /** After this long without any data, the other side is considered gone. */
  silenceMaxMs: 8_000,
  tickMs: 500,

  /** Sent frames that the subscriber hasn't acknowledged: 2 s. */
  framesInFlightMax: 100,
  /** Frames waiting for one subscriber: 2 s. */
  framesQueuedMax: 100,
  queuedMaxMs: 2_000,

  /** What a subscriber accepts: one frame per 20 ms, room for clocks that drift, and a burst after a stall. */
  framesPerSecondMax: 60,
  framesBurstMax: 300,
  controlsPerSecondMax: 10,
  controlsBurstMax: 50,
} as const;
