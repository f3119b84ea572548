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

/** `tag`: undefined while it depends on a publication that isn't there yet; then nothing is asked about it. */
export async function lookedFor(
  client: GithubClient,
  options: ReleaseOptions,
  tag: string | undefined,
): Promise<Looked> {
  const { owner, repo, target, existing, whenMoved } = options;
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
  const problems: string[] = [];
  const notes: string[] = [];
  if (data.archived) problems.push(`${where} is archived: unarchive it, or change the target.`);
  if (data.permissions && !data.permissions.push)
    problems.push(`This account may not write to ${where}: give it write access, or use another token.`);
  if (head === undefined)
    problems.push(
      await missingBranch(client, { owner, repo, defaultBranch: data.default_branch }, branch, 'target'),
    );
  if (tagged !== undefined && head !== undefined && tagged !== head) {
    const stands = `The tag ${tag} exists at ${shortOf(tagged)}, and ${branch} is at ${shortOf(head)}`;
    if (target === undefined) notes.push(`${stands}: GitHub makes the release of the tag.`);
    else
      problems.push(
        `${stands}: GitHub would pass over the target in silence. Move or delete the tag, or take the target’s “target” away.`,
      );
  }
  if (sameBranch !== undefined)
    notes.push(
      `${tag} is the name of a branch, too: git takes the one or the other. Name one of them otherwise.`,
    );
  if (release && existing === 'refuse')
    problems.push(
      `The tag ${tag} already has a release (${release.html_url}): change the target’s tag, delete that release, or set the target’s “existing” to append.`,
    );
  else if (release?.immutable)
    problems.push(
      `The release of ${tag} is published, and ${where} forbids changes of published releases: publish under a new tag.`,
    );
  else if (release) notes.push(`The files are added to the release that is there: ${release.html_url}`);
  const sha = tagged ?? head;
  const ground: ReleaseGround = {
    ref: tagged === undefined ? (isCommit ? 'commit' : `heads/${branch}`) : `tags/${tag}`,
    ...(sha !== undefined && whenMoved === 'ask' && { sha }),
    notes,
  };
  return { found: { ...ground }, problems };
}
