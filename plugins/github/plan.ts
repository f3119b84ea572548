import { z } from 'zod';
import type { Json, Step } from '#contracts/publisher.ts';
import { stepReader, unreadable } from '../shared/step-codec.ts';

/** Payloads of the steps, as `render` writes them and `execute` and `find` read them. */
const plannedFile = z.object({
  path: z.string(),
  /** Exactly one of the two. */
  text: z.string().exactOptional(),
  cid: z.string().exactOptional(),
  sizeBytes: z.number().exactOptional(),
});
export type PlannedFile = z.output<typeof plannedFile>;

/** Names a repository in steps; see `RepoPlan`. */
const repoPlan = z.object({
  owner: z.string(),
  repo: z.string(),
  app: z.object({ id: z.number(), installationId: z.number() }).exactOptional(),
});

const commitPlan = repoPlan.extend({
  branch: z.string(),
  /** The branch to start from when there is none: another branch, nothing at all, or refuse. */
  startFrom: z.union([z.object({ branch: z.string() }), z.literal('nothing'), z.literal('refuse')]),
  message: z.string(),
  marker: z.string(),
  files: z.array(plannedFile),
});
export type CommitPlan = z.output<typeof commitPlan>;

const pullRequestPlan = repoPlan.extend({
  head: z.string(),
  base: z.string(),
  title: z.string(),
  body: z.string(),
});
export type PullRequestPlan = z.output<typeof pullRequestPlan>;

const pagesPlan = repoPlan.extend({ branch: z.string() });
export type PagesPlan = z.output<typeof pagesPlan>;

const gistPlan = z.object({
  description: z.string(),
  public: z.boolean(),
  marker: z.string(),
  files: z.array(plannedFile),
});
export type GistPlan = z.output<typeof gistPlan>;

/** The commit of a release, as looked up for the preview. */
export const releaseGround = z.object({
  /** `heads/main`, `tags/v1`, or `commit` where the target names one. */
  ref: z.string(),
  /** Absent: whatever `ref` stands for when it is sent. */
  sha: z.string().exactOptional(),
  /** Notes for people. */
  notes: z.array(z.string()),
});
export type ReleaseGround = z.output<typeof releaseGround>;

const releasePlan = repoPlan.extend({
  tag: z.string(),
  target: z.string().exactOptional(),
  name: z.string(),
  body: z.string(),
  marker: z.string(),
  prerelease: z.boolean(),
  /** Where files follow it is a draft, and the step `publish` makes it visible. */
  draft: z.boolean(),
  /** What to do with a release or draft that has the tag already. Absent: refuse when GitHub does. */
  existing: z.enum(['refuse', 'append', 'replace-assets']).exactOptional(),
  /** `ask`: what was shown and approved is for that commit. Absent: nobody looked it up. */
  whenMoved: z.enum(['ask', 'follow']).exactOptional(),
  ground: releaseGround.exactOptional(),
});
export type ReleasePlan = z.output<typeof releasePlan>;

const assetPlan = repoPlan.extend({
  name: z.string(),
  label: z.string(),
  mediaType: z.string(),
  sizeBytes: z.number(),
  cid: z.string(),
  /** It replaces another file under this name. */
  replace: z.boolean().exactOptional(),
});
export type AssetPlan = z.output<typeof assetPlan>;

const publishPlan = repoPlan.extend({
  tag: z.string(),
  /** The commit that was shown. */
  sha: z.string().exactOptional(),
});
export type PublishPlan = z.output<typeof publishPlan>;

const deleteReleasePlan = repoPlan.extend({ releaseId: z.number() });
export type DeleteReleasePlan = z.output<typeof deleteReleasePlan>;

const deleteAssetPlan = repoPlan.extend({ assetId: z.number(), name: z.string() });
export type DeleteAssetPlan = z.output<typeof deleteAssetPlan>;

const deleteGistPlan = z.object({ gistId: z.string() });
export type DeleteGistPlan = z.output<typeof deleteGistPlan>;

export type GithubStep =
  | { kind: 'commit'; plan: CommitPlan }
  | { kind: 'pull-request'; plan: PullRequestPlan }
  | { kind: 'pages'; plan: PagesPlan }
  | { kind: 'gist'; plan: GistPlan }
  | { kind: 'release'; plan: ReleasePlan }
  | { kind: 'asset'; plan: AssetPlan }
  | { kind: 'publish-release'; plan: PublishPlan }
  | DeletingStep;
export type DeletingStep =
  | { kind: 'delete-release'; plan: DeleteReleasePlan }
  | { kind: 'delete-asset'; plan: DeleteAssetPlan }
  | { kind: 'delete-gist'; plan: DeleteGistPlan };

const readers = {
  commit: stepReader(commitPlan),
  pullRequest: stepReader(pullRequestPlan),
  pages: stepReader(pagesPlan),
  gist: stepReader(gistPlan),
  release: stepReader(releasePlan),
  asset: stepReader(assetPlan),
  publish: stepReader(publishPlan),
  deleteRelease: stepReader(deleteReleasePlan),
  deleteAsset: stepReader(deleteAssetPlan),
  deleteGist: stepReader(deleteGistPlan),
};

export function planOf(step: Step): GithubStep {
  const { kind } = step;
  switch (kind) {
    case 'commit':
      return { kind, plan: readers.commit(step) };
    case 'pull-request':
      return { kind, plan: readers.pullRequest(step) };
    case 'pages':
      return { kind, plan: readers.pages(step) };
    case 'gist':
      return { kind, plan: readers.gist(step) };
    case 'release':
      return { kind, plan: readers.release(step) };
    case 'asset':
      return { kind, plan: readers.asset(step) };
    case 'publish-release':
      return { kind, plan: readers.publish(step) };
    case 'delete-release':
      return { kind, plan: readers.deleteRelease(step) };
    case 'delete-asset':
      return { kind, plan: readers.deleteAsset(step) };
    case 'delete-gist':
      return { kind, plan: readers.deleteGist(step) };
    default:
      throw unreadable(step);
  }
}

/** The release among these steps; undefined where there is none, or none that this version can read. */
export function releasePlanOf(steps: readonly Step[]): ReleasePlan | undefined {
  const step = steps.find(({ kind }) => kind === 'release');
  return step && releasePlan.safeParse(step.payload).data;
}

/** A plan holds JSON only; optional fields that are absent are left out, so that equal plans have equal hashes. */
export function payloadOf(plan: GithubStep['plan']): { readonly [key: string]: Json } {
  return JSON.parse(JSON.stringify(plan));
}
