import type { Announcer } from '#contracts/discord.ts';
import type { Logger } from '#core/logger.ts';
import type { Scrubber } from '#core/scrubber.ts';
import { inert } from '#core/text/inert.ts';

const noticeCharsMax = 500;

export interface GuildNoticeComponents {
  /** Where a guild's alerts go; undefined: nowhere. */
  channelFor(guildId: string): Promise<string | undefined>;
  announcer: Announcer;
  scrubber: Pick<Scrubber, 'of'>;
  logger: Logger;
}

/**
 * Posts a notice that nobody requested and nobody must act on. Throws when nobody could be notified, so that it may be
 * retried.
 */
export function createGuildNotice({ channelFor, announcer, scrubber, logger }: GuildNoticeComponents) {
  return async (guildId: string, text: string): Promise<void> => {
    const channelId = await channelFor(guildId);
    if (channelId)
      await announcer.announce(channelId, inert(scrubber.of(guildId).scrub(text), noticeCharsMax));
    else logger.warn({ guildId }, 'there is a notice for a guild, and no channel to tell it in');
  };
}
