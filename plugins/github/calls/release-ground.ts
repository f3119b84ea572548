import type { AttemptContext } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import type { GithubClient } from '../client.ts';
import type { ReleasePlan } from '../plan.ts';
import { commitOf, shortOf } from './repository.ts';

/**
 * Makes sure that the release is made from the commit that was shown. Where the branch has moved since, approval is
 * requested again; where nobody was asked, the commit that was shown is sent. A tag on another commit takes precedence
 * over what is sent: then nothing leaves.
 */
export async function requireGround(
  context: AttemptContext,
  client: GithubClient,
  plan: ReleasePlan,
): Promise<void> {
  const { ground, whenMoved, tag } = plan;
  if (whenMoved !== 'ask') return;
  if (ground?.sha === undefined) {
    if (!context.approved) return;
    const reason = 'it could not be looked up on which commit the release would stand';
    throw new Refused({ state: 'outdated', reason });
  }
  const { ref, sha } = ground;
  const tagged = await commitOf(client, plan, `tags/${tag}`);
  if (tagged !== undefined && tagged !== sha) {
    const reason = `the tag ${tag} is at ${shortOf(tagged)} now, and ${shortOf(sha)} was shown`;
    if (context.approved) throw new Refused({ state: 'outdated', reason });
    const next = 'GitHub would make the release of the tag: choose Edit to see it anew, or move the tag';
    throw new Refused({ state: 'rejected', reason: `${reason}. ${next}` });
  }
  if (tagged !== undefined || !context.approved || ref === 'commit') return;
  const now = ref.startsWith('heads/') ? await commitOf(client, plan, ref) : undefined;
  if (now === sha) return;
  const name = ref.replace(/^(heads|tags)\//, '');
  const reason =
    now === undefined
      ? `${name} is gone, and ${shortOf(sha)} was shown`
      : `${name} is at ${shortOf(now)} now, and ${shortOf(sha)} was shown`;
  throw new Refused({ state: 'outdated', reason });
}
