import type { AttemptContext, LookUp, Receipt } from '#contracts/publisher.ts';
import { Refused } from '#contracts/transport.ts';
import { problemText, statusOf } from '../classify.ts';
import { connect, type GithubClient } from '../client.ts';
import type { ReleasePlan } from '../plan.ts';

const pagesMax = 3;
const perPage = 100;

interface Release {
  id: number;
  html_url: string;
  upload_url: string;
  body?: string | null;
}

/** The tag is the key: GitHub makes no second release for it. Drafts have none, and are told by the marker. */
export async function executeRelease(context: AttemptContext, plan: ReleasePlan): Promise<Receipt> {
  const client = await connect(context, plan);
  const { owner, repo, tag, target, name, body, draft, prerelease } = plan;
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
    if (statusOf(error) !== 422 || !/already_exists/.test(problemText(error))) throw error;
    const landed = await landedRelease(client, plan);
    if (landed) return landed;
    const reason = `The tag ${tag} already has a release in ${owner}/${repo}: change the target’s tag, or delete that release`;
    throw new Refused({ state: 'rejected', reason }, { cause: error });
  }
}

export async function findRelease(context: AttemptContext, plan: ReleasePlan): Promise<LookUp> {
  const receipt = await landedRelease(await connect(context, plan), plan);
  return receipt ? { state: 'found', receipt } : { state: 'absent' };
}

async function landedRelease(client: GithubClient, plan: ReleasePlan): Promise<Receipt | undefined> {
  const release = plan.draft ? await draftWithMarker(client, plan) : await releaseOfTag(client, plan);
  const isOurs = release?.body?.includes(`Publication-Id: ${plan.marker}`);
  return release && isOurs ? receiptOf(release) : undefined;
}

async function releaseOfTag({ rest }: GithubClient, plan: ReleasePlan): Promise<Release | undefined> {
  const { owner, repo, tag } = plan;
  try {
    return (await rest.repos.getReleaseByTag({ owner, repo, tag })).data;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

async function draftWithMarker({ rest }: GithubClient, plan: ReleasePlan): Promise<Release | undefined> {
  const { owner, repo, marker } = plan;
  for (let page = 1; page <= pagesMax; page++) {
    const { data } = await rest.repos.listReleases({ owner, repo, per_page: perPage, page });
    const found = data.find(({ body }) => body?.includes(`Publication-Id: ${marker}`));
    if (found || data.length < perPage) return found;
  }
  return undefined;
}

function receiptOf(release: Release): Receipt {
  return {
    remoteId: String(release.id),
    url: release.html_url,
    // Ends in a template: "{?name,label}".
    data: { uploadUrl: release.upload_url.replace(/\{.*$/, '') },
  };
}
