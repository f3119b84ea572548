import type { AttemptContext, LookUp, Receipt } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import { statusOf } from '../classify.ts';
import { connect, type GithubClient } from '../client.ts';
import type { DeletingStep } from '../plan.ts';

/** What is gone already counts as deleted. */
export async function executeDelete(context: AttemptContext, step: DeletingStep): Promise<Receipt> {
  const client = await connect(context, 'app' in step.plan ? step.plan : {});
  try {
    await remove(client, step);
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
    // GitHub says that of what this account may not delete, too.
    if (await isThere(client, step)) throw notAllowed(error);
  }
  return receiptOf(step);
}

export async function findDeleted(context: AttemptContext, step: DeletingStep): Promise<LookUp> {
  const client = await connect(context, 'app' in step.plan ? step.plan : {});
  return (await isThere(client, step)) ? { state: 'absent' } : { state: 'found', receipt: receiptOf(step) };
}

async function remove({ rest }: GithubClient, { kind, plan }: DeletingStep): Promise<void> {
  switch (kind) {
    case 'delete-release':
      await rest.repos.deleteRelease({ owner: plan.owner, repo: plan.repo, release_id: plan.releaseId });
      return;
    case 'delete-asset':
      await rest.repos.deleteReleaseAsset({ owner: plan.owner, repo: plan.repo, asset_id: plan.assetId });
      return;
    case 'delete-gist':
      await rest.gists.delete({ gist_id: plan.gistId });
  }
}

/** Throws where the repository can't be seen: a missing thing proves nothing then. */
async function isThere(client: GithubClient, step: DeletingStep): Promise<boolean> {
  try {
    await read(client, step);
    return true;
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
  }
  const { plan } = step;
  if ('repo' in plan) await client.rest.repos.get({ owner: plan.owner, repo: plan.repo });
  return false;
}

async function read({ rest }: GithubClient, { kind, plan }: DeletingStep): Promise<void> {
  switch (kind) {
    case 'delete-release':
      await rest.repos.getRelease({ owner: plan.owner, repo: plan.repo, release_id: plan.releaseId });
      return;
    case 'delete-asset':
      await rest.repos.getReleaseAsset({ owner: plan.owner, repo: plan.repo, asset_id: plan.assetId });
      return;
    case 'delete-gist':
      await rest.gists.get({ gist_id: plan.gistId });
  }
}

function notAllowed(cause: unknown): Refused {
  const reason =
    'it is there, and GitHub doesn’t let this account delete it: connect one that may, or delete it there';
  return new Refused({ state: 'rejected', reason }, { cause });
}

function receiptOf({ kind, plan }: DeletingStep): Receipt {
  if (kind === 'delete-gist') return { remoteId: plan.gistId };
  return { remoteId: String(kind === 'delete-release' ? plan.releaseId : plan.assetId) };
}
