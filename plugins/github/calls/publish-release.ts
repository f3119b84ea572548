import type { AttemptContext, LookUp, Receipt, Receipts } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import { problemText, statusOf } from '../classify.ts';
import { connect, type GithubClient } from '../client.ts';
import type { PublishPlan } from '../plan.ts';
import { draftReceiptOf } from './draft-receipt.ts';
import { type Release, releaseById } from './releases.ts';
import { commitOf, shortOf } from './repository.ts';

/** Makes the draft visible together with all its files. */
export async function executePublish(
  context: AttemptContext,
  plan: PublishPlan,
  earlier: Receipts,
): Promise<Receipt> {
  const { id, url, isDraft } = draftReceiptOf(earlier);
  const { owner, repo, tag } = plan;
  // Its files were added, and it was published before.
  if (!isDraft) return { remoteId: String(id), ...(url !== undefined && { url }) };
  const client = await connect(context, plan);
  await requireTag(client, plan, url);
  try {
    const { data } = await client.rest.repos.updateRelease({ owner, repo, release_id: id, draft: false });
    return receiptOf(data);
  } catch (error) {
    const reason = refusalOf(error, plan, url);
    if (reason) throw new Refused({ state: 'rejected', reason }, { cause: error });
    throw error;
  }

  function refusalOf(error: unknown, { tag: name }: PublishPlan, draftUrl = ''): string | undefined {
    if (statusOf(error) === 404)
      return `The draft of ${name} is no longer in ${owner}/${repo}: choose Discard, and publish it anew`;
    if (statusOf(error) !== 422) return undefined;
    const said = problemText(error);
    if (/already_exists/.test(said))
      return `The tag ${tag} has got another release in ${owner}/${repo} meanwhile. The draft with the files is at ${draftUrl}: publish it there under another tag, or choose Discard`;
    if (/used by an immutable release/.test(said))
      return `The tag ${tag} belonged to a release that could not be changed, and GitHub never lets such a tag be used again. The draft with the files is at ${draftUrl}: publish it there under another tag, or choose Discard`;
    return undefined;
  }
}

/** A tag that somebody has made meanwhile decides the commit of the release. */
async function requireTag(client: GithubClient, plan: PublishPlan, draftUrl = ''): Promise<void> {
  const { sha, tag } = plan;
  const tagged = sha === undefined ? undefined : await commitOf(client, plan, `tags/${tag}`);
  if (sha === undefined || tagged === undefined || tagged === sha) return;
  const reason = `The tag ${tag} is at ${shortOf(tagged)} now, and ${shortOf(sha)} was shown. The draft with the files is at ${draftUrl}: move the tag and choose Retry, or choose Discard`;
  throw new Refused({ state: 'rejected', reason });
}

export async function findPublish(
  context: AttemptContext,
  plan: PublishPlan,
  earlier: Receipts,
): Promise<LookUp> {
  const release = await releaseById(await connect(context, plan), plan, draftReceiptOf(earlier).id);
  return release && !release.draft ? { state: 'found', receipt: receiptOf(release) } : { state: 'absent' };
}

function receiptOf({ id, html_url }: Pick<Release, 'id' | 'html_url'>): Receipt {
  return { remoteId: String(id), url: html_url };
}
