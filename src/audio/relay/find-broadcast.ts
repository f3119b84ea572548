import type { BroadcastCatalogue, BroadcastInfo, RemoteBroadcasts } from '#contracts/audio.ts';
import { audioErrors } from '../errors.ts';
import type { BroadcastTarget } from '../reference.ts';

export interface FindBroadcastComponents {
  /** Our own broadcasts that a guild may hear. */
  ownFor: (guildId: string) => Pick<BroadcastCatalogue, 'list'>;
  remote: Pick<RemoteBroadcasts, 'list'>;
}

/**
 * By its id; else, where one is given, by its name; our own only if the guild may hear them. Throws
 * AUDIO_UNKNOWN_BROADCAST and what asking throws.
 */
export async function findBroadcast(
  { ownFor, remote }: FindBroadcastComponents,
  guildId: string,
  { broadcastId, community }: BroadcastTarget,
  signal: AbortSignal,
  sameTitle = '',
): Promise<BroadcastInfo> {
  const offered = community ? await remote.list(community.peerId, signal) : ownFor(guildId).list();
  const info =
    offered.find(({ id }) => id === broadcastId) ??
    offered.find((each) => sameTitle !== '' && [nameOf(each), each.title].includes(sameTitle));
  if (!info) {
    const broadcast = community ? `${broadcastId}@${community.name}` : broadcastId;
    throw audioErrors.AUDIO_UNKNOWN_BROADCAST({ broadcast });
  }
  return info;
}

/** The programme's name, whatever plays in it; from a hub that doesn't separate them, both. */
export function nameOf({ name, title }: BroadcastInfo): string {
  return name ?? title;
}
