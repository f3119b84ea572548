import type { AttemptContext, LookUp, Receipts, Step } from '#contracts/publisher.ts';
import { findAsset } from './calls/asset.ts';
import { findCommit } from './calls/commit.ts';
import { findDeleted } from './calls/delete.ts';
import { findGist } from './calls/gist.ts';
import { findPages } from './calls/pages.ts';
import { findPublish } from './calls/publish-release.ts';
import { findPullRequest } from './calls/pull-request.ts';
import { findRelease } from './calls/release.ts';
import { planOf } from './plan.ts';

export async function find(context: AttemptContext, step: Step, earlier: Receipts): Promise<LookUp> {
  const read = planOf(step);
  const { kind, plan } = read;
  switch (kind) {
    case 'commit':
      return findCommit(context, plan);
    case 'pull-request':
      return findPullRequest(context, plan);
    case 'pages':
      return findPages(context, plan);
    case 'gist':
      return findGist(context, plan);
    case 'release':
      return findRelease(context, plan);
    case 'asset':
      return findAsset(context, plan, earlier);
    case 'publish-release':
      return findPublish(context, plan, earlier);
    case 'delete-release':
    case 'delete-asset':
    case 'delete-gist':
      return findDeleted(context, read);
  }
}
