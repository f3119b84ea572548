import type { Community, CommunityDirectory } from '#contracts/communities.ts';
import { audioErrors, shown } from '../errors.ts';

/** Which broadcast a person means. `community` is absent for one of our own. */
export interface BroadcastTarget {
  broadcastId: string;
  community: Community | undefined;
}

const idPattern = /^[a-z0-9]{1,16}$/;

/** Reads `id` or `id@community`, the community by name or peer id. Throws AUDIO_REFERENCE_INVALID, _UNKNOWN_COMMUNITY, _COMMUNITY_UNTRUSTED. */
export function resolveReference(communities: CommunityDirectory, reference: string): BroadcastTarget {
  const at = reference.indexOf('@');
  const broadcastId = (at < 0 ? reference : reference.slice(0, at)).trim().toLowerCase();
  const name = at < 0 ? undefined : reference.slice(at + 1).trim();
  if (!idPattern.test(broadcastId) || name === '')
    throw audioErrors.AUDIO_REFERENCE_INVALID({ reference: shown(reference) });
  if (name === undefined) return { broadcastId, community: undefined };
  const community = communities.find(name);
  if (!community) throw audioErrors.AUDIO_UNKNOWN_COMMUNITY({ community: shown(name) });
  if (!community.trusted) throw audioErrors.AUDIO_COMMUNITY_UNTRUSTED({ community: community.name });
  return { broadcastId, community };
}

/** Names one stream among all, whatever name its community was called by. */
export function streamKeyOf({ broadcastId, community }: BroadcastTarget): string {
  return community ? `${broadcastId}@${community.peerId}` : broadcastId;
}
