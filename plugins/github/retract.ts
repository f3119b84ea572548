import type { Receipts, Retraction, Step } from '#contracts/publisher.ts';
import { draftReceiptOf } from './calls/draft-receipt.ts';
import { type DeletingStep, payloadOf, planOf, type ReleasePlan } from './plan.ts';

/** What a commit has changed stays in the history: GitHub itself offers to revert it. */
const whyOfOthers: Readonly<Record<string, string>> = {
  commit: 'a commit stays in the branch’s history; revert it, or remove the files, at GitHub',
  pages: 'a page is a commit, which stays in the branch’s history; remove the file at GitHub',
  'pull-request': 'a pull request stays, closed or open; close it at GitHub',
};

export function retract(steps: readonly Step[], receipts: Receipts): Retraction {
  const plans = steps.map((step) => ({ id: step.id, ...planOf(step) }));
  const gist = plans.find(({ kind }) => kind === 'gist');
  const gistId = gist && receipts[gist.id]?.remoteId;
  if (gistId) return { steps: [stepOf('Delete the gist', { kind: 'delete-gist', plan: { gistId } })] };
  const release = plans.find((one) => one.kind === 'release');
  if (release?.kind === 'release') return ofRelease(release.plan, steps, receipts);
  const why = plans.map(({ kind }) => whyOfOthers[kind]).findLast((each) => each !== undefined);
  return { why: why ?? 'the hub doesn’t know what it is there' };
}

/** A release that was there before keeps everything but our files. */
function ofRelease(plan: ReleasePlan, steps: readonly Step[], receipts: Receipts): Retraction {
  const { owner, repo, app, tag } = plan;
  const place = { owner, repo, ...(app && { app }) };
  const { id: releaseId, isAdopted } = draftReceiptOf(receipts);
  if (!isAdopted) {
    const summary = `Delete release ${tag} in ${owner}/${repo} with its files; the tag ${tag} stays`;
    return { steps: [stepOf(summary, { kind: 'delete-release', plan: { ...place, releaseId } })] };
  }
  const deleting = steps.flatMap((step) => {
    const read = planOf(step);
    const assetId = Number(receipts[step.id]?.remoteId);
    if (read.kind !== 'asset' || !Number.isSafeInteger(assetId)) return [];
    const { name } = read.plan;
    const summary = `Delete file ${name} of release ${tag} in ${owner}/${repo}`;
    return [stepOf(summary, { kind: 'delete-asset', plan: { ...place, assetId, name } }, `delete:${name}`)];
  });
  if (deleting.length > 0) return { steps: deleting };
  return { why: 'it added nothing to a release that was there before' };
}

function stepOf(summary: string, { kind, plan }: DeletingStep, id = 'delete'): Step {
  return { id, kind, summary, payload: payloadOf(plan), artifacts: [] };
}
