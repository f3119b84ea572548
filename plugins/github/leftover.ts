import type { LeftoverCare, Receipts, Step } from '#contracts/publisher.ts';
import { draftReceiptOf } from './calls/draft-receipt.ts';
import { type Release, releaseById, releaseWhere } from './calls/releases.ts';
import { connect, type GithubClient } from './client.ts';
import { type ReleasePlan, releasePlanOf } from './plan.ts';

/** A draft that was made for a release, and never published. */
export const leftover: LeftoverCare = {
  of(steps, receipts) {
    const plan = releasePlanOf(steps);
    if (!plan?.draft || !receipts.release || isThrough(steps, receipts)) return undefined;
    const { url, isDraft, isAdopted } = draftReceiptOf(receipts);
    if (!isDraft || isAdopted) return undefined;
    const what = `a draft of release ${plan.tag} in ${plan.owner}/${plan.repo}`;
    return { what, ...(url !== undefined && { url }) };
  },

  async remove(context, steps, receipts) {
    const plan = releasePlanOf(steps);
    if (!plan?.draft) return;
    const client = await connect(context, plan);
    const draft = await ownDraft(client, plan, receipts);
    const { owner, repo } = plan;
    // Somebody may have published it by hand, and people use it.
    if (draft?.draft) await client.rest.repos.deleteRelease({ owner, repo, release_id: draft.id });
  },
};

/** Found by its marker if the answer that named it was lost. */
async function ownDraft(
  client: GithubClient,
  plan: ReleasePlan,
  receipts: Receipts,
): Promise<Release | undefined> {
  if (!receipts.release)
    return releaseWhere(
      client,
      plan,
      ({ body }) => body?.includes(`Publication-Id: ${plan.marker}`) ?? false,
    );
  const { id, isAdopted } = draftReceiptOf(receipts);
  return isAdopted ? undefined : releaseById(client, plan, id);
}

function isThrough(steps: readonly Step[], receipts: Receipts): boolean {
  return steps.every(({ id }) => receipts[id] !== undefined);
}
