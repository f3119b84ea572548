import type { AttemptContext, Receipt, Receipts, Step } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import { beforeEffect } from '../shared/fate.ts';
import { ArchiveOrg } from './client.ts';
import { metadataPatch } from './metadata-patch.ts';
import {
  type FilePayload,
  filePayloadOf,
  type ItemReceiptData,
  itemReceiptData,
  metadataPayloadOf,
  savePagePayloadOf,
} from './payload.ts';
import { holds, type ItemRecord } from './records.ts';
import { md5Of } from './upload-body.ts';

export async function execute(context: AttemptContext, step: Step, earlier: Receipts): Promise<Receipt> {
  const archive = new ArchiveOrg(context);
  if (step.kind === 'save-page') return savePage(archive, step, context.firstAttemptAtMs);
  if (step.kind === 'metadata') return writeMetadata(archive, step, earlier);
  return uploadFile(archive, context, step, earlier);
}

async function uploadFile(
  archive: ArchiveOrg,
  context: AttemptContext,
  step: Step,
  earlier: Receipts,
): Promise<Receipt> {
  const payload = filePayloadOf(step);
  const record = await archive.readItem(payload.identifier);
  checkOwner(record, payload, context.key);
  const md5 = await beforeEffect(() => md5Of(context, step));
  const file = { name: payload.name, md5, sizeBytes: payload.sizeBytes };
  if (!holds(record, file)) {
    await archive.checkLimit(payload.identifier);
    await archive.sendFile(context, step, md5);
  }
  return fileReceipt(archive, payload, md5, earlier);
}

/** Names are global: an item of this name without our marker belongs to another publication. */
export function checkOwner(record: ItemRecord | undefined, payload: FilePayload, key: string): void {
  if (record?.is_dark) {
    throw new Refused({
      state: 'rejected',
      reason: `archive.org has taken ${payload.identifier} down`,
    });
  }
  if (!payload.owned || record === undefined || record.metadata?.['publication-id'] === key) return;
  throw new Refused({
    state: 'rejected',
    reason: `the identifier ${payload.identifier} is taken; change the target’s project or item name`,
  });
}

export function fileReceipt(
  archive: ArchiveOrg,
  payload: FilePayload,
  md5: string,
  earlier: Receipts,
): Receipt {
  const { identifier, name, sizeBytes, owned } = payload;
  const data: ItemReceiptData = {
    identifier,
    files: [...filesOf(earlier), { name, md5, sizeBytes }],
    owned,
    stage: 'accepted',
  };
  return { remoteId: `${identifier}/${name}`, url: archive.detailsUrl(identifier), data };
}

export function metadataReceipt(archive: ArchiveOrg, identifier: string, earlier: Receipts): Receipt {
  const data: ItemReceiptData = { identifier, files: filesOf(earlier), owned: false, stage: 'accepted' };
  return { remoteId: identifier, url: archive.detailsUrl(identifier), data };
}

async function writeMetadata(archive: ArchiveOrg, step: Step, earlier: Receipts): Promise<Receipt> {
  const payload = metadataPayloadOf(step);
  const record = await archive.readItem(payload.identifier);
  if (!record) throw new Refused({ state: 'not-sent', reason: 'the item isn’t ready yet' });
  const patch = metadataPatch(record, payload.metadata);
  if (patch.length > 0) await archive.sendMetadata(payload, patch);
  return metadataReceipt(archive, payload.identifier, earlier);
}

async function savePage(archive: ArchiveOrg, step: Step, sinceMs: number): Promise<Receipt> {
  const payload = savePagePayloadOf(step);
  const jobId = await archive.sendSavePage(payload);
  return { remoteId: payload.url, data: { jobId, url: payload.url, sinceMs: Math.floor(sinceMs) } };
}

/** Files of all earlier steps: the list in the last receipt, as each extends the one before. */
function filesOf(earlier: Receipts): ItemReceiptData['files'] {
  const lists = Object.values(earlier).flatMap(({ data }) => {
    const parsed = itemReceiptData.safeParse(data);
    return parsed.success ? [parsed.data.files] : [];
  });
  return lists.sort((a, b) => a.length - b.length).at(-1) ?? [];
}
