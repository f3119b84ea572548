import type { RelaySettings } from '#contracts/actions/relay.ts';
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
  /** Names what really plays: with a new id when a constant relay found the broadcast's next start. */
  reference: string;
}

type Wish = Pick<WantedRelay, 'guildId' | 'channelId' | 'reference' | 'mode' | 'title'> &
  Pick<RelaySettings, 'onMove'>;

/**
 * From a wish to sound: the channel is judged before anything is joined, the broadcast is there before voice is.
 * Whatever was taken is given back when a later step fails or the signal aborts.
 */
export async function bringUp(
  components: BringUpComponents,
  wish: Wish,
  signal: AbortSignal,
): Promise<BroughtUp> {
  const { community, broadcastId } = resolveReference(components.communities, wish.reference);
  const channel = usableChannel(components.guilds, wish.guildId, wish.channelId);
  const sameTitle = wish.mode === 'constant' ? wish.title : '';
  const { id, title } = await findBroadcast(components, { community, broadcastId }, signal, sameTitle);
  const lease = await components.streams.lease({ community, broadcastId: id }, signal);
  try {
    const session = await joinChannel(components, { channel, onMove: wish.onMove }, lease.stream.key, signal);
    const reference = id === broadcastId ? wish.reference : id + wish.reference.replace(/^[^@]*/, '');
    return { lease, session, title, community: community?.name ?? '', reference };
  } catch (error) {
    lease.release();
    throw error;
  }
}

/** By its id; else, where one is given, by the title. Throws AUDIO_UNKNOWN_BROADCAST and what asking throws. */
export async function findBroadcast(
  { own, remote }: Pick<BringUpComponents, 'own' | 'remote'>,
  { broadcastId, community }: BroadcastTarget,
  signal: AbortSignal,
  sameTitle = '',
): Promise<BroadcastInfo> {
  const offered = community ? await remote.list(community.peerId, signal) : own.list();
  const info =
    offered.find(({ id }) => id === broadcastId) ??
    offered.find(({ title }) => sameTitle !== '' && title === sameTitle);
  if (!info) {
    const broadcast = community ? `${broadcastId}@${community.name}` : broadcastId;
    throw audioErrors.AUDIO_UNKNOWN_BROADCAST({ broadcast });
  }
  return info;
}

async function joinChannel(
  { stage, voice }: BringUpComponents,
  { channel, onMove }: { channel: VoiceChannelView } & Pick<RelaySettings, 'onMove'>,
  streamKey: string,
  signal: AbortSignal,
): Promise<VoiceSession> {
  const { guildId, id: channelId, kind, name } = channel;
  const session = await voice.join({ guildId, channelId, streamKey, kind, onMove }, signal);
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
