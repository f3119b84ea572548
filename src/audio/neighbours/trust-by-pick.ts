import type { Perform } from '#contracts/action.ts';
import { nodeTrust, trustCard } from '#contracts/actions/node.ts';
import type { Actor } from '#contracts/actor.ts';
import type { Community } from '#contracts/communities.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { neighbourErrors } from './errors.ts';

/**
 * Trusts a community whose six words the asker has just been shown, and has picked. It goes the way of `/node trust`:
 * the same right, the same audit row. Throws NEIGHBOUR_NEW_KEY where the name had another key before, which the pick
 * didn't show, and what that action throws.
 */
export async function trustByPick(
  perform: Perform,
  actor: Actor,
  { peerId: community, name }: Community,
  signal: AbortSignal,
): Promise<void> {
  const input = { community, waitMs: 0 };
  try {
    await perform(nodeTrust, actor, input, { signal });
  } catch (error) {
    if (!isGuildmeshError(error, 'MESH_TRUST_UNCONFIRMED')) throw error;
    const { confirmation, otherPeerId } = trustCard.parse(error.details);
    if (otherPeerId !== undefined) throw neighbourErrors.NEIGHBOUR_NEW_KEY({ name, peerId: community });
    await perform(nodeTrust, actor, { ...input, confirmation }, { signal });
  }
}
