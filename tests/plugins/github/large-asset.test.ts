import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { Receipt } from '#contracts/publisher.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import type { UploadReport } from '../compliance/measured-upload.ts';
import { openFakeGithub } from './fake-github.ts';
import type { FakeAsset } from './fake-repository.ts';

const mebi = 1024 * 1024;
/** Just below 2 GiB, GitHub's limit, by LARGE_UPLOAD_MIB=2048; less by default, as what is measured doesn't grow. */
const sizeMiB = Number(process.env.LARGE_UPLOAD_MIB ?? 192);
const sizeBytes = sizeMiB * mebi - 1;
const extraRssMiBMax = 80;

test(`a file of ${sizeMiB} MiB goes to a release, the half of it that a break left is deleted first`, {
  timeout: 240_000,
}, async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'large.bin');
  const file = await open(path, 'w');
  await file.truncate(sizeBytes);
  await file.close();
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  const cid = hash.digest('hex');

  const github = await openFakeGithub();
  try {
    const half: FakeAsset = { id: 500, name: 'large.bin', state: 'starter', size: 0, digest: '' };
    // The release, the small file, then the large one.
    github.server.expectFaults({
      2: {
        kind: 'break-off',
        afterBytes: 32 * mebi,
        leave: () => github.repository.releases[0]?.assets.push(half),
      },
    });
    const words = [join(import.meta.dirname, 'asset-uploader.ts'), path, cid, github.server.url];
    const { stdout } = await promisify(execFile)(process.execPath, words);
    const report = JSON.parse(stdout) as UploadReport<Receipt>;
    process.stderr.write(`release asset of ${sizeMiB} MiB: ${stdout}\n`);

    const [release] = github.repository.releases;
    expect(release?.assets.map(({ name, state, size, digest }) => [name, state, size, digest])).toEqual([
      ['small.bin', 'uploaded', 65_536, expect.any(String)],
      ['large.bin', 'uploaded', sizeBytes, `sha256:${cid}`],
    ]);
    expect(
      github.server.requests.filter(({ method }) => method === 'DELETE').map(({ path: at }) => at),
    ).toEqual([expect.stringMatching(/\/releases\/assets\/500$/)]);
    expect(github.violations()).toEqual([]);
    expect(report.lastSentBytes).toBe(sizeBytes);
    expect(report.restartCount).toBe(1);
    expect(report.progressCount).toBeGreaterThan(1_000);
    expect(report.extraRssMiB).toBeLessThanOrEqual(extraRssMiBMax);
  } finally {
    await github.close();
  }
});
