import type { TwitterApi } from 'twitter-api-v2';
import type { AttemptContext, Receipt } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import type { MediaPayload } from './payload.ts';

/** X takes 1,000 segments; 512 MiB are 128 of these. The library copies one about three times. */
const segmentBytes = 4 * 1024 * 1024;
const lifeMsIfUnsaid = 24 * 3_600_000;

interface MediaAnswer {
  data: {
    id: string;
    expires_after_secs?: number;
    processing_info?: { state?: string; error?: { message?: string } };
  };
}

/** Nobody sees uploaded media until a post names them, and they vanish after a day, so uploading again is harmless. */
export async function upload(
  context: AttemptContext,
  client: TwitterApi,
  media: MediaPayload,
): Promise<Receipt> {
  const { cid, category, sizeBytes } = media;
  const begun = await client.v2.post<MediaAnswer>('media/upload/initialize', {
    media_type: media.mediaType,
    media_category: category,
    total_bytes: sizeBytes,
  });
  const { id } = begun.data;
  let sentBytes = 0;
  let index = 0;
  for await (const segment of segmentsOf(context.artifacts.open(cid))) {
    context.signal.throwIfAborted();
    const body = { segment_index: index, media: segment };
    await client.v2.post(`media/upload/${id}/append`, body, { forceBodyMode: 'form-data' });
    index += 1;
    sentBytes += segment.byteLength;
    context.progress(sentBytes, sizeBytes);
  }
  const ended = await client.v2.post<MediaAnswer>(`media/upload/${id}/finalize`);
  const lifeMs = (ended.data.expires_after_secs ?? 0) * 1_000 || lifeMsIfUnsaid;
  return { remoteId: id, data: { expiresAtMs: context.nowMs() + lifeMs } };
}

/** Throws while X is still processing: the outbox retries, with growing pauses. */
export async function awaitProcessed(client: TwitterApi, mediaId: string): Promise<Receipt> {
  const answer = await client.v2.get<MediaAnswer>('media/upload', { command: 'STATUS', media_id: mediaId });
  const info = answer.data.processing_info;
  const state = info?.state ?? 'succeeded';
  if (state === 'succeeded') return { remoteId: mediaId };
  if (state === 'failed') {
    const why = info?.error?.message ?? 'without saying why';
    throw new Refused({
      state: 'rejected',
      reason: `X could not process the file (${why}): convert it to H.264 with AAC, 0.5 to 140 seconds`,
    });
  }
  throw new Refused({ state: 'not-sent', reason: 'X is still processing the file' });
}

async function* segmentsOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const segment = Buffer.alloc(segmentBytes);
  let filled = 0;
  for await (const chunk of bytes) {
    for (let taken = 0; taken < chunk.byteLength; ) {
      const part = chunk.subarray(taken, taken + segmentBytes - filled);
      segment.set(part, filled);
      taken += part.byteLength;
      filled += part.byteLength;
      if (filled === segmentBytes) {
        yield segment;
        filled = 0;
      }
    }
  }
  if (filled > 0) yield segment.subarray(0, filled);
}
