import type { Announcer } from '#contracts/discord.ts';
import type { Logger } from '#core/logger.ts';
import type { RecordingNotes } from './recording-notes.ts';

/** Who is heard has a right to know: a broadcast of a live channel is recorded with a notice there. */
export function tellSpeakers(
  { announcer, logger }: { announcer: Announcer; logger: Logger },
  { liveChannelIds = [] }: RecordingNotes,
  text: string,
): void {
  for (const channelId of liveChannelIds)
    announcer
      .announce(channelId, text)
      .catch((err: unknown) =>
        logger.warn({ err, channelId }, 'the notice of a recording could not be given'),
      );
}
