import type { Json, Step } from '#contracts/publisher.ts';
import type { RepoPlan } from './options.ts';

/** Payloads of the steps, as `render` writes them and `execute` and `find` read them. */
export interface PlannedFile {
  path: string;
  /** Exactly one of the two. */
  text?: string;
  cid?: string;
  sizeBytes?: number;
}

export interface CommitPlan extends RepoPlan {
  branch: string;
  /** The branch to start from when there is none: another branch, nothing at all, or refuse. */
  startFrom: { branch: string } | 'nothing' | 'refuse';
  message: string;
  marker: string;
  files: PlannedFile[];
}

export interface PullRequestPlan extends RepoPlan {
  head: string;
  base: string;
  title: string;
  body: string;
}

export interface PagesPlan extends RepoPlan {
  branch: string;
}

export interface GistPlan {
  description: string;
  public: boolean;
  marker: string;
  files: PlannedFile[];
}

export interface ReleasePlan extends RepoPlan {
  tag: string;
  target?: string;
  name: string;
  body: string;
  marker: string;
  prerelease: boolean;
  draft: boolean;
}

export interface AssetPlan extends RepoPlan {
  name: string;
  label: string;
  mediaType: string;
  sizeBytes: number;
  cid: string;
}

export type GithubStep =
  | { kind: 'commit'; plan: CommitPlan }
  | { kind: 'pull-request'; plan: PullRequestPlan }
  | { kind: 'pages'; plan: PagesPlan }
  | { kind: 'gist'; plan: GistPlan }
  | { kind: 'release'; plan: ReleasePlan }
  | { kind: 'asset'; plan: AssetPlan };

export function planOf(step: Step): GithubStep {
  return { kind: step.kind, plan: step.payload } as unknown as GithubStep;
}

/** A plan holds JSON only; optional fields that are absent are left out, so that equal plans have equal hashes. */
export function payloadOf(plan: GithubStep['plan']): { readonly [key: string]: Json } {
  return JSON.parse(JSON.stringify(plan));
}
