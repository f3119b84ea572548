import { z } from 'zod';
import { valueWithoutHostFacts } from '#core/text/host-facts.ts';
import { defineAction } from '../action.ts';
import { problemView } from '../problem.ts';
import { playingView, sourceName, sourcesMax, sourceView } from './broadcast.ts';

/**
 * `manual`: plays until somebody stops it or the broadcast ends. `auto`: like manual, but the bot is in the channel
 * only while somebody else is. `constant`: like manual, and when the broadcast ends it waits for the next one of that
 * title. All of them resume automatically after a restart.
 */
export const relayMode = z.enum(['manual', 'auto', 'constant']);
export type RelayMode = z.output<typeof relayMode>;

/** Settings shared by all relays of a guild. */
export const relaySettings = z.object({
  guildId: z.string(),
  /** When people move the bot: it stays there, or goes back (three times in a row at most). */
  onMove: z.enum(['follow', 'return']),
  /** How long an `auto` relay stays in a channel that everybody left, milliseconds. */
  leaveAfterMs: z.number().int().min(0).max(86_400_000),
  /** Volume of its relays. 100 plays unchanged and is the only value without CPU cost. */
  volumePercent: z.number().int().min(0).max(200),
});
export type RelaySettings = z.output<typeof relaySettings>;

export const relayView = z.object({
  guildId: z.string(),
  guildName: z.string(),
  channelId: z.string(),
  channelName: z.string(),
  /** `id@community`, or the id alone for our own. */
  broadcast: z.string(),
  /** The broadcast's name and what people hear in it now. */
  title: z.string(),
  playing: playingView.optional(),
  community: z.string(),
  /**
   * `joining`: voice is being set up. `securing`: waiting for the end-to-end encrypted group (nobody listens yet, or it
   * is forming). `suppressed`: on a stage, the hand is raised and a moderator must let the bot speak: until then nobody
   * hears it. `muted`: a moderator muted the bot. `playing`: programme audio leaves. `buffering`: no frames at hand.
   * `reconnecting`: voice or the other community is being reached again. `cooling`: out of the channel for a long
   * pause, see `problem`. `parked`: silent, until the overloaded machine has room again. `idle`: an auto relay waits
   * for somebody to come. `refused`: see `problem`; retried only after a restart of the hub.
   */
  state: z.enum([
    ...(['joining', 'securing', 'suppressed', 'muted', 'playing', 'buffering', 'parked'] as const),
    ...(['reconnecting', 'cooling', 'idle', 'refused'] as const),
  ]),
  mode: relayMode,
  /** For a relay with fallbacks, while it plays: the broadcast and its fallbacks, in order of preference. */
  sources: z.array(sourceView).optional(),
  /** A moderator deafened the bot; people hear it nevertheless. */
  deafened: z.boolean(),
  /** What keeps it from playing, once known. */
  problem: problemView.optional(),
  /** Wall clock of the next try after a long pause. */
  retryAtMs: z.number().optional(),
  e2ee: z.boolean(),
  /** The guild's setting. */
  volumePercent: relaySettings.shape.volumePercent,
  startedAtMs: z.number(),
  framesPlayed: z.number().int(),
  framesMissed: z.number().int(),
  /** Gaps left to the listeners' decoders. */
  framesConcealed: z.number().int(),
  /**
   * Packets sent per second (50 is normal), over the last seconds; undefined until there are two samples far enough
   * apart.
   */
  packetsPerSecond: z.number().optional(),
  /** Audio that is held back on purpose, milliseconds. */
  bufferTargetMs: z.number(),
  /** Frames now in the jitter buffer. */
  bufferedFrames: z.number().int(),
  /**
   * Time from capture to sending, milliseconds, of the last frame; across machines only as accurate as their clocks.
   */
  latencyMs: z.number().optional(),
  rejoinCount: z.number().int(),
  /** Close codes of the voice connection so far, with their counts. */
  closeCodes: z.record(z.string(), z.number().int()),
});
export type RelayView = z.output<typeof relayView>;

/** What ended without anybody here. */
export const endedRelayView = relayView.pick({ channelId: true, title: true, community: true }).extend({
  /** `narrowed`: it is for fewer people now, and not for this guild. `revoked`: trust was withdrawn. */
  why: z.enum(['broadcast-ended', 'unserved', 'narrowed', 'revoked']),
});
export type EndedRelayView = z.output<typeof endedRelayView>;

export const relayStart = defineAction({
  name: 'relay.start',
  summary: 'Play a broadcast into a voice or stage channel.',
  input: z.strictObject({
    guildId: z.string(),
    channelId: z.string(),
    /**
     * `id@community` as listed, or the id alone: then it is one of ours, or the only one of that id among trusted
     * communities.
     */
    broadcast: z.string().trim().min(1).max(256),
    /**
     * What takes over, in this order, when those before give nothing: `id@community` of another community's
     * broadcast, or a source of /broadcast start that isn't a live channel. For broadcasts of other communities,
     * which are then known by their id alone, in mode `constant` too.
     */
    fallbacks: z
      .array(sourceName)
      .max(sourcesMax - 1)
      .default([]),
    mode: relayMode.default('manual'),
    /** Replaces what plays in the guild now: the bot can be in one channel of a guild. */
    replace: z.boolean().default(false),
  }),
  output: relayView,
  scope: 'guild',
  access: 'publisher',
  effect: 'write',
  belowManager: valueWithoutHostFacts,
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
  scope: 'guild',
  access: 'publisher',
  effect: 'write',
  belowManager: valueWithoutHostFacts,
});

export const relayNext = defineAction({
  name: 'relay.next',
  summary:
    'Go on with the next source of a relay’s own list, after the last with the first; it stays until it gives nothing.',
  input: z.strictObject({ guildId: z.string(), channelId: z.string() }),
  output: relayView,
  scope: 'guild',
  access: 'publisher',
  effect: 'write',
  belowManager: valueWithoutHostFacts,
});

export const relayStatus = defineAction({
  name: 'relay.status',
  summary: 'Show what plays where, and how well.',
  input: z.strictObject({ guildId: z.string() }),
  output: z.object({
    relays: z.array(relayView),
    /** The last one of the guild that others ended, until another starts there; forgotten with the process. */
    lastEnded: endedRelayView.optional(),
    /** Where a chime last left encrypted for somebody in the channel; forgotten with the process. */
    lastHeard: z.object({ channelId: z.string(), atMs: z.number() }).optional(),
  }),
  scope: 'guild',
  access: 'member',
  effect: 'read',
  belowManager: valueWithoutHostFacts,
});

export const relayConfigure = defineAction({
  name: 'relay.configure',
  summary:
    'Say how the relays of a server behave when the bot is moved or left alone; what isn’t given stays.',
  input: z.strictObject({
    guildId: z.string(),
    onMove: relaySettings.shape.onMove.optional(),
    leaveAfterMs: relaySettings.shape.leaveAfterMs.optional(),
  }),
  output: relaySettings,
  scope: 'guild',
  access: 'manager',
  effect: 'write',
});

export const relayVolume = defineAction({
  name: 'relay.volume',
  summary: 'Make the relays of a server louder or quieter, now and from now on.',
  input: z.strictObject({ guildId: z.string(), percent: relaySettings.shape.volumePercent }),
  output: relaySettings,
  scope: 'guild',
  access: 'publisher',
  effect: 'write',
  belowManager: valueWithoutHostFacts,
});

/** The longest that a chime sounds, with the time that encryption takes. */
export const chimeMaxMs = 5_000;

export const relayChime = defineAction({
  name: 'relay.chime',
  summary: 'Play a few seconds of sound in a voice channel where nothing plays, to hear whether it works.',
  input: z.strictObject({ guildId: z.string(), channelId: z.string() }),
  /** What left the bot: without `e2ee` nobody in a voice channel heard it. */
  output: z.object({
    channelId: z.string(),
    listenerCount: z.number().int(),
    framesPlayed: z.number().int(),
    e2ee: z.boolean(),
  }),
  scope: 'guild',
  access: 'manager',
  effect: 'write',
});
