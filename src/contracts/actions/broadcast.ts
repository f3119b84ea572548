import { z } from 'zod';
import { valueWithoutHostFacts } from '#core/text/host-facts.ts';
import { defineAction } from '../action.ts';
import { audiences } from '../audio.ts';
import { problemView } from '../problem.ts';

/** Peer, then radio, then a looping file, and one more. */
export const sourcesMax = 4;

/** Trusted communities are asked at once; one that can't be reached takes longer than this. */
export const farWaitMaxMs = 10_000;

export const sourceName = z.string().trim().min(1).max(2_000);

/** What isn't played of a folder or a list: `count` of `of` entries, and a few of the reasons. */
const leftOut = z.object({ count: z.number().int(), of: z.number().int(), reasons: z.array(z.string()) });

/** `idle`: not needed now. `waiting`: lost, and retried. `over`: a file that has ended. */
export const sourceView = z.object({
  source: z.string(),
  inUse: z.boolean(),
  state: z.enum(['idle', 'opening', 'flowing', 'waiting', 'over']),
  problem: problemView.optional(),
  leftOut: leftOut.optional(),
});

/** The maker of a broadcast that is broadcast again. */
export const broadcastOrigin = z.object({
  peerId: z.string(),
  community: z.string(),
  broadcastId: z.string(),
  path: z.array(z.string()),
});

/**
 * What plays in a programme, as its source names it, and since when. This is what is heard now, not what was read
 * ahead.
 */
export const playingView = z.object({ title: z.string(), elapsedMs: z.number() });

export const broadcastView = z.object({
  id: z.string(),
  /** The guild that owns it: only there can it be ended, or its source or audience changed. */
  guildId: z.string(),
  audience: z.enum(audiences),
  /** People of a channel are heard in it, so it keeps what their notice promised. */
  live: z.boolean(),
  title: z.string(),
  /** The programme's name, whatever plays in it. */
  name: z.string().optional(),
  playing: playingView.optional(),
  /** The source that is heard. */
  source: z.string(),
  /** All sources, in order of preference. */
  sources: z.array(sourceView),
  state: z.enum(['starting', 'live', 'reconnecting']),
  /** The last time another source took over. */
  lastSwitch: z
    .object({
      atMs: z.number(),
      from: z.string(),
      to: z.string(),
      why: z.enum(['stalled', 'lost', 'ended', 'back', 'asked']),
    })
    .optional(),
  startedAtMs: z.number(),
  framesSent: z.number().int(),
  subscriberCount: z.number().int(),
  origin: broadcastOrigin.optional(),
});
export type BroadcastView = z.output<typeof broadcastView>;

export const broadcastStart = defineAction({
  name: 'broadcast.start',
  summary:
    'Broadcast live audio, for this server or others too: from the library, a web radio, another broadcast.',
  input: z.strictObject({
    guildId: z.string(),
    /**
     * "sample"; a file, a folder ("shows/") or an M3U playlist of the library; an http(s) address, HLS too;
     * "broadcast:id@community"; "channel:id"; "tone" or "tone:1000".
     */
    source: sourceName,
    /** Sources that take over, in this order, when those before them give nothing. */
    fallbacks: z
      .array(sourceName)
      .max(sourcesMax - 1)
      .default([]),
    title: z.string().trim().min(1).max(100).optional(),
    /** Files, folders and playlists start again at their end. */
    loop: z.boolean().default(true),
    /** A folder or a playlist in random order. */
    shuffle: z.boolean().default(false),
    /** Bring it to the hub's loudness (EBU R 128); needs a decoder, and 3 s at the start. */
    normalize: z.boolean().default(false),
    /** Absent: `server` with a live channel among the sources, whose notice then says so; else `neighbours`. */
    audience: z.enum(audiences).optional(),
  }),
  output: broadcastView,
  scope: 'guild',
  access: 'publisher',
  effect: 'write',
  belowManager: valueWithoutHostFacts,
});

export const broadcastStop = defineAction({
  name: 'broadcast.stop',
  summary: 'End a broadcast: its subscribers are told.',
  input: z.strictObject({ guildId: z.string(), broadcast: z.string().trim().min(1).max(64) }),
  output: broadcastView,
  scope: 'guild',
  access: 'publisher',
  effect: 'write',
  belowManager: valueWithoutHostFacts,
});

export const broadcastNext = defineAction({
  name: 'broadcast.next',
  summary:
    'Go on with the next source of a broadcast, after the last with the first; it stays until it gives nothing.',
  input: z.strictObject({ guildId: z.string(), broadcast: z.string().trim().min(1).max(64) }),
  output: broadcastView,
  scope: 'guild',
  access: 'publisher',
  effect: 'write',
  belowManager: valueWithoutHostFacts,
});

export const broadcastAudience = defineAction({
  name: 'broadcast.audience',
  summary:
    'Say anew who may hear a broadcast: others hear its end; for more people a live channel is started anew.',
  input: z.strictObject({
    guildId: z.string(),
    broadcast: z.string().trim().min(1).max(64),
    audience: z.enum(audiences),
  }),
  output: broadcastView,
  scope: 'guild',
  access: 'publisher',
  effect: 'write',
  belowManager: valueWithoutHostFacts,
});

export const broadcastList = defineAction({
  name: 'broadcast.list',
  summary: 'List what this server may hear: our broadcasts and those of trusted communities.',
  input: z.strictObject({
    guildId: z.string(),
    /**
     * A community that hasn't answered by then is listed by its last answer; 0 asks nobody. Absent: all answers are
     * waited for.
     */
    waitMs: z.int().min(0).max(farWaitMaxMs).optional(),
  }),
  output: z.object({
    /** Broadcasts of this server, and those that other servers of this community offer. */
    own: z.array(broadcastView),
    remote: z.array(
      z.object({
        peerId: z.string(),
        community: z.string(),
        /** Why the community couldn't be asked, if so. */
        problem: z.string().optional(),
        broadcasts: z.array(
          z.object({
            /** What /relay start takes: `id@community`. */
            reference: z.string(),
            id: z.string(),
            title: z.string(),
            startedAtMs: z.number(),
            subscriberCount: z.number().int(),
            origin: broadcastOrigin.optional(),
          }),
        ),
      }),
    ),
  }),
  scope: 'guild',
  access: 'member',
  effect: 'read',
  belowManager: valueWithoutHostFacts,
});

export const sourceList = defineAction({
  name: 'source.list',
  summary: 'List the named sources a broadcast can start from.',
  input: z.strictObject({ guildId: z.string(), search: z.string().max(200).default('') }),
  output: z.object({
    sources: z.array(
      z.object({
        source: z.string(),
        title: z.string(),
        /** A long name in at most 100 characters, for places without more room; accepted as a source, too. */
        short: z.string().optional(),
      }),
    ),
  }),
  scope: 'guild',
  access: 'publisher',
  effect: 'read',
  belowManager: valueWithoutHostFacts,
});
