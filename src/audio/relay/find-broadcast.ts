import type { BroadcastCatalogue, BroadcastInfo, RemoteBroadcasts } from '#contracts/audio.ts';
import { audioErrors } from '../errors.ts';
import type { BroadcastTarget } from '../reference.ts';

export interface FindBroadcastComponents {
  /** Our own that a guild may hear. */
  ownFor: (guildId: string) => Pick<BroadcastCatalogue, 'list'>;
  remote: Pick<RemoteBroadcasts, 'list'>;
}

/** By its id; else, where one is given, by what it is called; of our own those that the guild may hear. Throws AUDIO_UNKNOWN_BROADCAST and what asking throws. */
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

/** What it is called, whatever plays in it; of a hub that doesn't tell them apart, both. */
export function nameOf({ name, title }: BroadcastInfo): string {
  return name ?? title;
}
