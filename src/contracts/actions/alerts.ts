import { z } from 'zod';
import { defineAction } from '../action.ts';

const guildId = z.string();
const channelId = z.string().regex(/^\d{17,20}$/, 'must be a channel');

export const alertEntry = z.object({
  kind: z.enum(['failed', 'unknown', 'approval', 'hold', 'missed', 'chain', 'vault', 'token', 'test']),
  /** Name of the target. */
  target: z.string().optional(),
  /** Title of the publication. */
  title: z.string().optional(),
  text: z.string(),
  atMs: z.number(),
  deliveryId: z.string().optional(),
  publicationId: z.string().optional(),
  /** False once somebody has looked after it. */
  waits: z.boolean(),
});
export type AlertEntry = z.output<typeof alertEntry>;

export const alertView = z.object({
  id: z.string(),
  guildId,
  /** Name of the target, where everything here is about one. */
  target: z.string().optional(),
  openedAtMs: z.number(),
  /** Number of different things that needed a person, and how many still do. */
  total: z.number().int(),
  waiting: z.number().int(),
  /** The newest few; those that still need a person come first. */
  entries: z.array(alertEntry),
  /** Where several targets are concerned: how much belongs to each. The largest few. */
  shares: z.array(z.object({ name: z.string(), count: z.number().int() })),
  /** The channel that this was meant for, where the bot can't write. Given once. */
  insteadOf: z.string().optional(),
  /** Nothing more is added to it. */
  isClosed: z.boolean(),
});
export type AlertView = z.output<typeof alertView>;

const place = z.object({
  /** Absent: the channel in which each target was added. */
  channelId: z.string().optional(),
});

export const alertsHere = defineAction({
  name: 'alerts.here',
  summary: 'Say in one channel of this server what needs a person.',
  input: z.strictObject({
    guildId,
    /** Absent: the channel in which the command was used. */
    channelId: channelId.optional(),
  }),
  output: place,
  scope: 'guild',
  access: 'manager',
  effect: 'write',
});

export const alertsOff = defineAction({
  name: 'alerts.off',
  summary: 'Have no channel for alerts: what needs a person is said where each target was added.',
  input: z.strictObject({ guildId }),
  output: place,
  scope: 'guild',
  access: 'manager',
  effect: 'write',
});

export const alertsTest = defineAction({
  name: 'alerts.test',
  summary: 'Post an alert that means nothing, to see where alerts go.',
  input: z.strictObject({ guildId }),
  output: z.object({ channelId: z.string() }),
  scope: 'guild',
  access: 'manager',
  effect: 'write',
});

export const alertShow = defineAction({
  name: 'alert.show',
  summary: 'Show what one alert tells of, as it stands now.',
  input: z.strictObject({ guildId, alertId: z.string() }),
  output: alertView,
  scope: 'guild',
  access: 'publisher',
  effect: 'read',
});

export const alertRetry = defineAction({
  name: 'alert.retry',
  summary: 'Try all deliveries of an alert again that still need a person.',
  input: z.strictObject({ guildId, alertId: z.string() }),
  output: z.object({
    retriedCount: z.number().int(),
    /** Deliveries that only an edit helps. */
    leftCount: z.number().int(),
    alert: alertView,
  }),
  scope: 'guild',
  access: 'publisher',
  effect: 'write',
});
