import type { AttemptContext, LookUp, Receipt } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import { statusOf } from '../classify.ts';
import { connect, type GithubClient } from '../client.ts';
import type { PagesPlan } from '../plan.ts';

/** Enables Pages, once for a repository. */
export async function executePages(context: AttemptContext, plan: PagesPlan): Promise<Receipt> {
  const client = await connect(context, plan);
  const already = await servedFrom(client, plan);
  if (already) return already;
  const { owner, repo, branch } = plan;
  try {
    const source = { branch, path: '/' } as const;
    const { data } = await client.rest.repos.createPagesSite({ owner, repo, build_type: 'legacy', source });
    return receiptOf(plan, data.html_url);
  } catch (error) {
    const landed = statusOf(error) === 409 ? await servedFrom(client, plan) : undefined;
    if (landed) return landed;
    throw error;
  }
}

export async function findPages(context: AttemptContext, plan: PagesPlan): Promise<LookUp> {
  const receipt = await servedFrom(await connect(context, plan), plan);
  return receipt ? { state: 'found', receipt } : { state: 'absent' };
}

async function servedFrom({ rest }: GithubClient, plan: PagesPlan): Promise<Receipt | undefined> {
  const { owner, repo, branch } = plan;
  try {
    const { data } = await rest.repos.getPages({ owner, repo });
    const served = data.source?.branch;
    if (served !== undefined && served !== branch) {
      const reason = `GitHub Pages of ${owner}/${repo} shows the branch ${served}: set the target’s branch to that, or change it in the repository’s settings`;
      throw new Refused({ state: 'rejected', reason });
    }
    return receiptOf(plan, data.html_url);
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

function receiptOf({ owner, repo }: PagesPlan, url: string | undefined): Receipt {
  return { remoteId: `pages:${owner}/${repo}`, ...(url !== undefined && { url }) };
}
