import type { AttemptContext, LookUp, Receipt, Receipts, Retraction, Step } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import { beforeEffect } from '../shared/fate.ts';
import { Mastodon } from './client.ts';
import { payloadOf } from './payload.ts';

/** Its media go with it. Other servers are asked to delete their copies; not all do. */
export function retract(steps: readonly Step[], receipts: Receipts): Retraction {
  const post = steps.find(({ kind }) => kind === 'status');
  const receipt = post && receipts[post.id];
  if (!receipt) return { why: 'the hub doesn’t know which post it is' };
  const { instance } = payloadOf.status(post);
  const payload = { instance, statusId: receipt.remoteId };
  const summary = `Delete ${receipt.url ?? `post ${receipt.remoteId} at ${instance}`}`;
  return { steps: [{ id: 'delete', kind: 'delete', summary, payload, artifacts: [] }] };
}

export async function executeDelete(context: AttemptContext, step: Step): Promise<Receipt> {
  const { instance, statusId } = payloadOf.delete(step);
  const server = new Mastodon(context, instance);
  // The server says the same of a post that is gone and of one that isn't this account's.
  if (!(await server.delete(statusId)) && (await beforeEffect(() => server.status(statusId)))) {
    const reason = 'the post belongs to another account than the target has now: delete it there';
    throw new Refused({ state: 'rejected', reason });
  }
  return { remoteId: statusId };
}

export async function findDeleted(context: AttemptContext, step: Step): Promise<LookUp> {
  const { instance, statusId } = payloadOf.delete(step);
  const there = await beforeEffect(() => new Mastodon(context, instance).status(statusId));
  return there ? { state: 'absent' } : { state: 'found', receipt: { remoteId: statusId } };
}
