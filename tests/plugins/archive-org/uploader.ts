/** A process of its own, so that its memory is the upload's: uploads one file and tells the RSS on stdout. */
import { createReadStream, statSync } from 'node:fs';
import type { ArtifactReader, MediaReference } from '#contracts/publisher.ts';
import { archiveOrg as archiveOrgPlugin } from '#plugins/archive-org/index.ts';
import { archiveOrgOptions } from '#plugins/archive-org/options.ts';
import { itemReceiptData } from '#plugins/archive-org/payload.ts';
import { assembled } from '#publishing/publishers.ts';
import { attemptAt, key } from '../compliance/attempt.ts';
import { delivered, measuredUpload } from '../compliance/measured-upload.ts';

const archiveOrg = await assembled(archiveOrgPlugin);

const [path = '', s3Url = '', metadataUrl = ''] = process.argv.slice(2);
const artifacts: ArtifactReader = {
  open: (cid, startBytes = 0) =>
    createReadStream(path, { start: startBytes, ...(cid === 'small' && { end: 65_535 }) }),
  read: () => Promise.reject(new Error('it must be streamed')),
};

async function upload(
  cid: string,
  sizeBytes: number,
  progress: (sentBytes: number) => void,
): Promise<string> {
  const media: MediaReference = { cid, name: `${cid}.bin`, mediaType: 'application/octet-stream', sizeBytes };
  const { steps } = archiveOrg.render(
    { title: 'Large', body: '', tags: [], media: [media] },
    archiveOrgOptions.parse({ kind: 'item', project: 'large' }),
    { key, createdAtMs: 0 },
  );
  const context = attemptAt(
    { addresses: { s3Url, metadataUrl, webUrl: s3Url } },
    { credentials: { accessKey: 'access', secretKey: 'secret' }, artifacts, context: { progress } },
  );
  const [step] = steps;
  if (!step) throw new Error('no step');
  const receipt = await delivered(archiveOrg, context, step, {});
  return itemReceiptData.parse(receipt.data).files[0]?.md5 ?? '';
}

await upload('small', 65_536, () => {});
const measured = await measuredUpload((progress) => upload('large', statSync(path).size, progress));
process.stdout.write(JSON.stringify(measured));
