import type { BroadcastCatalogue, RemoteBroadcasts } from '#contracts/audio.ts';
import type { Community, CommunityDirectory } from '#contracts/communities.ts';
import type { Clock } from '#core/clock.ts';
import { withDeadline } from '#core/deadline.ts';
import { audioErrors } from '../errors.ts';
import { type BroadcastTarget, resolveReference } from '../reference.ts';

/** A person is waiting; a community that doesn't answer by then is ignored. */
const askTimeoutMs = 5_000;
const askedMax = 64;

export interface FindReferenceComponents {
  communities: CommunityDirectory;
  /** Our own broadcasts that a guild may hear. */
  ownFor: (guildId: string) => Pick<BroadcastCatalogue, 'list'>;
  remote: RemoteBroadcasts;
  clock: Clock;
}

/**
 * What a person means by `id@community`, or by an id alone: one of our own, else the only one of that id among trusted
 * communities, so that a card can print what works here and there. Throws AUDIO_UNKNOWN_BROADCAST,
 * AUDIO_BROADCAST_AMBIGUOUS and what `resolveReference` throws.
 */
export async function findReference(
  components: FindReferenceComponents,
  { guildId, reference }: { guildId: string; reference: string },
  signal: AbortSignal,
): Promise<BroadcastTarget> {
  const target = resolveReference(components.communities, reference);
  const { broadcastId } = target;
  if (
    target.community ||
    components
      .ownFor(guildId)
      .list()
      .some(({ id }) => id === broadcastId)
  )
    return target;
  const offering = await whoOffers(components, broadcastId, signal);
  if (offering.length > 1) {
    const references = offering.map(({ name }) => `${broadcastId}@${name}`);
    throw audioErrors.AUDIO_BROADCAST_AMBIGUOUS({ broadcast: broadcastId, references });
  }
  if (!offering[0]) throw audioErrors.AUDIO_UNKNOWN_BROADCAST({ broadcast: broadcastId });
  return { broadcastId, community: offering[0] };
}

async function whoOffers(
  { clock, communities, remote }: FindReferenceComponents,
  broadcastId: string,
  signal: AbortSignal,
): Promise<Community[]> {
  const trusted = communities.list().filter((community) => community.trusted);
  const offers = await withDeadline(clock, askTimeoutMs, signal, (inTime) =>
    Promise.all(
      trusted.slice(0, askedMax).map(async (community) => {
        const found = await remote.list(community.peerId, inTime).catch(() => []);
        return found.some(({ id }) => id === broadcastId) ? [community] : [];
      }),
    ),
  );
  signal.throwIfAborted();
  return offers.flat();
}
