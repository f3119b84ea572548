import type { TwitterApi } from 'twitter-api-v2';
import type { AttemptContext, Receipt, Receipts, Step } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import { remoteIdOf } from '../shared/earlier-receipts.ts';
import { classify, isDuplicate, withoutRequest } from './classify.ts';
import { withClient } from './client.ts';
import { findPost } from './find.ts';
import { library } from './library.ts';
import { type PostPayload, payloadOf } from './payload.ts';
import { postReceipt } from './receipt.ts';
import { deletePost } from './retract.ts';
import { awaitProcessed, upload } from './upload.ts';

/** Media that expire this soon might be gone when the post names them. */
const mediaMarginMs = 5 * 60_000;

/** How old a post may be for X to refuse the same text. Not documented. */
const duplicatesLookedBackMs = 7 * 86_400_000;

/** One effect per step: a medium uploaded, its alt text set, or one post. */
export async function execute(context: AttemptContext, step: Step, earlier: Receipts): Promise<Receipt> {
  try {
    return await run(context, step, earlier);
  } catch (error) {
    throw withoutRequest(error);
  }
}

function run(context: AttemptContext, step: Step, earlier: Receipts): Promise<Receipt> {
  if (step.kind === 'media') {
    const media = payloadOf.media(step);
    return withClient(context, media.auth, (client) => upload(context, client, media), 'media.write');
  }
  if (step.kind === 'media-ready') {
    const { auth, media } = payloadOf.mediaReady(step);
    return withClient(
      context,
      auth,
      (client) => awaitProcessed(client, remoteIdOf(earlier, media)),
      'media.write',
    );
  }
  if (step.kind === 'alt-text') {
    const { auth, media, text } = payloadOf.altText(step);
    return withClient(
      context,
      auth,
      (client) => setAltText(client, remoteIdOf(earlier, media), text),
      'media.write',
    );
  }
  if (step.kind === 'delete') return deletePost(context, step);
  const post = payloadOf.post(step);
  return withClient(context, post.auth, (client) => send(context, client, post, earlier), 'tweet.write');
}

async function setAltText(client: TwitterApi, mediaId: string, text: string): Promise<Receipt> {
  await client.v2.post('media/metadata', { id: mediaId, metadata: { alt_text: { text } } });
  return { remoteId: mediaId };
}

async function send(
  context: AttemptContext,
  client: TwitterApi,
  post: PostPayload,
  earlier: Receipts,
): Promise<Receipt> {
  refuseExpiredMedia(context, post, earlier);
  try {
    const answer = await client.v2.post<{ data: { id: string } }>('tweets', bodyOf(post, earlier));
    return postReceipt(context, answer.data.id);
  } catch (error) {
    // Near-proof that an earlier attempt landed: use what is there, however late the timeline shows it.
    if (isDuplicate(error) && context.attempt > 1) {
      const found = await findPost(context, client, post, earlier);
      if (found.state === 'found') return found.receipt;
      // A post from before the first attempt is also why that one was refused.
      const sinceMs = context.firstAttemptAtMs - duplicatesLookedBackMs;
      const older = await findPost(context, client, post, earlier, sinceMs);
      if (older.state === 'found') throw partial(error, post);
      const reason = 'X refuses it as a duplicate, and the timeline doesn’t show it yet';
      throw new Refused({ state: 'unknown', reason, saysThere: true });
    }
    throw partial(error, post);
  }
}

function bodyOf(post: PostPayload, earlier: Receipts): object {
  const mediaIds = post.media.map((step) => remoteIdOf(earlier, step));
  return {
    ...(post.text !== '' && { text: post.text }),
    ...(mediaIds.length > 0 && { media: { media_ids: mediaIds } }),
    ...(post.replyTo && { reply: { in_reply_to_tweet_id: remoteIdOf(earlier, post.replyTo) } }),
    ...(post.replySettings && { reply_settings: post.replySettings }),
    ...(post.madeWithAi && { made_with_ai: true }),
  };
}

/** Its steps are done and won't run again: only a new publication uploads the media again. */
function refuseExpiredMedia(context: AttemptContext, post: PostPayload, earlier: Receipts): void {
  const ends = post.media
    .map((step) => earlier[step]?.data?.expiresAtMs)
    .filter((end) => typeof end === 'number');
  if (ends.every((end) => end - mediaMarginMs > context.nowMs())) return;
  const reason = 'X has dropped the uploaded media in the meantime: discard this delivery and publish again';
  throw new Refused({ state: 'rejected', reason });
}

/** X restricts replies of apps: posted parts stay, and the head is never posted again. */
function partial(error: unknown, post: PostPayload): unknown {
  const fate = classify(error);
  const refused = error instanceof library().ApiResponseError && error.code === 403;
  if (!post.replyTo || !refused || fate.state === 'out-of-budget') return error;
  const left = post.partCount - post.part + 1;
  const reason = `${fate.reason} (posted are ${post.part - 1} of ${post.partCount} parts, ${left} left out)`;
  return new Refused({ state: 'rejected', reason });
}
