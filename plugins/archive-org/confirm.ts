import type { AttemptContext, Confirmation, Receipt, Step } from '#contracts/publisher.ts';
import { isPermanent, reasonOf } from './classify.ts';
import { ArchiveOrg } from './client.ts';
import { itemReceiptData } from './payload.ts';
import { holds } from './records.ts';

/** `accepted` becomes `confirmed` when archive.org's own record shows every file with its size and md5. */
export async function confirm(context: AttemptContext, step: Step, receipt: Receipt): Promise<Confirmation> {
  const archive = new ArchiveOrg(context);
  return step.kind === 'save-page' ? confirmCapture(archive, receipt) : confirmItem(archive, receipt);
}

async function confirmItem(archive: ArchiveOrg, receipt: Receipt): Promise<Confirmation> {
  const data = itemReceiptData.parse(receipt.data);
  const record = await archive.readItem(data.identifier);
  if (!record) return { state: 'pending' };
  if (record.is_dark) return { state: 'failed', reason: `archive.org has taken ${data.identifier} down` };
  if (!data.files.every((file) => holds(record, file))) return { state: 'pending' };
  return { state: 'confirmed', receipt: { ...receipt, data: { ...data, stage: 'confirmed' } } };
}

async function confirmCapture(archive: ArchiveOrg, receipt: Receipt): Promise<Confirmation> {
  const { jobId, url, sinceMs } = receipt.data ?? {};
  // Found in the index: there is nothing left to wait for.
  if (typeof jobId !== 'string') return { state: 'confirmed', receipt };
  const job = await archive.readJob(jobId);
  if (job.status === 'success' && job.timestamp) {
    const capture = { timestamp: job.timestamp, url: job.original_url ?? String(url) };
    return { state: 'confirmed', receipt: { ...receipt, url: archive.captureUrl(capture) } };
  }
  if (job.status === 'pending') return { state: 'pending' };
  // Jobs are forgotten after about an hour; the index isn't.
  const capture = await archive.readCapture(String(url), Number(sinceMs));
  if (capture) return { state: 'confirmed', receipt: { ...receipt, url: archive.captureUrl(capture) } };
  const advice = isPermanent(job) ? 'choose another page' : 'it may work later: publish the page again';
  return { state: 'failed', reason: `${reasonOf(job)}; ${advice}` };
}
