import type { Community, CommunityDirectory } from '#contracts/communities.ts';
import { audioErrors, shown } from './errors.ts';

/** The broadcast a person means. `community` is absent for one of our own. */
export interface BroadcastTarget {
  broadcastId: string;
  community: Community | undefined;
}

/** `id@community`, also as a source. */
const namesCommunity = /^(broadcast:\s*)?([a-z0-9]{1,16}\s*)@([^/:]+)$/i;
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
  const successor = community?.trusted ? undefined : communities.successorOf(community?.peerId ?? name);
  if (successor) throw audioErrors.AUDIO_COMMUNITY_KEY_CHANGED({ community: successor.name, broadcastId });
  if (!community) throw audioErrors.AUDIO_UNKNOWN_COMMUNITY({ community: shown(name) });
  if (!community.trusted) throw audioErrors.AUDIO_COMMUNITY_UNTRUSTED({ community: community.name });
  return { broadcastId, community };
}

/**
 * A source or reference in its stored form: bound to the key that the community's name means now. What runs
 * automatically never changes to another key that gets the name later. A reference that can't be resolved stays as it
 * is.
 */
export function boundToKey(communities: CommunityDirectory, text: string): string {
  const [, prefix = '', id = '', name = ''] = namesCommunity.exec(text) ?? [];
  const community = name ? communities.find(name.trim()) : undefined;
  return community?.trusted ? `${prefix}${id.trim().toLowerCase()}@${community.peerId}` : text;
}

/** The form for people: with the name that the key has here now. */
export function withName(communities: CommunityDirectory, text: string): string {
  const [, prefix = '', id = '', name = ''] = namesCommunity.exec(text) ?? [];
  const community = name ? communities.find(name) : undefined;
  return community ? `${prefix}${id}@${community.name}` : text;
}

/** Identifies one stream, whatever name its community was called by. */
export function streamKeyOf({ broadcastId, community }: BroadcastTarget): string {
  return community ? `${broadcastId}@${community.peerId}` : broadcastId;
}
