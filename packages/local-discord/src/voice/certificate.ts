import { createPrivateKey, randomUUID, X509Certificate } from 'node:crypto';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorText, systemCodeOf } from '../errors.ts';
import { playgroundVoiceErrors } from './errors.ts';

export interface Certificate {
  certPem: string;
  keyPem: string;
}

const dayMs = 86_400_000;
const validityDays = 365;
/** Renewed before it is this near to its end, so that no run outlives it. */
const renewalMarginDays = 30;
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/**
 * The self-signed certificate of the voice server: made at the first start, kept in `directory`. Bots trust it by
 * NODE_EXTRA_CA_CERTS set to `certificatePath`. A missing, damaged or nearly expired one is replaced.
 */
export async function loadOrCreateCertificate(
  directory: string,
): Promise<Certificate & { certificatePath: string }> {
  const certificatePath = join(directory, 'voice-certificate.pem');
  const keyPath = join(directory, 'voice-certificate.key');
  try {
    const kept = await readKept(certificatePath, keyPath);
    if (kept !== undefined) return { ...kept, certificatePath };
    const made = await createCertificate();
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await writeWhole(keyPath, made.keyPem, 0o600);
    await writeWhole(certificatePath, made.certPem, 0o644);
    return { ...made, certificatePath };
  } catch (error) {
    throw playgroundVoiceErrors.PLAYGROUND_CERTIFICATE_UNUSABLE(
      { directory, reason: errorText(error) },
      { cause: error },
    );
  }
}

async function readKept(certificatePath: string, keyPath: string): Promise<Certificate | undefined> {
  const [certPem, keyPem] = await Promise.all([readIfThere(certificatePath), readIfThere(keyPath)]);
  if (certPem === undefined || keyPem === undefined || !isUsable(certPem, keyPem)) return undefined;
  await chmod(keyPath, 0o600);
  return { certPem, keyPem };
}

function isUsable(certPem: string, keyPem: string): boolean {
  try {
    const certificate = new X509Certificate(certPem);
    const leftMs = certificate.validToDate.getTime() - Date.now();
    return leftMs > renewalMarginDays * dayMs && certificate.checkPrivateKey(createPrivateKey(keyPem));
  } catch {
    return false;
  }
}

async function createCertificate(): Promise<Certificate> {
  // Loaded here, because only the first start makes a certificate; x509 needs Reflect's metadata before it.
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      // OpenSSL looks a trusted certificate up by its subject: of two alike, it would trust one of them only.
      name: `CN=localhost, 2.5.4.5=${randomUUID()}`,
      keys,
      signingAlgorithm: algorithm,
      // An hour back, for clocks that disagree.
      notBefore: new Date(Date.now() - dayMs / 24),
      notAfter: new Date(Date.now() + validityDays * dayMs),
      extensions: [
        new x509.SubjectAlternativeNameExtension([
          { type: 'ip', value: '127.0.0.1' },
          { type: 'dns', value: 'localhost' },
        ]),
        new x509.BasicConstraintsExtension(true, 0, true),
      ],
    },
    crypto,
  );
  const key = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  const lines = key.match(/.{1,64}/g) ?? [];
  return {
    certPem: certificate.toString('pem'),
    keyPem: `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n`,
  };
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Another start at the same moment sees the old file or the new one, never a half. */
async function writeWhole(path: string, content: string, mode: number): Promise<void> {
  const temporary = `${path}.${process.pid}`;
  await writeFile(temporary, content, { mode });
  await rename(temporary, path);
}
