import type { PlaceChoice, PublisherContext } from '#contracts/publisher.ts';
import { connect } from './client.ts';

/** One page: those that were pushed to last come first. */
const askedMax = 100;

/** Repositories that the token may write to. */
export async function choices(context: PublisherContext): Promise<PlaceChoice[]> {
  const { rest } = await connect(context, {});
  const { data } = await rest.repos.listForAuthenticatedUser({ sort: 'pushed', per_page: askedMax });
  return data
    .filter(({ permissions, archived, disabled }) => permissions?.push && !archived && !disabled)
    .map(({ full_name: text, private: isPrivate }) => ({ text, ...(isPrivate && { help: 'private' }) }));
}
