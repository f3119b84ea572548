import { constants } from 'node:fs';
import { type FileHandle, link, mkdir, open, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { generateKeyPair, privateKeyFromProtobuf, privateKeyToProtobuf } from '@libp2p/crypto/keys';
import type { Ed25519PrivateKey } from '@libp2p/interface';
import type { Chance } from '#core/clock.ts';
import { errorText } from '#core/errors.ts';
import { meshErrors } from '../errors.ts';
import { meshLimits } from '../limits.ts';

const othersMay = 0o077;

/**
 * The hub's identity: an Ed25519 private key as libp2p protobuf, mode 0600. Made on first use. An existing file that
 * can't be used is never replaced: with a new key, this hub would be a stranger to every community that trusts it.
 */
export async function loadOrCreateKey(path: string, chance: Chance): Promise<Ed25519PrivateKey> {
  return (await loadKey(path)) ?? (await createKey(path, chance));
}

async function loadKey(path: string): Promise<Ed25519PrivateKey | undefined> {
  let file: FileHandle;
  try {
    // A link could point at a file that somebody else controls; a FIFO would hang without O_NONBLOCK.
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') return undefined;
    throw meshErrors.MESH_KEY_UNREADABLE({ path, reason: code ?? errorText(error) }, { cause: error });
  }
  try {
    await assertPrivateFile(file, path);
    return decodeKey(await readBounded(file, path), path);
  } finally {
    await file.close();
  }
}

async function assertPrivateFile(file: FileHandle, path: string): Promise<void> {
  const facts = await file.stat();
  if (!facts.isFile()) throw meshErrors.MESH_KEY_UNREADABLE({ path, reason: 'not a regular file' });
  if ((facts.mode & othersMay) !== 0) {
    const mode = (facts.mode & 0o777).toString(8).padStart(4, '0');
    throw meshErrors.MESH_KEY_UNREADABLE({ path, reason: `mode ${mode} lets other users at it` });
  }
}

async function readBounded(file: FileHandle, path: string): Promise<Uint8Array> {
  const buffer = new Uint8Array(meshLimits.keyFileBytesMax + 1);
  const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
  if (bytesRead === 0) throw meshErrors.MESH_KEY_CORRUPT({ path, reason: 'it is empty' });
  if (bytesRead > meshLimits.keyFileBytesMax) {
    throw meshErrors.MESH_KEY_CORRUPT({ path, reason: 'it is too long for a key' });
  }
  return buffer.slice(0, bytesRead);
}

function decodeKey(bytes: Uint8Array, path: string): Ed25519PrivateKey {
  let key: ReturnType<typeof privateKeyFromProtobuf>;
  try {
    key = privateKeyFromProtobuf(bytes);
  } catch (error) {
    throw meshErrors.MESH_KEY_CORRUPT(
      { path, reason: 'it does not hold a libp2p private key' },
      { cause: error },
    );
  }
  if (key.type !== 'Ed25519') {
    throw meshErrors.MESH_KEY_CORRUPT({ path, reason: `it holds a key of type ${key.type}, not Ed25519` });
  }
  return key;
}

/** Appears completely or not at all; `link` refuses to overwrite, so of two simultaneous first starts one key wins. */
async function createKey(path: string, chance: Chance): Promise<Ed25519PrivateKey> {
  const key = await generateKeyPair('Ed25519');
  const temporary = `${path}.${chance.uuid()}.new`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeDurably(temporary, privateKeyToProtobuf(key));
    try {
      await link(temporary, path);
    } finally {
      await unlink(temporary);
    }
    await syncDirectory(dirname(path));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const winner = code === 'EEXIST' ? await loadKey(path) : undefined;
    if (winner) return winner;
    throw meshErrors.MESH_KEY_UNREADABLE({ path, reason: code ?? errorText(error) }, { cause: error });
  }
  return key;
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, constants.O_RDONLY);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
