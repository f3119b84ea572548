import { closeSync, constants, fstatSync, openSync, readSync, writeFileSync } from 'node:fs';
import type { Chance } from '#core/clock.ts';
import type { Secret } from '#core/secret.ts';
import { errnoOf } from '#storage/files/errno.ts';
import { keyBytes } from './sealing.ts';

/** 32 bytes, or why there are none. */
export type OperatorKey = { bytes: Uint8Array } | { why: string };

export function parseKey(text: string, from: string): OperatorKey {
  const trimmed = text.trim();
  const bytes = /^[0-9a-f]{64}$/i.test(trimmed)
    ? Buffer.from(trimmed, 'hex')
    : /^[A-Za-z0-9+/_-]{43}=?$/.test(trimmed)
      ? Buffer.from(trimmed.replaceAll('-', '+').replaceAll('_', '/'), 'base64')
      : undefined;
  return bytes?.length === keyBytes ? { bytes } : { why: `${from} is not 32 bytes in hex or base64` };
}

export function configuredKey(secret: Secret, name: string): OperatorKey {
  return parseKey(secret.reveal(), name);
}

/** A key in hex takes 64. */
const fileBytesMax = 1_024;

/**
 * Undefined when there is no such file. A file that others can read is refused, because they may know it, and so is a
 * link, because they may choose where it leads.
 */
export function readKeyFile(file: string): OperatorKey | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const facts = fstatSync(descriptor);
    if (!facts.isFile()) return { why: `${file} is no regular file` };
    if (process.platform !== 'win32' && (facts.mode & 0o077) !== 0)
      return { why: `${file} can be read by others (make it 0600)` };
    const buffer = Buffer.alloc(fileBytesMax);
    return parseKey(buffer.toString('utf8', 0, readSync(descriptor, buffer)), file);
  } catch (error) {
    const code = errnoOf(error) ?? 'unreadable';
    if (code === 'ELOOP') return { why: `${file} is a link; put the file itself there` };
    return code === 'ENOENT' ? undefined : { why: `${file} can’t be read (${code})` };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Never replaces a file: the existing one may be the only key to what is stored. */
export function makeKeyFile(file: string, chance: Pick<Chance, 'bytes'>): Uint8Array {
  const bytes = chance.bytes(keyBytes);
  writeFileSync(file, `${Buffer.from(bytes).toString('hex')}\n`, { mode: 0o600, flag: 'wx', flush: true });
  return bytes;
}
