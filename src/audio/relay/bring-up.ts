import type { RelaySettings } from '#contracts/actions/relay.ts';
import type { BroadcastCatalogue } from '#contracts/audio.ts';
import type { CommunityDirectory } from '#contracts/communities.ts';
import type { GuildDirectory, StageSpeaker } from '#contracts/discord.ts';
import { audioErrors } from '../errors.ts';
import { type BroadcastTarget, resolveReference, withName } from '../reference.ts';
import type { VoiceSession } from '../voice-contract.ts';
import { usableChannel } from './channel-check.ts';
import { findBroadcast, nameOf } from './find-broadcast.ts';
import { joinChannel } from './join-channel.ts';
import type { WantedRelay } from './relay.ts';
import type { StreamComponents } from './shared-stream.ts';
import { sourcesOf } from './source-list.ts';
import type { StreamLease, StreamPool } from './stream-pool.ts';

export interface BringUpComponents extends StreamComponents {
  /** Our own broadcasts that a guild may hear. */
  ownFor: (guildId: string) => BroadcastCatalogue;
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
  /** Names what really plays: with a new id when a constant relay found the next start of its broadcast. */
  reference: string;
}

type Wish = Omit<WantedRelay, 'startedAtMs' | 'wantedBy'> & Pick<RelaySettings, 'onMove' | 'volumePercent'>;

/**
 * From a wish to sound: the channel is checked before anything is joined, and the broadcast is open before voice is.
 * Everything taken is returned when a later step fails or the signal aborts.
 */
export async function bringUp(
  components: BringUpComponents,
  wish: Wish,
  signal: AbortSignal,
): Promise<BroughtUp> {
  const alone = wish.fallbacks.length === 0;
  const target = alone ? resolveReference(components.communities, wish.reference) : undefined;
  const channel = usableChannel(components.guilds, wish.guildId, wish.channelId);
  const found = target
    ? await leaseBroadcast(components, wish, target, signal)
    : await leaseList(components, wish, signal);
  try {
    const { key } = found.lease.stream;
    const { onMove, volumePercent } = wish;
    const session = await joinChannel(components, channel, { streamKey: key, onMove, volumePercent }, signal);
    try {
      // Joining takes a while, during which the broadcast's audience may have become smaller, or it may have ended.
      if (target && !target.community)
        await findBroadcast(components, wish.guildId, { ...target, broadcastId: key }, signal);
      requireSound(components, found);
    } catch (error) {
      await session.leave();
      throw error;
    }
    return { ...found, session };
  } catch (error) {
    found.lease.release();
    throw error;
  }
}

function requireSound({ communities }: BringUpComponents, found: Omit<BroughtUp, 'session'>): void {
  const { over } = found.lease.stream;
  if (!over) return;
  if (over === 'revoked') throw audioErrors.AUDIO_COMMUNITY_UNTRUSTED({ community: found.community });
  throw audioErrors.AUDIO_UNKNOWN_BROADCAST({ broadcast: withName(communities, found.reference) });
}

async function leaseBroadcast(
  components: BringUpComponents,
  wish: Wish,
  { broadcastId, community }: BroadcastTarget,
  signal: AbortSignal,
): Promise<Omit<BroughtUp, 'session'>> {
  const sameTitle = wish.mode === 'constant' ? wish.title : '';
  const wanted = { community, broadcastId };
  const info = await findBroadcast(components, wish.guildId, wanted, signal, sameTitle);
  const { id } = info;
  const lease = await components.streams.lease({ community, broadcastId: id }, signal);
  const reference = id === broadcastId ? wish.reference : id + wish.reference.replace(/^[^@]*/, '');
  return { lease, title: nameOf(info), community: community?.name ?? '', reference };
}

/** It keeps the name it was started under, whichever source is heard. */
async function leaseList(
  { streams }: BringUpComponents,
  { community, fallbacks, guildId: owner, reference, title }: Wish,
  signal: AbortSignal,
): Promise<Omit<BroughtUp, 'session'>> {
  const lease = await streams.leaseList({ sources: sourcesOf(reference, fallbacks), title, owner }, signal);
  return { lease, title, community, reference };
}
