import type { AttemptContext, Receipt, Receipts, Step } from '#contracts/publisher.ts';
import { executeAsset } from './calls/asset.ts';
import { executeCommit } from './calls/commit.ts';
import { executeDelete } from './calls/delete.ts';
import { executeGist } from './calls/gist.ts';
import { executePages } from './calls/pages.ts';
import { executePublish } from './calls/publish-release.ts';
import { executePullRequest } from './calls/pull-request.ts';
import { executeRelease } from './calls/release.ts';
import { planOf } from './plan.ts';

export async function execute(context: AttemptContext, step: Step, earlier: Receipts): Promise<Receipt> {
  const read = planOf(step);
  const { kind, plan } = read;
  switch (kind) {
    case 'commit':
      return executeCommit(context, plan);
    case 'pull-request':
      return executePullRequest(context, plan);
    case 'pages':
      return executePages(context, plan);
    case 'gist':
      return executeGist(context, plan);
    case 'release':
      return executeRelease(context, plan);
    case 'asset':
      return executeAsset(context, plan, earlier);
    case 'publish-release':
      return executePublish(context, plan, earlier);
    case 'delete-release':
    case 'delete-asset':
    case 'delete-gist':
      return executeDelete(context, read);
  }
}
