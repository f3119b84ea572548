import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPair, privateKeyToProtobuf } from '@libp2p/crypto/keys';
import { expect, onTestFinished, test } from 'vitest';
import { systemChance } from '#core/clock.ts';
import { loadOrCreateKey } from '#mesh/libp2p/identity.ts';

async function place(content?: Uint8Array, mode = 0o600): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'identity-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const path = join(directory, 'state', 'node.key');
  if (content) {
    await mkdir(join(directory, 'state'));
    await writeFile(path, content);
    await chmod(path, mode);
  }
  return path;
}

const load = (path: string) => loadOrCreateKey(path, systemChance());

async function goodKey(): Promise<Uint8Array> {
  return privateKeyToProtobuf(await generateKeyPair('Ed25519'));
}

test('a key is made once, for its owner alone, and nothing else is left behind', async () => {
  const path = await place();
  const made = await load(path);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(join(path, '..'))).toEqual(['node.key']);
  expect((await load(path)).equals(made)).toBe(true);
});

test('two first starts at once agree on one key', async () => {
  const path = await place();
  const [one, two] = await Promise.all([load(path), load(path)]);
  expect(one.equals(two)).toBe(true);
});

test.each([
  ['empty', new Uint8Array(0)],
  ['garbage', new Uint8Array(68).fill(7)],
  ['too long', new Uint8Array(5_000).fill(1)],
])('a key file that is %s is refused and left as it was', async (_, content) => {
  const path = await place(content);
  await expect(load(path)).rejects.toMatchObject({
    code: 'MESH_KEY_CORRUPT',
    kind: 'operator',
    next: expect.stringContaining('backup'),
  });
  expect(new Uint8Array(await readFile(path))).toEqual(content);
});

test('a truncated key is refused at every length', async () => {
  const key = await goodKey();
  const path = await place(key);
  for (let length = 0; length < key.length; length += 1) {
    await writeFile(path, key.subarray(0, length));
    await expect(load(path)).rejects.toMatchObject({ code: 'MESH_KEY_CORRUPT' });
  }
});

test('a key of another type is refused', async () => {
  const path = await place(privateKeyToProtobuf(await generateKeyPair('secp256k1')));
  await expect(load(path)).rejects.toMatchObject({
    code: 'MESH_KEY_CORRUPT',
    details: { reason: expect.stringContaining('secp256k1') },
  });
});

test.each([0o640, 0o604, 0o666])('mode %o is refused: others could read the key', async (mode) => {
  const path = await place(await goodKey(), mode);
  await expect(load(path)).rejects.toMatchObject({
    code: 'MESH_KEY_UNREADABLE',
    next: expect.stringContaining('chmod 600'),
  });
});

test('a directory or a link in its place is refused', async () => {
  const directory = await place();
  await mkdir(directory, { recursive: true });
  await expect(load(directory)).rejects.toMatchObject({ code: 'MESH_KEY_UNREADABLE' });
  const target = await place(await goodKey());
  const link = `${target}.link`;
  await symlink(target, link);
  await expect(load(link)).rejects.toMatchObject({
    code: 'MESH_KEY_UNREADABLE',
    details: { reason: 'ELOOP' },
  });
});

test('a state folder that can’t hold the key is named', async () => {
  const blocked = await place(new Uint8Array(1));
  await expect(load(join(blocked, 'node.key'))).rejects.toMatchObject({ code: 'MESH_KEY_UNREADABLE' });
});
