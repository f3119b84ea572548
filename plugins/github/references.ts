import type { Looked, ReferenceCare } from '#contracts/publisher.ts';
import { releaseOfTag } from './calls/releases.ts';
import { commitOf, missingBranch, shortOf } from './calls/repository.ts';
import { connect, type GithubClient } from './client.ts';
import type { GithubOptions } from './options.ts';
import { type ReleaseGround, releasePlanOf } from './plan.ts';
import { releaseTag, tagProblem } from './render/release-tag.ts';

type ReleaseOptions = Extract<GithubOptions, { kind: 'release' }>;

/**
 * A release is made from a commit. The commit that a branch or a tag stands for is looked up for the preview, and
 * becomes part of what is approved. Commits and Pages are added on top of the branch as it is then: that is their
 * purpose.
 */
export const references: ReferenceCare<GithubOptions> = {
  async look(context, content, options, settings) {
    if (options.kind !== 'release') return undefined;
    const tag = releaseTag(content, options, settings);
    // The preview already names what is wrong with it.
    if (tagProblem(tag)) return undefined;
    return lookedFor(await connect(context, options), options, tag);
  },

  foundIn: (steps) => releasePlanOf(steps)?.ground,
};

async function lookedFor(client: GithubClient, options: ReleaseOptions, tag: string): Promise<Looked> {
  const { ground, problems } = await groundFor(client, options, tag);
  return { found: { ...ground }, problems };
}

/**
 * What a release of this tag would be based on, and what prevents it. `tag`: undefined while it depends on a publication
 * that isn't there yet; then nothing is asked about it.
 */
export async function groundFor(
  client: GithubClient,
  options: ReleaseOptions,
  tag: string | undefined,
): Promise<{ ground: ReleaseGround; problems: string[] }> {
  const { owner, repo, target, whenMoved } = options;
  const { data } = await client.rest.repos.get({ owner, repo });
  const isCommit = target !== undefined && /^[0-9a-f]{40}$/.test(target);
  const branch = target ?? data.default_branch;
  const [head, tagged, sameBranch, release] = await Promise.all([
    isCommit ? target : commitOf(client, options, `heads/${branch}`),
    ...(tag === undefined
      ? []
      : ([
          commitOf(client, options, `tags/${tag}`),
          commitOf(client, options, `heads/${tag}`),
          releaseOfTag(client, { owner, repo, tag }),
        ] as const)),
  ]);
  const where = data.full_name;
  const problems = repositoryProblems(data);
  const notes: string[] = [];
  if (head === undefined) {
    const place = { owner, repo, defaultBranch: data.default_branch };
    problems.push(await missingBranch(client, place, branch, 'target'));
  }
  if (tagged !== undefined && head !== undefined && tagged !== head) {
    const stands = `The tag ${tag} exists at ${shortOf(tagged)}, and ${branch} is at ${shortOf(head)}`;
    if (target === undefined) notes.push(`${stands}: GitHub makes the release of the tag.`);
    else problems.push(`${stands}: ${passedOver}`);
  }
  if (sameBranch !== undefined)
    notes.push(
      `${tag} is the name of a branch, too: git takes the one or the other. Name one of them otherwise.`,
    );
  const inTheWay = release && releaseProblem(release, { tag, where, existing: options.existing });
  if (inTheWay) problems.push(inTheWay);
  else if (release) notes.push(`The files are added to the release that is there: ${release.html_url}`);
  const ground: ReleaseGround = {
    ref: refOf({ tag, tagged, branch, isCommit }),
    ...shaIf(whenMoved, tagged ?? head),
    notes,
  };
  return { ground, problems };
}

function refOf(at: {
  tag: string | undefined;
  tagged: string | undefined;
  branch: string;
  isCommit: boolean;
}): string {
  if (at.tagged !== undefined) return `tags/${at.tag}`;
  return at.isCommit ? 'commit' : `heads/${at.branch}`;
}

/** Approved with it where the target asks again once it has moved. */
function shaIf(whenMoved: ReleaseOptions['whenMoved'], sha: string | undefined): { sha?: string } {
  return sha !== undefined && whenMoved === 'ask' ? { sha } : {};
}

const passedOver =
  'GitHub would pass over the target in silence. Move or delete the tag, or take the target’s “target” away.';

function repositoryProblems(repository: {
  full_name: string;
  archived: boolean;
  permissions?: { push: boolean };
}): string[] {
  const { full_name: where, archived, permissions } = repository;
  return [
    ...(archived ? [`${where} is archived: unarchive it, or change the target.`] : []),
    ...(permissions && !permissions.push
      ? [`This account may not write to ${where}: give it write access, or use another token.`]
      : []),
  ];
}

/** Why the release that exists already prevents this one. */
function releaseProblem(
  release: { html_url: string; immutable?: boolean },
  { tag, where, existing }: { tag: string | undefined; where: string; existing: ReleaseOptions['existing'] },
): string | undefined {
  if (existing === 'refuse')
    return `The tag ${tag} already has a release (${release.html_url}): change the target’s tag, delete that release, or set the target’s “existing” to append.`;
  return release.immutable
    ? `The release of ${tag} is published, and ${where} forbids changes of published releases: publish under a new tag.`
    : undefined;
}
