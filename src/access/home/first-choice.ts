import type { FirstChoice, KeptStanding } from '#contracts/home-guild-store.ts';

export interface FirstChoiceFacts {
  /** Guilds that the bot is in. */
  joined: readonly string[];
  /** Guilds that have anything stored. */
  inUse: readonly string[];
  /** What was decided at an earlier start. */
  before: FirstChoice | undefined;
}

export interface FirstChoiceMade {
  choice: FirstChoice;
  guildIds: readonly string[];
  standing: Extract<KeptStanding, 'home' | 'served'>;
}

/**
 * Which guilds an unconfigured hub serves: those where it is in use already, or the one guild it is in at its very
 * first start. A guild that invites it later is never added automatically. Undefined: it was decided before.
 */
export function firstChoice({ joined, inUse, before }: FirstChoiceFacts): FirstChoiceMade | undefined {
  if (before !== undefined && before !== 'configured') return undefined;
  if (inUse.length > 0)
    return { choice: 'in-use', guildIds: inUse, standing: inUse.length === 1 ? 'home' : 'served' };
  const none = { guildIds: [], standing: 'home' } as const;
  // It has run before in guilds that the configuration named, so being in only one proves nothing now.
  if (before === 'configured') return { choice: 'no-guild', ...none };
  if (joined.length === 1) return { choice: 'one-guild', guildIds: joined, standing: 'home' };
  return { choice: joined.length === 0 ? 'no-guild' : 'several-guilds', ...none };
}
