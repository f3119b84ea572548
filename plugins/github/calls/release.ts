import type { AttemptContext, LookUp, Receipt } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import { problemText, statusOf } from '../classify.ts';
import { connect, type GithubClient } from '../client.ts';
import type { ReleasePlan } from '../plan.ts';
import { requireGround } from './release-ground.ts';
import { draftsOfTag, type Release, releaseOfTag, releaseWhere } from './releases.ts';

/**
 * With files to come it is a draft: nobody sees it, and nobody is notified, before the last step publishes it. GitHub
 * publishes no second release for a tag; drafts have no tag yet, and are recognised by the marker in their notes.
 */
export async function executeRelease(context: AttemptContext, plan: ReleasePlan): Promise<Receipt> {
  const client = await connect(context, plan);
  await requireGround(context, client, plan);
  // Checked before gigabytes are uploaded to a draft that could never be published.
  const present = plan.existing === undefined ? undefined : await presentRelease(client, plan);
  if (present) return present;
  const { owner, repo, tag, name, body, draft, prerelease, ground } = plan;
  const target = ground?.sha ?? plan.target;
  try {
    const { data } = await client.rest.repos.createRelease({
      owner,
      repo,
      tag_name: tag,
      name,
      body,
      draft,
      prerelease,
      ...(target && { target_commitish: target }),
    });
    return receiptOf(data);
  } catch (error) {
    const taken = statusOf(error) === 422 && /already_exists/.test(problemText(error));
    const landed = taken ? await landedRelease(client, plan) : undefined;
    if (landed) return receiptOf(landed);
    throw taken ? takenTag(plan, error) : error;
  }
}

export async function findRelease(context: AttemptContext, plan: ReleasePlan): Promise<LookUp> {
  const landed = await landedRelease(await connect(context, plan), plan);
  return landed ? { state: 'found', receipt: receiptOf(landed) } : { state: 'absent' };
}

function isOurs({ body }: Release, { marker }: ReleasePlan): boolean {
  return body?.includes(`Publication-Id: ${marker}`) ?? false;
}

async function landedRelease(client: GithubClient, plan: ReleasePlan): Promise<Release | undefined> {
  if (plan.draft) return releaseWhere(client, plan, (release) => isOurs(release, plan));
  const release = await releaseOfTag(client, plan);
  return release && isOurs(release, plan) ? release : undefined;
}

/** What exists for the tag already: ours, one to add files to, or one in the way. */
async function presentRelease(client: GithubClient, plan: ReleasePlan): Promise<Receipt | undefined> {
  const { owner, repo, tag, existing } = plan;
  const published = await releaseOfTag(client, plan);
  if (published && isOurs(published, plan)) return receiptOf(published);
  if (existing === 'refuse') {
    if (published) throw takenTag(plan);
    return undefined;
  }
  const drafts = published ? [] : await draftsOfTag(client, plan);
  const ours = drafts.find((draft) => isOurs(draft, plan));
  if (ours) return receiptOf(ours);
  if (drafts.length > 1) {
    const reason = `${owner}/${repo} has ${drafts.length} drafts for ${tag}: delete all but the one to fill`;
    throw new Refused({ state: 'rejected', reason });
  }
  const present = published ?? drafts[0];
  if (!present) return undefined;
  if (present.immutable) {
    const reason = `The release of ${tag} in ${owner}/${repo} is published, and that repository forbids changes of published releases: publish under a new tag`;
    throw new Refused({ state: 'rejected', reason });
  }
  return receiptOf(present, true);
}

function takenTag({ owner, repo, tag }: ReleasePlan, cause?: unknown): Refused {
  const reason = `The tag ${tag} already has a release in ${owner}/${repo}: change the target’s tag, delete that release, or set the target’s “existing” to append`;
  return new Refused({ state: 'rejected', reason }, { cause });
}

function receiptOf(release: Release, adopted = false): Receipt {
  return {
    remoteId: String(release.id),
    url: release.html_url,
    data: {
      // Ends in a template: "{?name,label}".
      uploadUrl: release.upload_url.replace(/\{.*$/, ''),
      draft: release.draft,
      // Somebody else's, which only gets our files: never ours to delete.
      ...(adopted && { adopted }),
    },
  };
}
