import { z } from 'zod';
import { audiences, broadcastHopsMax, burstMsMax, type Frame } from '#contracts/audio.ts';
import { cleanLine } from '#core/text/clean-line.ts';
import { audioLimits } from './limits.ts';

export const audioProtocol = '/guildmesh/audio/1';

export const refusals = ['unknown-broadcast', 'too-many-subscriptions', 'stopping'] as const;
export type Refusal = (typeof refusals)[number];

/** `node-stopped`: the broadcast may go on and be there again after a restart. */
export const endReasons = ['broadcast-ended', 'node-stopped', 'revoked', 'unsubscribed'] as const;
export type WireEndReason = (typeof endReasons)[number];

const broadcastId = z.string().min(1).max(audioLimits.broadcastIdLengthMax);
/** Text of others: one line, no control or direction characters. */
const title = z.string().transform((text) => cleanLine(text, audioLimits.titleLengthMax) || 'untitled');
const wallMs = z.number().min(0).max(8.64e15);

const peerId = z.string().min(1).max(audioLimits.peerIdLengthMax);

/** The maker of a broadcast that is broadcast again, and the hubs it came through. */
const origin = z.object({
  peerId,
  community: z.string().transform((text) => cleanLine(text, audioLimits.titleLengthMax) || 'unnamed'),
  broadcastId,
  path: z.array(peerId).min(1).max(broadcastHopsMax),
});

/** An unknown audience is treated as the narrowest: the broadcast is passed on to nobody. */
const audience = z.enum(audiences).catch('server').optional();

const broadcastInfo = z.object({
  id: broadcastId,
  title,
  /** The programme's name, whatever plays in it; `title` contains both. */
  name: title.optional(),
  startedAtMs: wallMs,
  subscriberCount: z.number().int().min(0).max(1_000_000),
  audience,
  origin: origin.optional(),
});

const subscribeRequest = z.object({
  broadcast: broadcastId,
  /** The maker of the broadcast, where another hub is asked to pass it on. */
  origin: peerId.optional(),
  /** Number of subscribers the asker would pass it on to. */
  rebroadcast: z.number().int().min(0).max(audioLimits.subscriptionsMax).optional(),
  /** The asker knows none of the hubs it was redirected to. */
  direct: z.boolean().optional(),
  /** How much of the latest audio it takes at once. */
  burstMs: z.number().int().min(0).max(burstMsMax).optional(),
  /** Hubs that failed the asker a moment ago. */
  without: z.array(peerId).max(audioLimits.hubsNamedMax).optional(),
  /** The asker takes `playing` records. */
  playing: z.boolean().optional(),
});
export type SubscribeRequest = z.output<typeof subscribeRequest>;

const u32 = z.number().int().min(0).max(0xffff_ffff);

const opus20Ms = z.object({
  name: z.literal('opus'),
  sampleRateHz: z.literal(48_000),
  frameDurationMs: z.literal(20),
});

/** Contents of the records that carry JSON. Unknown fields are ignored. */
export const contents = {
  catalogue: z.object({ broadcasts: z.array(broadcastInfo).max(audioLimits.catalogueEntriesMax) }),
  subscribe: subscribeRequest,
  accepted: z.object({ title, codec: opus20Ms, audience }),
  refused: z.object({
    code: z.enum(refusals),
    /** Subscribers that pass the broadcast on to others. */
    hubs: z.array(peerId).max(audioLimits.hubsNamedMax).optional(),
  }),
  /** What is heard from that frame on. */
  playing: z.object({
    streamId: u32,
    sequence: u32,
    name: title,
    title: z.string().transform((text) => cleanLine(text, audioLimits.titleLengthMax)),
  }),
  end: z.object({
    reason: z.enum(endReasons),
    /** With `broadcast-ended`: the broadcast continues for others. */
    narrowed: z.boolean().optional(),
    /** With `broadcast-ended`: its guild is no home of the hub any more. */
    unserved: z.boolean().optional(),
  }),
};

export const codecDescription = { name: 'opus', sampleRateHz: 48_000, frameDurationMs: 20 } as const;

/** One unit on the wire. */
export type WireRecord =
  | { type: 'catalogue-request' }
  | ({ type: 'catalogue' } & z.output<typeof contents.catalogue>)
  | ({ type: 'subscribe' } & z.output<typeof contents.subscribe>)
  | ({ type: 'accepted' } & z.output<typeof contents.accepted>)
  | ({ type: 'refused' } & z.output<typeof contents.refused>)
  | { type: 'frame'; frame: Frame }
  | ({ type: 'playing' } & z.output<typeof contents.playing>)
  | { type: 'ack'; framesReceived: number }
  | { type: 'heartbeat' }
  | { type: 'unsubscribe' }
  | ({ type: 'end' } & z.output<typeof contents.end>);
export type RecordType = WireRecord['type'];
