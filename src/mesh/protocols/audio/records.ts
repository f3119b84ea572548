import { z } from 'zod';
import type { Frame } from '#contracts/audio.ts';
import { cleanLine } from '../../clean-line.ts';
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

const broadcastInfo = z.object({
  id: broadcastId,
  title,
  startedAtMs: wallMs,
  subscriberCount: z.number().int().min(0).max(1_000_000),
});

const opus20Ms = z.object({
  name: z.literal('opus'),
  sampleRateHz: z.literal(48_000),
  frameDurationMs: z.literal(20),
});

/** Contents of the records that carry JSON. Fields that are not known are ignored. */
export const contents = {
  catalogue: z.object({ broadcasts: z.array(broadcastInfo).max(audioLimits.catalogueEntriesMax) }),
  subscribe: z.object({ broadcast: broadcastId }),
  accepted: z.object({ title, codec: opus20Ms }),
  refused: z.object({ code: z.enum(refusals) }),
  end: z.object({ reason: z.enum(endReasons) }),
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
  | { type: 'ack'; framesReceived: number }
  | { type: 'heartbeat' }
  | { type: 'unsubscribe' }
  | ({ type: 'end' } & z.output<typeof contents.end>);
export type RecordType = WireRecord['type'];
