import type { AttemptContext, Receipt, Receipts, Step } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import { remoteIdOf } from '../shared/earlier-receipts.ts';
import { Mastodon } from './client.ts';
import { payloadOf } from './payload.ts';
import { statusReceipt } from './receipt.ts';
import { executeDelete } from './retract.ts';

/** One effect per step: a medium uploaded, or the status posted under its key. */
export async function execute(context: AttemptContext, step: Step, earlier: Receipts): Promise<Receipt> {
  if (step.kind === 'media') {
    const media = payloadOf.media(step);
    const { id } = await new Mastodon(context, media.instance).upload(context, media);
    return { remoteId: id };
  }
  if (step.kind === 'media-ready') {
    const { instance, media } = payloadOf.mediaReady(step);
    const mediaId = remoteIdOf(earlier, media);
    if (await new Mastodon(context, instance).isProcessed(mediaId)) return { remoteId: mediaId };
    // The outbox retries, with growing pauses.
    throw new Refused({ state: 'not-sent', reason: 'the server is still processing the file' });
  }
  if (step.kind === 'delete') return executeDelete(context, step);
  const status = payloadOf.status(step);
  const mediaIds = status.media.map((id) => remoteIdOf(earlier, id));
  return statusReceipt(await new Mastodon(context, status.instance).post(status, mediaIds, context.stepKey));
}
