import type { AttemptContext, LookUp, Receipts, Step } from '#contracts/publisher.ts';
import { beforeEffect } from '../shared/fate.ts';
import { ArchiveOrg } from './client.ts';
import { fileReceipt, metadataReceipt } from './execute.ts';
import { metadataPatch } from './metadata-patch.ts';
import { filePayloadOf, metadataPayloadOf, savePagePayloadOf } from './payload.ts';
import { holds } from './records.ts';
import { md5Of } from './upload-body.ts';

/**
 * Records lag by minutes, so `absent` may mean "not shown yet". That is harmless here: the same bytes under the same
 * name, the same metadata, and the same page within the hour have one result.
 */
export async function find(context: AttemptContext, step: Step, earlier: Receipts): Promise<LookUp> {
  const archive = new ArchiveOrg(context);
  if (step.kind === 'save-page') return findCapture(archive, context, step);
  if (step.kind === 'metadata') return findMetadata(archive, step, earlier);
  return findFile(archive, context, step, earlier);
}

async function findFile(
  archive: ArchiveOrg,
  context: AttemptContext,
  step: Step,
  earlier: Receipts,
): Promise<LookUp> {
  const payload = filePayloadOf(step);
  const record = await archive.readItem(payload.identifier);
  const mine = !payload.owned || record?.metadata?.['publication-id'] === context.key;
  // The cheap check first: our file must be read only if the item has one of this name.
  if (!mine || !record?.files?.some(({ name }) => name === payload.name)) return { state: 'absent' };
  const md5 = await beforeEffect(() => md5Of(context, step));
  if (!holds(record, { name: payload.name, md5, sizeBytes: payload.sizeBytes })) return { state: 'absent' };
  return { state: 'found', receipt: fileReceipt(archive, payload, md5, earlier) };
}

async function findMetadata(archive: ArchiveOrg, step: Step, earlier: Receipts): Promise<LookUp> {
  const payload = metadataPayloadOf(step);
  const record = await archive.readItem(payload.identifier);
  if (!record || metadataPatch(record, payload.metadata).length > 0) return { state: 'absent' };
  return { state: 'found', receipt: metadataReceipt(archive, payload.identifier, earlier) };
}

async function findCapture(archive: ArchiveOrg, context: AttemptContext, step: Step): Promise<LookUp> {
  const { url } = savePagePayloadOf(step);
  const capture = await archive.readCapture(url, context.firstAttemptAtMs);
  if (!capture) return { state: 'absent' };
  const receipt = {
    remoteId: url,
    url: archive.captureUrl(capture),
    data: { timestamp: capture.timestamp, url: capture.url },
  };
  return { state: 'found', receipt };
}
