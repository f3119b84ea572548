/**
 * The player of a guild: what `/play` fills. A guild has at most one, since voice has one channel per guild. It is a
 * broadcast of its own for the people of that guild, with a queue as its first source.
 */

import { z } from 'zod';
import { valueWithoutHostFacts } from '#core/text/host-facts.ts';
import { defineAction } from '../action.ts';
import { problemView } from '../problem.ts';
import { neighbourView, neighbourWaitMs } from './neighbour-view.ts';
import { relayView } from './relay.ts';

export const queuedPerPersonMax = 20;
export const queuedMax = 500;
/** How long Clear and Shuffle can be undone. */
export const undoMs = 30_000;
/** Items that one page of the queue shows. */
export const queuePageSize = 10;
/** What a person types, pastes or picks. */
export const playableLengthMax = 2_000;

const guild = { guildId: z.string() };

export const queueItemView = z.object({
  /** Unique within the guild for good: a button of an item that is gone finds nothing. */
  id: z.string(),
  /** Never empty: without tags, the name of the file without its extension. */
  title: z.string(),
  artist: z.string().optional(),
  album: z.string().optional(),
  /** Absent: unknown, or without an end. */
  durationMs: z.number().optional(),
  /** What `player.cover` takes; absent: none. */
  coverId: z.string().optional(),
  /** User id and name of the person who added it. */
  addedBy: z.string(),
  addedByName: z.string(),
  /** It failed when it was tried. */
  problem: problemView.optional(),
});
export type QueueItemView = z.output<typeof queueItemView>;

export const loopModes = ['off', 'one', 'all'] as const;
export type LoopMode = (typeof loopModes)[number];

/** Undeafened people in the channel who want it, of those needed. */
export const voteView = z.object({ have: z.number().int(), need: z.number().int() });

export const votedDeeds = ['skip', 'clear', 'stop'] as const;
export type VotedDeed = (typeof votedDeeds)[number];

export const playerView = z.object({
  guildId: z.string(),
  /** The id of its broadcast. */
  playerId: z.string(),
  /** Absent: it is in no channel. */
  channelId: z.string().optional(),
  channelName: z.string().optional(),
  /**
   * `playing`: the item is heard. `opening`: it is being opened, or the channel joined. `waiting`: it begins when somebody enters the channel. `paused`. `resting`: nothing is
   * queued and the resting programme is heard. `empty`: nothing is queued and nothing is heard. `stopped`: out of the
   * channel; the queue is kept.
   */
  state: z.enum(['playing', 'opening', 'waiting', 'paused', 'resting', 'empty', 'stopped']),
  item: queueItemView.optional(),
  /** Position in the item, as people at home hear it now. */
  positionMs: z.number(),
  next: queueItemView.optional(),
  /** Items after the one that plays. */
  queuedCount: z.number().int(),
  loop: z.enum(loopModes),
  /** What plays when nothing is queued, as a person typed it. */
  resting: z.string().optional(),
  /** What the resting programme or the station says that it plays. */
  playingTitle: z.string().optional(),
  volumePercent: z.number().int(),
  votes: z.object({ skip: voteView.optional(), clear: voteView.optional(), stop: voteView.optional() }),
  /** People in the channel, without bots. */
  listenersHere: z.number().int(),
  /** Communities that the guild shares it with. */
  sharedWith: z.array(z.object({ peerId: z.string(), name: z.string(), listening: z.boolean() })),
  /** What keeps it from being heard: a problem of voice, of the channel, or of the item. */
  problem: problemView.optional(),
  /** What can be undone, until then. */
  undo: z.object({ id: z.string(), what: z.enum(['clear', 'shuffle']), untilMs: z.number() }).optional(),
});
export type PlayerView = z.output<typeof playerView>;

/** What `/play` led to. */
export const played = z.discriminatedUnion('outcome', [
  /** `position`: 0 for what plays now. */
  z.object({
    outcome: z.literal('queued'),
    items: z.array(queueItemView).min(1),
    position: z.number().int(),
    /** What was left out of several, and why. */
    leftOut: z.string().optional(),
    /** A neighbour's programme that others hear, and that the queue waits for: adding doesn't end it. */
    behind: z.object({ title: z.string(), channelId: z.string() }).optional(),
    player: playerView,
  }),
  /** Nothing was named and a paused or stopped queue goes on. */
  z.object({ outcome: z.literal('resumed'), player: playerView }),
  /** A neighbour's programme plays here, by a relay. */
  z.object({ outcome: z.literal('relayed'), relay: relayView }),
  z.object({
    outcome: z.literal('neighbour'),
    neighbour: neighbourView,
    /** Where it would play, also if the asker has left that channel by then. */
    channelId: z.string(),
  }),
  /** Nobody said where, and several channels would do. */
  z.object({
    outcome: z.literal('pick-channel'),
    channels: z.array(z.object({ id: z.string(), name: z.string() })),
  }),
  /** Something that a publisher started would end; `replace` confirms. */
  z.object({ outcome: z.literal('confirm'), relay: relayView }),
]);
export type Played = z.output<typeof played>;

export const playerPlay = defineAction({
  name: 'player.play',
  summary: 'Play something in a voice channel, or queue it: a title, file, link, upload or neighbour.',
  input: z.strictObject({
    ...guild,
    /** As typed, pasted or picked. Empty without `files`: a paused queue goes on. */
    what: z.string().trim().max(playableLengthMax).default(''),
    /** Files that came with the request, in Discord's hands. */
    files: z
      .array(
        z.object({ name: z.string(), url: z.url(), sizeBytes: z.number(), mediaType: z.string().optional() }),
      )
      .max(10)
      .default([]),
    /** Absent: where the asker is, where it plays, or the only one. */
    channelId: z.string().optional(),
    when: z.enum(['last', 'next', 'now']).default('last'),
    /** Ends what a publisher started by `/relay` here. */
    replace: z.boolean().default(false),
    /** A manager trusts the neighbour, whose words this asker has been shown a moment before; else they are shown. */
    allow: z.boolean().default(false),
    /** How long a neighbour is waited for that isn't found, or was allowed just now and offers nothing yet. */
    waitMs: z.number().int().min(0).max(neighbourWaitMs).default(neighbourWaitMs),
  }),
  output: played,
  scope: 'guild',
  access: 'member',
  effect: 'write',
  belowManager: valueWithoutHostFacts,
});

const perhapsPlayer = z.object({ player: playerView.optional() });

export const playerStatus = defineAction({
  name: 'player.status',
  summary: 'Show what the player of a server plays.',
  input: z.strictObject(guild),
  output: perhapsPlayer,
  scope: 'guild',
  access: 'member',
  effect: 'read',
  belowManager: valueWithoutHostFacts,
});

export const playerQueue = defineAction({
  name: 'player.queue',
  summary: 'List what is queued, page by page.',
  input: z.strictObject({ ...guild, page: z.number().int().min(0).default(0) }),
  output: z.object({
    player: playerView.optional(),
    /** Those after the one that plays. */
    items: z.array(queueItemView.extend({ mine: z.boolean() })),
    /** The one that was asked for, or the last. */
    page: z.number().int(),
    pageCount: z.number().int(),
    /** Sum of all items whose length is known. */
    durationMs: z.number(),
    /** Items whose length is not known. */
    unknownCount: z.number().int(),
  }),
  scope: 'guild',
  access: 'member',
  effect: 'read',
  belowManager: valueWithoutHostFacts,
});

/** `voted`: it takes more votes, see the player's. */
const deed = z.object({ outcome: z.enum(['done', 'voted']), player: playerView });

/** A deed of people in the channel: the player decides who may do it at once, and who votes. */
const ofPeople = {
  output: deed,
  scope: 'guild',
  access: 'member',
  effect: 'write',
  belowManager: valueWithoutHostFacts,
} as const;

function deedOf(name: string, summary: string) {
  return defineAction({
    name,
    summary,
    input: z.strictObject(guild),
    ...ofPeople,
  });
}

export const playerSkip = defineAction({
  name: 'player.skip',
  summary: 'Skip what plays, or vote for it.',
  /** `itemId`: what the asker saw playing; if that has just ended, nothing is skipped. */
  input: z.strictObject({ ...guild, itemId: z.string().optional() }),
  ...ofPeople,
});
export const playerStop = deedOf(
  'player.stop',
  'Stop and leave the channel; the queue is kept. Or vote for it.',
);
export const playerPause = deedOf('player.pause', 'Pause what plays.');
export const playerResume = deedOf('player.resume', 'Go on with what was paused.');

export const playerClear = defineAction({
  name: 'player.clear',
  summary: 'Empty the queue, or take the asker’s own items out; can be undone for 30 s.',
  input: z.strictObject({ ...guild, whose: z.enum(['mine', 'all']) }),
  ...ofPeople,
});

export const playerSeek = defineAction({
  name: 'player.seek',
  summary: 'Go to a place in what plays.',
  input: z.strictObject({ ...guild, itemId: z.string(), atMs: z.number().min(0) }),
  ...ofPeople,
});

export const playerMove = defineAction({
  name: 'player.move',
  summary: 'Move an item of the queue before another one; without it, to the end.',
  input: z.strictObject({ ...guild, itemId: z.string(), beforeId: z.string().optional() }),
  ...ofPeople,
});

export const playerRemove = defineAction({
  name: 'player.remove',
  summary: 'Take an item out of the queue.',
  input: z.strictObject({ ...guild, itemId: z.string() }),
  ...ofPeople,
});

export const playerShuffle = deedOf('player.shuffle', 'Shuffle the queue; can be undone for 30 s.');

export const playerUndo = defineAction({
  name: 'player.undo',
  summary: 'Take back the last Clear or Shuffle.',
  input: z.strictObject({ ...guild, undoId: z.string() }),
  ...ofPeople,
});

export const playerConfigure = defineAction({
  name: 'player.configure',
  summary: 'Loop, resting programme and volume of the player; what isn’t given stays.',
  input: z.strictObject({
    ...guild,
    loop: z.enum(loopModes).optional(),
    /** Empty: nothing plays when nothing is queued. */
    resting: z.string().trim().max(playableLengthMax).optional(),
    volumePercent: z.number().int().min(0).max(200).optional(),
  }),
  ...ofPeople,
});

export const playerFavourite = defineAction({
  name: 'player.favourite',
  summary: 'Keep an item among the server’s favourites, or take it out.',
  input: z.strictObject({ ...guild, itemId: z.string(), keep: z.boolean() }),
  output: z.object({ title: z.string(), kept: z.boolean() }),
  scope: 'guild',
  access: 'member',
  effect: 'write',
  belowManager: valueWithoutHostFacts,
});

export const playerSuggest = defineAction({
  name: 'player.suggest',
  summary: 'Suggest what to play, from what is indexed here; never from the network.',
  input: z.strictObject({ ...guild, search: z.string().max(200).default('') }),
  output: z.object({
    suggestions: z
      .array(z.object({ name: z.string().min(1).max(100), value: z.string().min(1).max(100) }))
      .max(25),
  }),
  scope: 'guild',
  access: 'member',
  effect: 'read',
  belowManager: valueWithoutHostFacts,
});

export const playerCover = defineAction({
  name: 'player.cover',
  summary: 'The cover picture of an item.',
  input: z.strictObject({ ...guild, coverId: z.string() }),
  output: z.object({
    picture: z
      .object({
        mediaType: z.enum(['image/jpeg', 'image/png', 'image/webp']),
        bytes: z.instanceof(Uint8Array),
      })
      .optional(),
  }),
  scope: 'guild',
  access: 'member',
  effect: 'read',
});
