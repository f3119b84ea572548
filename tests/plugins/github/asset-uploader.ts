/** A process of its own, so that its memory is the upload's: sends one file to a release and tells the RSS on stdout. */
import { createReadStream, statSync } from 'node:fs';
import type { ArtifactReader, Receipt } from '#contracts/publisher.ts';
import { github as githubPlugin } from '#plugins/github/index.ts';
import { githubOptions } from '#plugins/github/options.ts';
import { assembled } from '#publishing/publishers.ts';
import { attemptAt, key } from '../compliance/attempt.ts';
import { delivered, measuredUpload } from '../compliance/measured-upload.ts';

const github = await assembled(githubPlugin);

const [path = '', cid = '', apiUrl = ''] = process.argv.slice(2);
const sizeBytes = statSync(path).size;
const smallBytes = new Uint8Array(65_536);
const artifacts: ArtifactReader = {
  open: (asked, startBytes = 0) =>
    asked === cid ? createReadStream(path, { start: startBytes }) : yielding(smallBytes),
  read: () => Promise.reject(new Error('it must be streamed')),
};

async function* yielding(bytes: Uint8Array) {
  yield bytes;
}

const media = [
  // First a small one: what is loaded and warmed up by it is no cost of the large one.
  {
    cid: '0'.repeat(64),
    name: 'small.bin',
    mediaType: 'application/octet-stream',
    sizeBytes: smallBytes.length,
  },
  { cid, name: 'large.bin', mediaType: 'application/octet-stream', sizeBytes },
];
const { steps, problems } = github.render(
  { title: 'Large', body: 'A large file.', tags: ['v1.0'], media },
  githubOptions.parse({ kind: 'release', owner: 'north', repo: 'site' }),
  { key, createdAtMs: 0 },
);
if (problems.length > 0) throw new Error(problems.join(' '));

const receipts: Record<string, Receipt> = {};
async function send(progress: (sentBytes: number) => void): Promise<Receipt> {
  const step = steps[Object.keys(receipts).length];
  if (!step) throw new Error('no step is left');
  const context = attemptAt(
    { addresses: { apiUrl } },
    { credentials: { token: 'a-token' }, artifacts, context: { progress } },
  );
  const receipt = await delivered(github, context, step, receipts);
  receipts[step.id] = receipt;
  return receipt;
}

const large = steps.findIndex(({ artifacts: [file] }) => file?.cid === cid);
while (Object.keys(receipts).length < large) await send(() => {});
process.stdout.write(JSON.stringify(await measuredUpload(send)));
