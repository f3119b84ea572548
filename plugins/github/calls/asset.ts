import type { AttemptContext, LookUp, Receipt, Receipts } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import { AnswerError } from '../classify.ts';
import { connect, type GithubClient } from '../client.ts';
import type { AssetPlan } from '../plan.ts';
import { draftReceiptOf } from './draft-receipt.ts';

const pagesMax = 10;
const perPage = 100;

interface Asset {
  id: number;
  name: string;
  state: string;
  size: number;
  digest?: string | null;
  browser_download_url: string;
}

/**
 * Streams one file to the release. An interrupted upload leaves an asset in the state `starter` under the name: that
 * one is deleted and the file sent again, from its beginning, because GitHub has no way to continue.
 */
export async function executeAsset(
  context: AttemptContext,
  plan: AssetPlan,
  earlier: Receipts,
): Promise<Receipt> {
  const client = await connect(context, plan);
  const { owner, repo } = plan;
  const present = await assetNamed(client, plan, draftReceiptOf(earlier).id);
  const isWhole = present?.state === 'uploaded';
  if (isWhole && (!plan.replace || holdsBytesOf(present, plan))) return adopted(present, plan, earlier);
  // Half an upload, or another file under this name that the target allows to replace.
  if (present) await client.rest.repos.deleteReleaseAsset({ owner, repo, asset_id: present.id });

  const response = await context.http.send({
    method: 'POST',
    url: uploadUrl(client, plan, earlier),
    headers: { ...client.headers, 'content-type': plan.mediaType || 'application/octet-stream' },
    body: context.artifacts.open(plan.cid),
    bodyBytes: plan.sizeBytes,
    onProgress: (sentBytes) => context.progress(sentBytes, plan.sizeBytes),
  });
  if (response.status !== 201) throw await AnswerError.of(response, 'POST');
  return receiptOf((await response.json()) as Asset, earlier);
}

export async function findAsset(
  context: AttemptContext,
  plan: AssetPlan,
  earlier: Receipts,
): Promise<LookUp> {
  const client = await connect(context, plan);
  const present = await assetNamed(client, plan, draftReceiptOf(earlier).id);
  if (present?.state !== 'uploaded') return { state: 'absent' };
  if (plan.replace && !holdsBytesOf(present, plan)) return { state: 'absent' };
  return { state: 'found', receipt: adopted(present, plan, earlier) };
}

async function assetNamed(
  { rest }: GithubClient,
  { owner, repo, name }: AssetPlan,
  releaseId: number,
): Promise<Asset | undefined> {
  for (let page = 1; page <= pagesMax; page++) {
    const asked = { owner, repo, release_id: releaseId, per_page: perPage, page };
    const { data } = await rest.repos.listReleaseAssets(asked);
    const found = data.find((asset) => asset.name === name);
    if (found || data.length < perPage) return found;
  }
  return undefined;
}

function holdsBytesOf({ digest, size }: Asset, { cid, sizeBytes }: AssetPlan): boolean {
  return digest ? digest === `sha256:${cid}` : size === sizeBytes;
}

function adopted(asset: Asset, plan: AssetPlan, earlier: Receipts): Receipt {
  if (holdsBytesOf(asset, plan)) return receiptOf(asset, earlier);
  const reason = `The release already has another ${plan.name}: rename the file, delete the one that is there, or set the target’s “existing” to replace-assets`;
  throw new Refused({ state: 'rejected', reason });
}

/** The token is sent along, so only to the API's own origin or GitHub's known host for uploads. */
function uploadUrl({ apiUrl }: GithubClient, { name }: AssetPlan, earlier: Receipts): string {
  const given = earlier.release?.data?.uploadUrl;
  const url = typeof given === 'string' ? URL.parse(given) : null;
  const api = new URL(apiUrl).origin;
  const known = api === 'https://api.github.com' ? [api, 'https://uploads.github.com'] : [api];
  if (!url || !known.includes(url.origin)) {
    const reason = 'GitHub named an unknown address for uploads: look at the release’s upload_url';
    throw new Refused({ state: 'rejected', reason });
  }
  url.searchParams.set('name', name);
  return url.href;
}

/** People are led to the release, whichever of its files came last. */
function receiptOf(asset: Asset, earlier: Receipts): Receipt {
  const url = earlier.release?.url ?? asset.browser_download_url;
  return { remoteId: String(asset.id), url, data: { downloadUrl: asset.browser_download_url } };
}
