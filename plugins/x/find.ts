import type { TwitterApi } from 'twitter-api-v2';
import type { AttemptContext, LookUp, Receipts, Step } from '#contracts/publisher.ts';
import { withoutRequest } from './classify.ts';
import { accountId, readTimeline, withClient } from './client.ts';
import { type PostPayload, payloadOf } from './payload.ts';
import { postReceipt } from './receipt.ts';
import { findDeleted } from './retract.ts';
import { isSameText } from './same-text.ts';

/** X’s clock and ours differ. */
const earlierMs = 2 * 60_000;
const pagesMax = 5;

/** Uploads and alt texts are repeated instead: nobody sees them, or they change nothing the second time. */
export async function find(context: AttemptContext, step: Step, earlier: Receipts): Promise<LookUp> {
  if (step.kind !== 'post' && step.kind !== 'delete') return { state: 'absent' };
  try {
    if (step.kind === 'delete') return await findDeleted(context, step);
    const post = payloadOf.post(step);
    return await withClient(context, post.auth, (client) => findPost(context, client, post, earlier));
  } catch (error) {
    throw withoutRequest(error);
  }
}

/** Walks the account's timeline, by default since the first attempt. */
export async function findPost(
  context: AttemptContext,
  client: TwitterApi,
  post: PostPayload,
  earlier: Receipts,
  sinceMs = context.firstAttemptAtMs - earlierMs,
): Promise<LookUp> {
  const userId = await accountId(context, client, post.auth);
  const startTime = new Date(Math.floor(sinceMs)).toISOString();
  const head = earlier.post?.remoteId;
  let nextToken: string | undefined;
  for (let page = 0; page < pagesMax; page += 1) {
    const { data = [], meta } = await readTimeline(client, { userId, startTime, nextToken });
    const same = data.find((candidate) => belongs(candidate, post, head) && isSameText(post.text, candidate));
    if (same) return { state: 'found', receipt: postReceipt(context, same.id) };
    nextToken = meta?.next_token;
    if (!nextToken) return { state: 'absent' };
  }
  return { state: 'cannot-tell', why: `the account posted more than ${pagesMax * 100} times since` };
}

/** A part of a thread belongs to its head's conversation, a head to its own. */
function belongs(
  candidate: { id: string; conversation_id?: string },
  post: PostPayload,
  head: string | undefined,
): boolean {
  if (candidate.conversation_id === undefined) return true;
  return candidate.conversation_id === (post.replyTo ? head : candidate.id);
}
