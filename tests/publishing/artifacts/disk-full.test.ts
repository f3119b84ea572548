import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { rejection } from '../../support/rejection.ts';
import { bytesOf, folderForTest, never, startArtifacts } from './support.ts';

const draft = { label: 'x', guildId: '1', source: 'command' };

/** A file system of 4 MiB; undefined where this process may not mount one. */
function smallDisk(): string | undefined {
  const path = folderForTest();
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', path]);
  if (status !== 0) return undefined;
  onTestFinished(() => void spawnSync('umount', ['-l', path]));
  return path;
}

test('on a disk that fills up amid a put, nothing is kept, and the next that fits goes on', async ({
  skip,
}) => {
  const disk = smallDisk();
  if (disk === undefined) return skip('mounting a tmpfs is not allowed here');
  const { store, kept, temporary } = await startArtifacts(
    { file: ':memory:' },
    { dir: join(disk, 'artifacts') },
  );
  const chunks = Array.from({ length: 60 }, () => randomBytes(100_000));
  expect(await rejection(store.put(draft, bytesOf(...chunks), never))).toMatchObject({
    code: 'ARTIFACT_DISK_FULL',
    kind: 'operator',
  });
  expect([kept(), temporary(), await store.list({ limit: 9 })]).toEqual([[], [], []]);
  expect(await store.put(draft, bytesOf(...chunks.slice(0, 30)), never)).toMatchObject({ isNew: true });
});

test('the database may be what is full: the file goes too', async ({ skip }) => {
  const disk = smallDisk();
  if (disk === undefined) return skip('mounting a tmpfs is not allowed here');
  const { store, kept, temporary } = await startArtifacts({ file: join(disk, 'hub.db') });
  spawnSync('dd', ['if=/dev/zero', `of=${join(disk, 'ballast')}`, 'bs=4096']);
  let refused: unknown;
  for (let puts = 0; puts < 200 && !refused; puts++) {
    const before = kept().length;
    await store.put(draft, bytesOf(randomBytes(100)), never).catch((error: unknown) => (refused = error));
    if (refused) expect(kept()).toHaveLength(before);
  }
  expect(refused).toMatchObject({ code: 'ARTIFACT_DISK_FULL' });
  expect(temporary()).toEqual([]);
});

test('room for the database beside it is left free', async () => {
  const { store, kept } = await startArtifacts({ file: ':memory:' }, { freeBytesMin: 2 ** 60 });
  expect(await rejection(store.put(draft, bytesOf('x'), never))).toMatchObject({
    code: 'ARTIFACT_DISK_FULL',
  });
  expect(kept()).toEqual([]);
});
