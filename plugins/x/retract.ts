import type { TwitterApi } from 'twitter-api-v2';
import type { AttemptContext, LookUp, Receipt, Receipts, Retraction, Step } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import { isThere, withClient } from './client.ts';
import { library } from './library.ts';
import { payloadOf } from './payload.ts';

/** The last part of a thread first: until the end its head leads to what is left. */
export function retract(steps: readonly Step[], receipts: Receipts): Retraction {
  const posts = steps.filter(({ kind }) => kind === 'post').reverse();
  const made = posts.map((post): Step => {
    const { remoteId: postId = '', url = '' } = receipts[post.id] ?? {};
    const payload = { auth: payloadOf.post(post).auth, postId };
    const summary = `Delete ${url}`.trim();
    return { id: `delete-${post.id}`, kind: 'delete', summary, payload, artifacts: [] };
  });
  return made.every(({ payload }) => payload.postId !== '') && made.length > 0
    ? { steps: made }
    : { why: 'the hub doesn’t know which post it is' };
}

export async function deletePost(context: AttemptContext, step: Step): Promise<Receipt> {
  const { auth, postId } = payloadOf.delete(step);
  return withClient(context, auth, (client) => remove(client, postId), 'tweet.write');
}

export async function findDeleted(context: AttemptContext, step: Step): Promise<LookUp> {
  const { auth, postId } = payloadOf.delete(step);
  return withClient(context, auth, async (client): Promise<LookUp> => {
    const there = await isThere(client, postId).catch(goneIsFalse);
    return there ? { state: 'absent' } : { state: 'found', receipt: { remoteId: postId } };
  });
}

async function remove(client: TwitterApi, postId: string): Promise<Receipt> {
  const removed = await client.v2
    .delete<{ data?: { deleted?: boolean } }>(`tweets/${postId}`)
    .then(({ data }) => data?.deleted === true, goneIsTrue);
  if (removed) return { remoteId: postId };
  throw new Refused({ state: 'unknown', reason: 'X doesn’t say that the post was deleted' });
}

function goneIsTrue(error: unknown): true {
  if (isGone(error)) return true;
  throw error;
}

function goneIsFalse(error: unknown): false {
  if (isGone(error)) return false;
  throw error;
}

function isGone(error: unknown): boolean {
  return error instanceof library().ApiResponseError && error.code === 404;
}
