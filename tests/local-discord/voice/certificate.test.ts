import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { loadOrCreateCertificate } from '../../../packages/local-discord/src/voice/certificate.ts';

const dayMs = 86_400_000;
let directory: string;

beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'certificate-')), 'state');
});

afterEach(async () => {
  vi.useRealTimers();
  await rm(join(directory, '..'), { recursive: true });
});

test('the certificate is for 127.0.0.1 and localhost, its key is for its owner only', async () => {
  const { certPem, keyPem, certificatePath } = await loadOrCreateCertificate(directory);
  const certificate = new X509Certificate(certPem);
  expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(certificate.checkHost('localhost')).toBe('localhost');
  expect(certificate.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
  expect(await readFile(certificatePath, 'utf8')).toBe(certPem);
  const keyPath = certificatePath.replace(/pem$/, 'key');
  expect(await readFile(keyPath, 'utf8')).toBe(keyPem);
  expect((await stat(keyPath)).mode & 0o777).toBe(0o600);
});

test('another process trusts it by NODE_EXTRA_CA_CERTS, and not without', async () => {
  const { certPem, keyPem, certificatePath } = await loadOrCreateCertificate(directory);
  const server = createServer({ cert: certPem, key: keyPem }, (_request, response) => response.end('heard'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const script = `fetch('https://127.0.0.1:${port}').then((r) => r.text()).then(console.log, (e) => console.log(e.cause.code))`;
  const run = async (env: NodeJS.ProcessEnv) =>
    (await promisify(execFile)(process.execPath, ['-e', script], { env })).stdout.trim();
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
  expect(await run({ ...env, NODE_EXTRA_CA_CERTS: certificatePath })).toBe('heard');
  expect(await run(env)).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
  await new Promise((resolve) => server.close(resolve));
});

test('several are trusted side by side', async () => {
  const made = await Promise.all(
    Array.from({ length: 4 }, (_, index) => loadOrCreateCertificate(join(directory, `${index}`))),
  );
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, ...made.map((certificate) => certificate.certPem)]);
  try {
    for (const { certPem, keyPem } of made) {
      await using server = createServer({ cert: certPem, key: keyPem }, (_request, response) =>
        response.end('heard'),
      );
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const response = await fetch(`https://127.0.0.1:${(server.address() as AddressInfo).port}`, {
        headers: { connection: 'close' },
      });
      expect(await response.text()).toBe('heard');
    }
  } finally {
    setDefaultCACertificates(before);
  }
});

test('it is kept between starts, and replaced near its end or when damaged', async () => {
  const first = await loadOrCreateCertificate(directory);
  expect((await loadOrCreateCertificate(directory)).certPem).toBe(first.certPem);

  await writeFile(first.certificatePath, 'not a certificate');
  const second = await loadOrCreateCertificate(directory);
  expect(second.certPem).not.toBe(first.certPem);

  vi.useFakeTimers({ now: Date.now() + 340 * dayMs, toFake: ['Date'] });
  const third = await loadOrCreateCertificate(directory);
  expect(third.certPem).not.toBe(second.certPem);
  expect(new X509Certificate(third.certPem).validToDate.getTime()).toBeGreaterThan(Date.now() + 300 * dayMs);
});

test('a state folder that cannot be written to is named in the error', async () => {
  const blocked = join(directory, '..', 'file');
  await writeFile(blocked, '');
  await expect(loadOrCreateCertificate(blocked)).rejects.toMatchObject({
    code: 'PLAYGROUND_CERTIFICATE_UNUSABLE',
    details: { directory: blocked },
  });
});
