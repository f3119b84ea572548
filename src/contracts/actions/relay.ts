import { z } from 'zod';
import { defineAction } from '../action.ts';

export const relayView = z.object({
  guildId: z.string(),
  guildName: z.string(),
  channelId: z.string(),
  channelName: z.string(),
  /** `id@community`, or the id alone for our own. */
  broadcast: z.string(),
  title: z.string(),
  community: z.string(),
  /**
   * `joining`: voice is being set up. `securing`: waiting for the end-to-end encrypted group (nobody listens yet,
   * or it is forming). `suppressed`: on a stage, the hand is raised and a moderator must let the bot speak: until then
   * nobody hears it. `playing`: programme audio leaves. `buffering`: no frames at hand. `reconnecting`: voice or
   * the other community is being reached again.
   */
  state: z.enum(['joining', 'securing', 'suppressed', 'playing', 'buffering', 'reconnecting']),
  e2ee: z.boolean(),
  startedAtMs: z.number(),
  framesPlayed: z.number().int(),
  framesMissed: z.number().int(),
  /** Frames now in the jitter buffer. */
  bufferedFrames: z.number().int(),
  /** Capture to send, milliseconds, of the last frame; across machines only as good as their clocks. */
  latencyMs: z.number().optional(),
  rejoinCount: z.number().int(),
});
export type RelayView = z.output<typeof relayView>;

export const relayStart = defineAction({
  name: 'relay.start',
  summary: 'Play a broadcast into a voice or stage channel.',
  input: z.strictObject({
    guildId: z.string(),
    channelId: z.string(),
    /** `id@community` as listed, or the id of one of our own. */
    broadcast: z.string().trim().min(1).max(256),
  }),
  output: relayView,
  access: 'publisher',
  effect: 'write',
});

export const relayStop = defineAction({
  name: 'relay.stop',
  summary: 'Stop playing in a channel and leave it.',
  input: z.strictObject({
    guildId: z.string(),
    /** Absent: whatever plays in the guild. */
    channelId: z.string().optional(),
  }),
  output: relayView,
  access: 'publisher',
  effect: 'write',
});

export const relayStatus = defineAction({
  name: 'relay.status',
  summary: 'Show what plays where, and how well.',
  input: z.strictObject({ guildId: z.string() }),
  output: z.object({ relays: z.array(relayView) }),
  access: 'member',
  effect: 'read',
});
