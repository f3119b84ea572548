/** Waiting for a neighbour that can't be heard here yet. */
import { z } from 'zod';
import { valueWithoutHostFacts } from '#core/text/host-facts.ts';
import { defineAction } from '../action.ts';
import { neighbourLookMs, neighbourState, neighbourView } from './neighbour-view.ts';
import { playableLengthMax } from './player.ts';

export const playerLook = defineAction({
  name: 'player.look',
  summary: 'Wait until a neighbour shares something, or something else than before stands in between.',
  input: z.strictObject({
    guildId: z.string(),
    /** As given to `player.play`. */
    what: z.string().trim().min(1).max(playableLengthMax),
    /** What stands in between now. */
    state: neighbourState,
    waitMs: z.number().int().min(0).max(neighbourLookMs).default(neighbourLookMs),
  }),
  output: z.object({
    /** `changed`: `player.play` leads further now. `late`: it waited in vain. `stopped`: nobody wants it any more. */
    end: z.enum(['changed', 'late', 'stopped']),
    /** What stands in between now; absent: nothing does, or it is as before. */
    neighbour: neighbourView.optional(),
    /** What is left of the wait. */
    leftMs: z.number().int(),
  }),
  scope: 'guild',
  access: 'member',
  effect: 'read',
  belowManager: valueWithoutHostFacts,
});

export const playerLookStop = defineAction({
  name: 'player.look-stop',
  summary: 'Look for a neighbour no longer: ends the wait of the asker.',
  input: z.strictObject({ guildId: z.string() }),
  output: z.object({}),
  scope: 'guild',
  access: 'member',
  effect: 'write',
});
