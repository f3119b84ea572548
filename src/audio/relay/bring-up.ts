import type { BroadcastCatalogue, BroadcastInfo } from '#contracts/audio.ts';
import type { CommunityDirectory } from '#contracts/communities.ts';
import type { GuildDirectory, StageSpeaker, VoiceChannelView } from '#contracts/discord.ts';
import { audioErrors } from '../errors.ts';
import type { VoiceSession } from '../voice/contract.ts';
import { usableChannel } from './channel-check.ts';
import { relayErrors } from './errors.ts';
import { type BroadcastTarget, resolveReference } from './reference.ts';
import type { WantedRelay } from './relay.ts';
import type { StreamComponents } from './shared-stream.ts';
import type { StreamLease, StreamPool } from './stream-pool.ts';

export interface BringUpComponents extends StreamComponents {
  own: BroadcastCatalogue;
  communities: CommunityDirectory;
  guilds: GuildDirectory;
  stage: StageSpeaker;
  streams: StreamPool;
}

export interface BroughtUp {
  lease: StreamLease;
  session: VoiceSession;
  title: string;
  community: string;
}

/**
 * From a wish to sound: the channel is judged before anything is joined, the broadcast is there before voice is.
 * Whatever was taken is given back when a later step fails or the signal aborts.
 */
export async function bringUp(
  components: BringUpComponents,
  { guildId, channelId, reference }: Pick<WantedRelay, 'guildId' | 'channelId' | 'reference'>,
  signal: AbortSignal,
): Promise<BroughtUp> {
  const target = resolveReference(components.communities, reference);
  const channel = usableChannel(components.guilds, guildId, channelId);
  const { title } = await findBroadcast(components, target, signal);
  const lease = await components.streams.lease(target, signal);
  try {
    const session = await joinChannel(components, channel, lease.stream.key, signal);
    return { lease, session, title, community: target.community?.name ?? '' };
  } catch (error) {
    lease.release();
    throw error;
  }
}

async function findBroadcast(
  { own, remote }: BringUpComponents,
  { broadcastId, community }: BroadcastTarget,
  signal: AbortSignal,
): Promise<BroadcastInfo> {
  const offered = community ? await remote.list(community.peerId, signal) : own.list();
  const info = offered.find(({ id }) => id === broadcastId);
  if (!info) {
    const broadcast = community ? `${broadcastId}@${community.name}` : broadcastId;
    throw audioErrors.AUDIO_UNKNOWN_BROADCAST({ broadcast });
  }
  return info;
}

async function joinChannel(
  { stage, voice }: BringUpComponents,
  channel: VoiceChannelView,
  streamKey: string,
  signal: AbortSignal,
): Promise<VoiceSession> {
  const { guildId, id: channelId, kind, name } = channel;
  const session = await voice.join({ guildId, channelId, streamKey, kind }, signal);
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
