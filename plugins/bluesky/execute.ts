import type { AttemptContext, Receipt, Receipts, Step } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import { leftNoReceipt } from '../shared/earlier-receipts.ts';
import { beforeEffect } from '../shared/fate.ts';
import { XrpcRefusal } from './classify.ts';
import { Pds, postCollection, type StoredRecord } from './client.ts';
import { type PostPayload, payloadOf } from './payload.ts';

/** One effect per step: a picture uploaded, or the post written under its key. */
export async function execute(context: AttemptContext, step: Step, earlier: Receipts): Promise<Receipt> {
  if (step.kind === 'image') {
    const image = payloadOf.image(step);
    const blob = await new Pds(context, image.service).upload(context, image);
    return { remoteId: image.cid, data: { blob } };
  }
  const post = payloadOf.post(step);
  const pds = new Pds(context, post.service);
  const did = await beforeEffect(() => pds.did());
  const record = await beforeEffect(() => recordOf(pds, post, earlier, context.nowMs()));
  try {
    return postReceipt(await pds.putPost(did, post.rkey, record));
  } catch (error) {
    if (!(error instanceof XrpcRefusal) || error.errorName !== 'InvalidSwap') throw error;
    // Nobody else makes this key: an earlier attempt has landed.
    const there = await pds.post(did, post.rkey);
    if (there) return postReceipt(there);
    const reason = 'the server says that there is such a record, and doesn’t show it yet';
    throw new Refused({ state: 'unknown', reason, saysThere: true });
  }
}

/** "at://did:plc:abc/app.bsky.feed.post/3k…" → https://bsky.app/profile/did:plc:abc/post/3k… */
export function postReceipt({ uri, cid }: StoredRecord): Receipt {
  const [, did, rkey] = /^at:\/\/(did:[^/]+)\/[^/]+\/([^/]+)$/.exec(uri) ?? [];
  const url = did && rkey ? `https://bsky.app/profile/${did}/post/${rkey}` : undefined;
  return { remoteId: uri, ...(url && { url }), data: { cid } };
}

async function recordOf(pds: Pds, post: PostPayload, earlier: Receipts, nowMs: number): Promise<object> {
  const images = post.images.map(({ step, alt }) => ({ image: blobOf(earlier, step), alt }));
  const facets = await facetsOf(pds, post);
  return {
    $type: postCollection,
    text: post.text,
    // Feeds sort by it: the instant of sending, however long ago the post was written.
    createdAt: new Date(nowMs).toISOString(),
    ...(facets.length > 0 && { facets }),
    ...(images.length > 0 && { embed: { $type: 'app.bsky.embed.images', images } }),
    ...(post.card && { embed: { $type: 'app.bsky.embed.external', external: post.card } }),
    ...(post.language && { langs: [post.language] }),
  };
}

/** A handle that nobody has stays plain text. */
async function facetsOf(pds: Pds, { facets }: PostPayload): Promise<object[]> {
  const resolved: object[] = [];
  for (const { byteStart, byteEnd, kind, value } of facets) {
    const feature = kind === 'mention' ? await mention(pds, value) : featureOf(kind, value);
    if (feature) resolved.push({ index: { byteStart, byteEnd }, features: [feature] });
  }
  return resolved;
}

async function mention(pds: Pds, handle: string): Promise<object | undefined> {
  const did = await pds.didOfHandle(handle.toLowerCase());
  return did === undefined ? undefined : { $type: 'app.bsky.richtext.facet#mention', did };
}

function featureOf(kind: 'link' | 'tag', value: string): object {
  return kind === 'link'
    ? { $type: 'app.bsky.richtext.facet#link', uri: value }
    : { $type: 'app.bsky.richtext.facet#tag', tag: value };
}

function blobOf(earlier: Receipts, step: string): unknown {
  const blob = earlier[step]?.data?.blob;
  if (blob) return blob;
  throw leftNoReceipt(step);
}
