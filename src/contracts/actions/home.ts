import { z } from 'zod';
import { defineAction } from '../action.ts';

/** Guilds in one request. */
export const homeAddMax = 100;
const guildId = z.string().regex(/^\d{17,20}$/, 'must be the id of a Discord server');

export const homeGuildView = z.object({
  guildId: z.string(),
  /** Absent where the bot isn't a member. */
  name: z.string().optional(),
  standing: z.enum(['home', 'served', 'foreign']),
  /** `actorKey` of the person who decided it, or `system:first-start`, `system:update`. */
  setBy: z.string().optional(),
  setAtMs: z.number().optional(),
});
export type HomeGuildView = z.output<typeof homeGuildView>;

export const homeGuildsView = z.object({
  /** The configuration names them; nothing can be changed by a command. */
  configured: z.boolean(),
  /** Home guilds, guilds in use, and all others that the bot is in. */
  guilds: z.array(homeGuildView),
});
export type HomeGuildsView = z.output<typeof homeGuildsView>;

export const homeList = defineAction({
  name: 'access.home.list',
  summary: 'Show which guilds are home guilds of this hub, and which others the bot is in.',
  input: z.strictObject({}),
  output: homeGuildsView,
  scope: 'hub',
  access: 'operator',
  effect: 'read',
});

export const homeAdd = defineAction({
  name: 'access.home.add',
  summary: 'Make guilds home guilds: their managers may change what concerns the whole community.',
  input: z.strictObject({
    guildIds: z.array(guildId).min(1).max(homeAddMax),
    /** The asker has seen what the change means. */
    confirm: z.boolean().default(false),
  }),
  output: homeGuildsView,
  scope: 'hub',
  access: 'operator',
  effect: 'write',
});

export const homeRemove = defineAction({
  name: 'access.home.remove',
  summary: 'Stop serving a guild: what runs there ends, what waits there is held, nothing is deleted.',
  input: z.strictObject({ guildId }),
  output: homeGuildsView,
  scope: 'hub',
  access: 'operator',
  effect: 'write',
});
