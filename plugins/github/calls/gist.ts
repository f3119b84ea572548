import type { AttemptContext, LookUp, Receipt } from '#contracts/publisher.ts';
import { connect } from '../client.ts';
import type { GistPlan } from '../plan.ts';
import { gistFileBytesMax } from '../render/gist.ts';

const pagesMax = 3;
const perPage = 100;
/** Difference allowed between clocks. */
const skewMs = 5 * 60_000;

/** GitHub has no key for gists: only the marker in the description identifies them. */
export async function executeGist(context: AttemptContext, plan: GistPlan): Promise<Receipt> {
  const files: Record<string, { content: string }> = {};
  for (const { path, text, cid } of plan.files) {
    const bytes = cid === undefined ? undefined : await context.artifacts.read(cid, gistFileBytesMax);
    files[path] = { content: bytes ? new TextDecoder().decode(bytes) : (text ?? '') };
  }
  const { rest } = await connect(context, {});
  const { data } = await rest.gists.create({ description: plan.description, public: plan.public, files });
  return receiptOf(data);
}

export async function findGist(context: AttemptContext, plan: GistPlan): Promise<LookUp> {
  const { rest } = await connect(context, {});
  const since = new Date(context.firstAttemptAtMs - skewMs).toISOString();
  for (let page = 1; page <= pagesMax; page++) {
    const { data } = await rest.gists.list({ since, per_page: perPage, page });
    const found = data.find(({ description }) => description?.includes(plan.marker));
    if (found) return { state: 'found', receipt: receiptOf(found) };
    if (data.length < perPage) return { state: 'absent' };
  }
  return { state: 'cannot-tell', why: `the account has made more than ${pagesMax * perPage} gists since` };
}

function receiptOf(gist: { id?: string; html_url?: string }): Receipt {
  return { remoteId: gist.id ?? '', ...(gist.html_url !== undefined && { url: gist.html_url }) };
}
