import type { Announcer } from '#contracts/discord.ts';
import type { Logger } from '#core/logger.ts';
import type { Scrubber } from '#core/scrubber.ts';
import { inert } from '#core/text/inert.ts';
import type { PauseReason } from './outbox/target-gate.ts';
import type { TargetStore } from './targets/target-store.ts';

const detailCharsMax = 500;
const headings: Readonly<Record<PauseReason, string>> = {
  'authorisation-lost': 'is held: it no longer lets us in',
  'out-of-budget': 'is held: its budget is used up',
  'rate-limited': 'is held: it asks us to slow down',
  'by-person': 'is held',
};

export interface AlertsComponents {
  targets: Pick<TargetStore, 'byId'>;
  announcer: Announcer;
  scrubber: Pick<Scrubber, 'of'>;
  logger: Logger;
}

/** Tells a guild that one of its targets is held, where the target was added. Never fails: the pause counts. */
export function createAlert(components: AlertsComponents) {
  const { targets, announcer, scrubber, logger } = components;
  return async (targetId: string, reason: PauseReason, detail: string): Promise<void> => {
    try {
      const target = await targets.byId(targetId);
      if (!target?.alertChannelId) {
        logger.warn({ targetId, reason }, 'a target is held, and there is no channel to tell it in');
        return;
      }
      const text = inert(scrubber.of(target.guildId).scrub(detail), detailCharsMax);
      await announcer.announce(
        target.alertChannelId,
        `The target “${inert(target.name)}” ${headings[reason]}. ${text} What is meant for it waits.`,
      );
    } catch (error) {
      logger.warn({ err: error, targetId }, 'nobody could be told that a target is held');
    }
  };
}

/**
 * Tells a guild what nobody asked for just now, in the channel its newest target was added in. Throws when nobody could
 * be told, so that it may be tried again.
 */
export function createGuildNotice(components: {
  targets: Pick<TargetStore, 'list'>;
  announcer: Announcer;
  scrubber: Pick<Scrubber, 'of'>;
  logger: Logger;
}) {
  const { targets, announcer, scrubber, logger } = components;
  return async (guildId: string, text: string): Promise<void> => {
    const channelId = (await targets.list(guildId)).findLast(
      (target) => target.alertChannelId,
    )?.alertChannelId;
    if (channelId)
      await announcer.announce(channelId, inert(scrubber.of(guildId).scrub(text), detailCharsMax));
    else logger.warn({ guildId }, 'there is a notice for a guild, and no channel to tell it in');
  };
}
