import type { AttemptContext, LookUp, Receipt } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import { isRace, statusOf } from '../classify.ts';
import { connect, type GithubClient } from '../client.ts';
import type { CommitPlan } from '../plan.ts';
import { createBlob } from './blob.ts';

/** How often the commit is rebuilt because others committed meanwhile, within one attempt. */
const racesMax = 3;
const pagesMax = 5;
const perPage = 100;
/** Difference allowed between clocks. */
const skewMs = 5 * 60_000;

interface Head {
  sha: string;
  tree: string;
}
interface TreeEntry {
  path: string;
  mode: '100644';
  type: 'blob';
  sha?: string;
  content?: string;
}

/**
 * Blobs, tree and commit are content without effect; moving the branch is the one effect, and only from the commit it
 * was built on: a late first attempt and its repetition can't both land.
 */
export async function executeCommit(context: AttemptContext, plan: CommitPlan): Promise<Receipt> {
  const client = await connect(context, plan);
  const entries = await treeEntries(context, client, plan);
  for (let race = 0; race < racesMax; race++) {
    const landed = race === 0 ? undefined : await landedCommit(context, client, plan);
    if (landed === 'too-many')
      throw new Refused({ state: 'unknown', reason: `${plan.branch} moves too fast` });
    if (landed) return landed;
    const head = await headOf(client, plan, plan.branch);
    try {
      return await commitOnto(context, client, plan, entries, head);
    } catch (error) {
      if (!isRace(error)) throw error;
    }
  }
  const reason = `${plan.branch} of ${plan.owner}/${plan.repo} moved ${racesMax} times while the commit was made`;
  throw new Refused({ state: 'not-sent', reason });
}

export async function findCommit(context: AttemptContext, plan: CommitPlan): Promise<LookUp> {
  const client = await connect(context, plan);
  const receipt = await landedCommit(context, client, plan);
  if (receipt === 'too-many') {
    return { state: 'cannot-tell', why: `${plan.branch} has more than ${pagesMax * perPage} commits since` };
  }
  return receipt ? { state: 'found', receipt } : { state: 'absent' };
}

async function commitOnto(
  context: AttemptContext,
  { rest }: GithubClient,
  plan: CommitPlan,
  entries: TreeEntry[],
  head: Head | undefined,
): Promise<Receipt> {
  const { owner, repo, branch } = plan;
  const base = head ?? (await startOf({ rest }, plan));
  const tree = await rest.git.createTree({
    owner,
    repo,
    tree: entries,
    ...(base && { base_tree: base.tree }),
  });
  const commit = await rest.git.createCommit({
    owner,
    repo,
    message: plan.message,
    tree: tree.data.sha,
    parents: base ? [base.sha] : [],
    // The same in every attempt, so that on the same parent it is the same commit.
    author: { ...botName, date: new Date(context.firstAttemptAtMs).toISOString() },
  });
  const sha = commit.data.sha;
  if (head) await rest.git.updateRef({ owner, repo, ref: `heads/${branch}`, sha, force: false });
  else await rest.git.createRef({ owner, repo, ref: `refs/heads/${branch}`, sha });
  return { remoteId: sha, url: commit.data.html_url };
}

const botName = { name: 'guildmesh', email: 'guildmesh@users.noreply.github.com' };

async function treeEntries(
  context: AttemptContext,
  client: GithubClient,
  plan: CommitPlan,
): Promise<TreeEntry[]> {
  const entries: TreeEntry[] = [];
  for (const { path, text, cid, sizeBytes = 0 } of plan.files) {
    const entry = { path, mode: '100644', type: 'blob' } as const;
    if (cid === undefined) entries.push({ ...entry, content: text ?? '' });
    else entries.push({ ...entry, sha: await createBlob(context, client, plan, { cid, sizeBytes }) });
  }
  return entries;
}

/** What a branch that doesn't exist yet begins with. */
async function startOf(client: Pick<GithubClient, 'rest'>, plan: CommitPlan): Promise<Head | undefined> {
  const { startFrom, branch, owner, repo } = plan;
  if (startFrom === 'nothing') return undefined;
  const from = startFrom === 'refuse' ? branch : startFrom.branch;
  const head = startFrom === 'refuse' ? undefined : await headOf(client, plan, from);
  if (head) return head;
  const reason = `${owner}/${repo} has no branch ${from}, or this account may not see it: create it, or correct the target`;
  throw new Refused({ state: 'rejected', reason });
}

async function headOf(
  { rest }: Pick<GithubClient, 'rest'>,
  { owner, repo }: CommitPlan,
  branch: string,
): Promise<Head | undefined> {
  try {
    const { data: ref } = await rest.git.getRef({ owner, repo, ref: `heads/${branch}` });
    const { data: commit } = await rest.git.getCommit({ owner, repo, commit_sha: ref.object.sha });
    return { sha: commit.sha, tree: commit.tree.sha };
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

async function landedCommit(
  context: AttemptContext,
  { rest }: GithubClient,
  { owner, repo, branch, marker }: CommitPlan,
): Promise<Receipt | 'too-many' | undefined> {
  const trailer = new RegExp(`^Publication-Id: ${marker}$`, 'm');
  const since = new Date(context.firstAttemptAtMs - skewMs).toISOString();
  for (let page = 1; page <= pagesMax; page++) {
    const { data } = await rest.repos
      .listCommits({ owner, repo, sha: branch, since, per_page: perPage, page })
      .catch((error: unknown) => {
        // No such branch, or no commit at all.
        if (statusOf(error) === 404 || statusOf(error) === 409) return { data: [] };
        throw error;
      });
    const found = data.find(({ commit }) => trailer.test(commit.message));
    if (found) return { remoteId: found.sha, url: found.html_url };
    if (data.length < perPage) return undefined;
  }
  return 'too-many';
}
