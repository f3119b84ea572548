import type { CommitOperation, CommitOutput } from '@huggingface/hub';
import type { AttemptContext, Receipt, Step } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import { ArtifactBlob } from './artifact-blob.ts';
import { isRace, isUnderWay, statusOf } from './classify.ts';
import { connect, type HubClient } from './client.ts';
import { lookAt, repositoryReceipt } from './find.ts';
import { library } from './library.ts';
import { type CommitPlan, type CreatePlan, planOf } from './plan.ts';

/** How often the commit is rebuilt because others committed meanwhile, within one attempt. */
const racesMax = 3;

export async function execute(context: AttemptContext, step: Step): Promise<Receipt> {
  return step.kind === 'repository'
    ? create(context, planOf.repository(step))
    : commit(context, planOf.commit(step));
}

async function create(context: AttemptContext, plan: CreatePlan): Promise<Receipt> {
  const client = connect(context);
  const { type, name, visibility, sdk, license } = plan;
  try {
    await library().createRepo({
      ...client,
      repo: { type, name },
      visibility,
      ...(sdk && { sdk }),
      ...(license && { license }),
    });
  } catch (error) {
    // The repository exists, as intended; the commit shows whether this token may write.
    if (statusOf(error) !== 409 || isUnderWay(error)) throw error;
  }
  return repositoryReceipt(client, plan);
}

/**
 * Uploads without effect, then one commit onto the head that was read: the Hub refuses it when the head has moved, so a
 * late first attempt and its repetition can't both land.
 */
async function commit(context: AttemptContext, plan: CommitPlan): Promise<Receipt> {
  const client = connect(context);
  for (let race = 0; race < racesMax; race++) {
    const seen = await lookAt(client, context, plan);
    if (seen.landed) return seen.landed;
    try {
      return receiptOf(client, plan, await commitOnto(context, client, plan, seen.head));
    } catch (error) {
      if (!isRace(error)) throw error;
    }
  }
  const reason = `${plan.branch} of ${plan.name} moved ${racesMax} times while the commit was made`;
  throw new Refused({ state: 'not-sent', reason });
}

async function commitOnto(
  context: AttemptContext,
  client: HubClient,
  plan: CommitPlan,
  head: string | undefined,
): Promise<CommitOutput> {
  const totalBytes = plan.files.reduce((sum, { sizeBytes = 0 }) => sum + sizeBytes, 0);
  const sent = new Map<string, number>();
  const events = library().commitIter({
    ...client,
    repo: { type: plan.type, name: plan.name },
    branch: plan.branch,
    title: plan.title,
    operations: plan.files.map((file) => operationOf(context, file)),
    ...(head && { parentCommit: head }),
    abortSignal: context.signal,
    // A second way of uploading, through another host with another token, without a gain at this size.
    useXet: false,
  });
  for (;;) {
    const { done, value } = await events.next();
    if (done) {
      if (value) return value;
      throw new Error('Hugging Face gave no commit');
    }
    if (value.event !== 'fileProgress' || value.state !== 'uploading') continue;
    const file = plan.files.find(({ path }) => path === value.path);
    sent.set(value.path, Math.round(value.progress * (file?.sizeBytes ?? 0)));
    context.progress(
      [...sent.values()].reduce((sum, bytes) => sum + bytes, 0),
      totalBytes,
    );
  }
}

function operationOf(context: AttemptContext, file: CommitPlan['files'][number]): CommitOperation {
  const { path, text, cid, sizeBytes = 0 } = file;
  const content =
    cid === undefined ? new Blob([text ?? '']) : new ArtifactBlob(context.artifacts, cid, 0, sizeBytes);
  return { operation: 'addOrUpdate', path, content };
}

function receiptOf(client: HubClient, plan: CommitPlan, { commit: made }: CommitOutput): Receipt {
  const folder = plan.type === 'model' ? '' : `${plan.type}s/`;
  return { remoteId: made.oid, url: `${client.hubUrl}/${folder}${plan.name}/commit/${made.oid}` };
}
