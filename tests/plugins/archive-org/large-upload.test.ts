import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import type { UploadReport } from '../compliance/measured-upload.ts';

const mebi = 1024 * 1024;
/** 2 GiB by LARGE_UPLOAD_MIB=2048; less by default, as what is measured doesn't grow with it. */
const sizeMiB = Number(process.env.LARGE_UPLOAD_MIB ?? 256);
const extraRssMiBMax = 80;

test(`${sizeMiB} MiB stream with at most ${extraRssMiBMax} MiB of memory, and start again after a break`, {
  timeout: 180_000,
}, async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'large.bin');
  const file = await open(path, 'w');
  await file.truncate(sizeMiB * mebi);
  await file.close();
  const arrived: { bytes: number; md5: string; chunked: boolean }[] = [];
  let largeCount = 0;
  const server = createServer(async (request, response) => {
    if (request.method !== 'PUT')
      return void response.end(request.url?.includes('check_limit') ? '{"over_limit":0}' : '{}');
    const isLarge = Number(request.headers['content-length']) > mebi;
    if (isLarge) largeCount += 1;
    const hash = createHash('md5');
    let bytes = 0;
    for await (const chunk of request) {
      hash.update(chunk);
      bytes += chunk.length;
      // The first time, the connection breaks: the rest is never read.
      if (largeCount === 1 && bytes > 32 * mebi) return;
    }
    arrived.push({
      bytes,
      md5: hash.digest('hex'),
      chunked: request.headers['transfer-encoding'] !== undefined,
    });
    response.end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const uploader = join(import.meta.dirname, 'uploader.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [uploader, path, url, url]);
    const report = JSON.parse(stdout) as UploadReport<string>;
    process.stderr.write(`upload of ${sizeMiB} MiB: ${stdout}\n`);
    expect(arrived.at(-1)).toEqual({ bytes: sizeMiB * mebi, md5: report.result, chunked: false });
    expect(largeCount).toBe(2);
    expect(report.restartCount).toBe(1);
    expect(report.lastSentBytes).toBe(sizeMiB * mebi);
    expect(report.progressCount).toBeGreaterThan(1_000);
    expect(report.extraRssMiB).toBeLessThanOrEqual(extraRssMiBMax);
  } finally {
    server.close();
  }
});
