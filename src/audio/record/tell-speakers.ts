import type { Announcer } from '#contracts/discord.ts';
import { inBackground } from '#core/background.ts';
import type { Logger } from '#core/logger.ts';
import type { RecordingNotes } from './recording-notes.ts';

/** People who are heard have a right to know: recording a broadcast of a live channel posts a notice there. */
export function tellSpeakers(
  { announcer, logger }: { announcer: Announcer; logger: Logger },
  { liveChannelIds = [] }: RecordingNotes,
  text: string,
): void {
  for (const channelId of liveChannelIds)
    void inBackground(
      logger,
      'warn',
      announcer.announce(channelId, text),
      'the notice of a recording could not be given',
      { channelId },
    );
}
