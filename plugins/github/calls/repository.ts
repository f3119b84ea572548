import { statusOf } from '../classify.ts';
import type { GithubClient } from '../client.ts';
import type { RepoPlan } from '../options.ts';

type Repo = Pick<RepoPlan, 'owner' | 'repo'>;

/** The commit that `heads/main` or `tags/v1` stands for; for an annotated tag its target. Undefined: there is none. */
export async function commitOf(
  { rest }: GithubClient,
  { owner, repo }: Repo,
  ref: string,
): Promise<string | undefined> {
  try {
    const { object } = (await rest.git.getRef({ owner, repo, ref })).data;
    if (object.type !== 'tag') return object.sha;
    return (await rest.git.getTag({ owner, repo, tag_sha: object.sha })).data.object.sha;
  } catch (error) {
    // 409: no commit at all yet.
    if (statusOf(error) === 404 || statusOf(error) === 409) return undefined;
    throw error;
  }
}

/** Why a branch that a target names doesn't exist, and what to set instead. */
export async function missingBranch(
  client: GithubClient,
  repository: Repo & { defaultBranch: string },
  branch: string,
  option: string,
): Promise<string> {
  const { owner, repo, defaultBranch } = repository;
  const where = `${owner}/${repo}`;
  if ((await commitOf(client, repository, `heads/${defaultBranch}`)) === undefined)
    return `${where} has no commit yet: make a first one there.`;
  const isTag = (await commitOf(client, repository, `tags/${branch}`)) !== undefined;
  const but = isTag ? `${branch} is a tag there` : `its default branch is ${defaultBranch}`;
  return `${where} has no branch ${branch}; ${but}: set the target’s “${option}” to ${defaultBranch}, or make the branch.`;
}

export function shortOf(sha: string): string {
  return sha.slice(0, 7);
}
