import type { Community, FirstMinute } from '../first-minute.ts';

/** What of a guild tells the progress (`PanelGuild`). */
export interface SeenGuild {
  id: string;
  botsOnline: readonly string[];
  voiceStates: readonly { user_id: string; channel_id: string | null }[];
  heard: readonly { speakerId: string; soundOf?: string; framesDecrypted: number }[];
}

/** One second of sound: what came by chance would be less. */
const heardMinFrames = 50;

export type StepId = 'playing' | 'heard' | 'heard-there' | 'published';

/**
 * Which steps have happened, by what the local Discord and the stand-ins saw. A step stays done: a bot that
 * leaves later doesn’t take back that it was there.
 */
export function progressOf(
  { north, south, elsewhere }: FirstMinute,
  guilds: readonly SeenGuild[],
  before: ReadonlySet<StepId>,
): Set<StepId> {
  const done = new Set(before);
  const heard = hasHeard(north, guilds);
  // What was heard was played, also before this page was opened.
  if (isInVoice(north, guilds) || heard) done.add('playing');
  if (heard) done.add('heard');
  // South's own music is not what North shares.
  if (hasHeard(south, guilds, north.botId)) done.add('heard-there');
  if (elsewhere && elsewhere.arrivedCount > 0) done.add('published');
  return done;
}

function isInVoice({ guildId, botId }: Community, guilds: readonly SeenGuild[]): boolean {
  const guild = guilds.find(({ id }) => id === guildId);
  return (
    guild?.voiceStates.some(({ user_id, channel_id }) => user_id === botId && channel_id !== null) ?? false
  );
}

/** Somebody decrypted enough of what the community's bot sent; `soundOf`: which it passed on from another bot. */
function hasHeard({ guildId, botId }: Community, guilds: readonly SeenGuild[], soundOf?: string): boolean {
  const guild = guilds.find(({ id }) => id === guildId);
  return (
    guild?.heard.some(
      (each) =>
        each.speakerId === botId && each.soundOf === soundOf && each.framesDecrypted >= heardMinFrames,
    ) ?? false
  );
}
