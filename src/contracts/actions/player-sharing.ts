/** The communities that may hear a guild's player. */
import { z } from 'zod';
import { defineAction } from '../action.ts';
import { playerView } from './player.ts';

/** Communities that could hear the player: found in the network, trusted or not. */
export const playerShareList = defineAction({
  name: 'player.share-list',
  summary: 'List the communities that the player can be shared with.',
  input: z.strictObject({ guildId: z.string() }),
  output: z.object({
    nodeRuns: z.boolean(),
    communities: z.array(
      z.object({
        peerId: z.string(),
        name: z.string(),
        trusted: z.boolean(),
        shared: z.boolean(),
        /** Six words that both sides compare. */
        words: z.string(),
      }),
    ),
  }),
  scope: 'guild',
  access: 'manager',
  effect: 'read',
});

export const playerShare = defineAction({
  name: 'player.share',
  summary: 'Let communities hear the player; one that isn’t trusted yet, and was just listed, is trusted.',
  input: z.strictObject({ guildId: z.string(), peerIds: z.array(z.string()).min(1).max(25) }),
  output: z.object({
    player: playerView,
    /** The node was started for it. */
    nodeStarted: z.boolean(),
    /** Names of communities trusted by this. */
    trusted: z.array(z.string()),
  }),
  scope: 'guild',
  access: 'manager',
  effect: 'write',
});

export const playerUnshare = defineAction({
  name: 'player.unshare',
  summary: 'Let communities hear the player no longer; they get the reason.',
  input: z.strictObject({ guildId: z.string(), peerIds: z.array(z.string()).min(1).max(25) }),
  output: z.object({ player: playerView }),
  scope: 'guild',
  access: 'manager',
  effect: 'write',
});
