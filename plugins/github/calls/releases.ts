import { statusOf } from '../classify.ts';
import type { GithubClient } from '../client.ts';
import type { RepoPlan } from '../options.ts';

/** Newest first: a draft that was made for a publication is not far down. */
const pagesMax = 3;
const perPage = 100;

export interface Release {
  id: number;
  tag_name: string;
  html_url: string;
  upload_url: string;
  draft: boolean;
  body?: string | null;
  /** Published in a repository that forbids changes of published releases. */
  immutable?: boolean;
}

type Tagged = Pick<RepoPlan, 'owner' | 'repo'> & { tag: string };

/** The published one: GitHub doesn't find drafts by their tag. */
export async function releaseOfTag({ rest }: GithubClient, plan: Tagged): Promise<Release | undefined> {
  const { owner, repo, tag } = plan;
  return unlessGone(async () => (await rest.repos.getReleaseByTag({ owner, repo, tag })).data);
}

export function releaseById(
  { rest }: GithubClient,
  { owner, repo }: Pick<RepoPlan, 'owner' | 'repo'>,
  id: number,
): Promise<Release | undefined> {
  return unlessGone(async () => (await rest.repos.getRelease({ owner, repo, release_id: id })).data);
}

export async function releaseWhere(
  client: GithubClient,
  plan: Pick<RepoPlan, 'owner' | 'repo'>,
  wanted: (release: Release) => boolean,
): Promise<Release | undefined> {
  for await (const page of pagesOf(client, plan)) {
    const found = page.find(wanted);
    if (found) return found;
  }
  return undefined;
}

export async function draftsOfTag(client: GithubClient, plan: Tagged): Promise<Release[]> {
  const drafts: Release[] = [];
  for await (const page of pagesOf(client, plan))
    drafts.push(...page.filter(({ draft, tag_name }) => draft && tag_name === plan.tag));
  return drafts;
}

async function* pagesOf(
  { rest }: GithubClient,
  { owner, repo }: Pick<RepoPlan, 'owner' | 'repo'>,
): AsyncGenerator<Release[]> {
  for (let page = 1; page <= pagesMax; page++) {
    const { data } = await rest.repos.listReleases({ owner, repo, per_page: perPage, page });
    yield data;
    if (data.length < perPage) return;
  }
}

async function unlessGone<Found>(read: () => Promise<Found>): Promise<Found | undefined> {
  try {
    return await read();
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}
