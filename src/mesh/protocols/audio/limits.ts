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

  /** Streams of this protocol per connection and direction; libp2p resets those above. */
  streamsPerConnectionMax: 24,
  /** Subscriptions one community may hold here. */
  subscriptionsPerPeerMax: 16,
  subscriptionsMax: 256,

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
