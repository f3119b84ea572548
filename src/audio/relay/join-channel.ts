import type { StageSpeaker, VoiceChannelView } from '#contracts/discord.ts';
import type { VoiceEngine, VoiceJoin, VoiceSession } from '../voice-contract.ts';
import { relayErrors } from './errors.ts';

export interface JoinChannelComponents {
  stage: StageSpeaker;
  voice: Pick<VoiceEngine, 'join'>;
}

/**
 * In the channel, and on a stage as a speaker; leaves it when that fails or the signal aborts. Throws
 * RELAY_STAGE_SUPPRESSED, and what voice throws.
 */
export async function joinChannel(
  { stage, voice }: JoinChannelComponents,
  { guildId, id: channelId, kind, name }: VoiceChannelView,
  how: Pick<VoiceJoin, 'streamKey' | 'onMove' | 'volumePercent'>,
  signal: AbortSignal,
): Promise<VoiceSession> {
  const session = await voice.join({ guildId, channelId, kind, ...how }, signal);
  try {
    signal.throwIfAborted();
    if (kind === 'stage' && (await stage.speak(guildId, channelId)) === 'refused')
      throw relayErrors.RELAY_STAGE_SUPPRESSED({ channel: name });
    signal.throwIfAborted();
    return session;
  } catch (error) {
    await session.leave();
    throw error;
  }
}
