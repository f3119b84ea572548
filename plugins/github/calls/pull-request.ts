import type { AttemptContext, LookUp, Receipt } from '#contracts/publisher.ts';
import { problemText, statusOf } from '../classify.ts';
import { connect, type GithubClient } from '../client.ts';
import type { PullRequestPlan } from '../plan.ts';

/** The branch is the publication's own, so GitHub itself refuses a second pull request from it. */
export async function executePullRequest(context: AttemptContext, plan: PullRequestPlan): Promise<Receipt> {
  const client = await connect(context, plan);
  const { owner, repo, head, base, title, body } = plan;
  try {
    const { data } = await client.rest.pulls.create({ owner, repo, head, base, title, body });
    return { remoteId: String(data.number), url: data.html_url };
  } catch (error) {
    if (statusOf(error) !== 422 || !/already exists/i.test(problemText(error))) throw error;
    const landed = await openedFrom(client, plan);
    if (landed) return landed;
    throw error;
  }
}

export async function findPullRequest(context: AttemptContext, plan: PullRequestPlan): Promise<LookUp> {
  const receipt = await openedFrom(await connect(context, plan), plan);
  return receipt ? { state: 'found', receipt } : { state: 'absent' };
}

async function openedFrom({ rest }: GithubClient, plan: PullRequestPlan): Promise<Receipt | undefined> {
  const { owner, repo, head, base } = plan;
  const { data } = await rest.pulls.list({
    owner,
    repo,
    head: `${owner}:${head}`,
    base,
    state: 'all',
    per_page: 1,
  });
  const found = data[0];
  return found && { remoteId: String(found.number), url: found.html_url };
}
