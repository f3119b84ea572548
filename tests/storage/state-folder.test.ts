import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemChance, systemClock } from '#core/clock.ts';
import { GuildmeshError } from '#core/errors.ts';
import { silentLogger } from '#core/logger.ts';
import { makeFolder } from '#storage/files/make-folder.ts';
import { claimStateFolder, makeStateFolder } from '#storage/state-folder.ts';
import { stateRefusal } from '#storage/state-refusal.ts';
import { Storage } from '#storage/storage.ts';
import { rejection } from '../support/rejection.ts';
import { serviceMigrations } from '../support/tables.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const isRoot = process.getuid?.() === 0;

function folderForTest(): string {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  return folder.path;
}

function refusal(run: () => unknown): GuildmeshError {
  try {
    run();
  } catch (error) {
    if (error instanceof GuildmeshError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

/** A disk of its own in memory, with one page for each file it is to hold. */
function disk(sizeBytes: number): string {
  const path = folderForTest();
  const made = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeBytes}`, 'tmpfs', path]);
  if (made.status !== 0) throw new Error(String(made.stderr));
  onTestFinished(() => void spawnSync('umount', ['-l', path]));
  return path;
}

function fill(path: string): void {
  spawnSync('dd', ['if=/dev/zero', `of=${join(path, 'ballast')}`, 'bs=4096']);
}

function storageIn(stateDir: string): Storage {
  return new Storage(
    { clock: systemClock(), chance: systemChance(), logger: silentLogger() },
    { migrations: serviceMigrations, stateDir },
  );
}

describe('a folder is made', () => {
  test('with those above it, and is left alone when it is there', () => {
    const path = join(folderForTest(), 'a', 'b', 'c');
    makeFolder(path, 0o700);
    writeFileSync(join(path, 'kept'), '');
    makeFolder(`${path}/`, 0o700);
    expect(existsSync(join(path, 'kept'))).toBe(true);
    expect(lstatSync(join(path, '..')).mode & 0o777).toBe(0o700);
  });

  test.runIf(existsSync('/proc/self'))('or refused, in no time, where none can be', () => {
    expect(() => makeFolder('/proc/x', 0o700)).toThrow(/ENOENT/);
    expect(() => makeFolder('/proc/x/y/z', 0o700)).toThrow(/ENOENT/);
  });
});

describe('a state folder that can’t be one is refused with the reason', () => {
  test.runIf(existsSync('/proc/self'))('where no folder can be made', () => {
    expect(refusal(() => makeStateFolder('/proc/x'))).toMatchObject({
      code: 'STORAGE_STATE_NO_FOLDER',
      message: 'The state folder /proc/x is none and can’t be made (no folder can be made there).',
    });
  });

  test('where a file is, or is on the way', () => {
    const file = join(folderForTest(), 'file');
    writeFileSync(file, 'mine');
    for (const path of [file, join(file, 'below')]) {
      const { code, next } = refusal(() => claimStateFolder(path));
      expect([code, next]).toEqual([
        'STORAGE_STATE_NO_FOLDER',
        expect.stringContaining('GUILDMESH_STATE_DIR'),
      ]);
    }
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  test('where a link leads nowhere, or to itself; nothing is made at its end', () => {
    const folder = folderForTest();
    const target = join(folder, 'target');
    symlinkSync(target, join(folder, 'dangling'));
    symlinkSync(join(folder, 'loop'), join(folder, 'loop'));
    for (const name of ['dangling', 'loop'])
      expect(refusal(() => claimStateFolder(join(folder, name))).code).toBe('STORAGE_STATE_NO_FOLDER');
    expect(existsSync(target)).toBe(false);
  });

  test('where its name is too long', () => {
    const path = join(folderForTest(), 'n'.repeat(300));
    expect(refusal(() => claimStateFolder(path)).code).toBe('STORAGE_STATE_NO_FOLDER');
  });

  test.runIf(isRoot)('where its user has no rights', () => {
    const folder = folderForTest();
    chmodSync(folder, 0o755);
    process.seteuid?.(65_534);
    try {
      for (const path of [folder, join(folder, 'below')])
        expect(refusal(() => claimStateFolder(path))).toMatchObject({
          code: 'STORAGE_STATE_UNWRITABLE',
          details: { reason: expect.stringMatching(/^E(PERM|ACCES)$/) },
        });
    } finally {
      process.seteuid?.(0);
    }
  });

  test.runIf(isRoot)('on a disk that takes no writes, new or used', async () => {
    const path = disk(2_097_152);
    const used = join(path, 'used');
    const storage = storageIn(used);
    await storage.start();
    await storage.stop();
    spawnSync('mount', ['-o', 'remount,ro', path]);
    for (const stateDir of [used, join(path, 'new')])
      expect(await rejection(storageIn(stateDir).start())).toMatchObject({
        code: 'STORAGE_STATE_READ_ONLY',
        next: expect.stringContaining('GUILDMESH_STATE_DIR'),
      });
  });

  test.runIf(isRoot)(
    'on a full disk, new or used; with room again it starts, and nothing is lost',
    async () => {
      const path = disk(2_097_152);
      const used = join(path, 'used');
      const intent = { kind: 'relay' as const, key: '1', payload: {}, wantedBy: 'x', createdAtMs: 1 };
      const before = storageIn(used);
      await before.start();
      await before.intents.put(intent);
      await before.stop();
      fill(path);
      for (const stateDir of [used, join(path, 'new')])
        expect(await rejection(storageIn(stateDir).start())).toMatchObject({
          code: 'STORAGE_STATE_FULL',
          next: 'Free space there, then start the hub again; nothing already stored is lost.',
        });
      spawnSync('rm', [join(path, 'ballast')]);
      const after = storageIn(used);
      await after.start();
      expect(await after.intents.list('relay')).toEqual([intent]);
      await after.stop();
    },
  );

  test.runIf(isRoot)('where the room ends in the middle of the first start', async () => {
    const path = disk(65_536);
    expect(await rejection(storageIn(join(path, 'new')).start())).toMatchObject({
      code: 'STORAGE_STATE_FULL',
    });
  });
});

test.each([
  ['ENOSPC', 'STORAGE_STATE_FULL'],
  ['EDQUOT', 'STORAGE_STATE_FULL'],
  ['EROFS', 'STORAGE_STATE_READ_ONLY'],
  ['EACCES', 'STORAGE_STATE_UNWRITABLE'],
  ['EIO', 'STORAGE_STATE_UNWRITABLE'],
])('%s of a write in the state folder is %s', (code, refused) => {
  expect(stateRefusal('/state', Object.assign(new Error('write'), { code, syscall: 'write' }))).toMatchObject(
    {
      code: refused,
    },
  );
});

describe('links in the state folder are not followed', () => {
  test.each(['hub.db', 'hub.lock', 'hub.db-wal'])('%s', async (name) => {
    const folder = folderForTest();
    const outside = join(folderForTest(), 'outside');
    if (name === 'hub.db-wal') {
      const first = storageIn(folder);
      await first.start();
      await first.stop();
    }
    symlinkSync(outside, join(folder, name));
    expect(await rejection(storageIn(folder).start())).toMatchObject({
      code: 'STORAGE_STATE_LINK',
      details: { file: join(folder, name) },
    });
    expect(existsSync(outside)).toBe(false);
  });

  test('the cache, which may be lost, is replaced', async () => {
    const folder = folderForTest();
    const outside = join(folderForTest(), 'outside');
    symlinkSync(outside, join(folder, 'cache.db'));
    const storage = storageIn(folder);
    await storage.start();
    expect(lstatSync(join(folder, 'cache.db')).isFile()).toBe(true);
    expect(existsSync(outside)).toBe(false);
    await storage.stop();
  });

  test('hub.pid replaces one', async () => {
    const folder = folderForTest();
    const outside = join(folderForTest(), 'outside');
    writeFileSync(outside, 'theirs');
    for (const name of ['hub.pid', 'hub.pid.new']) symlinkSync(outside, join(folder, name));
    claimStateFolder(folder).release();
    expect(readFileSync(outside, 'utf8')).toBe('theirs');
    expect(readFileSync(join(folder, 'hub.pid'), 'utf8')).toBe(`${process.pid}\n`);
  });

  test('a copy goes to no other folder', async () => {
    const folder = folderForTest();
    const outside = folderForTest();
    symlinkSync(outside, join(folder, 'backups'));
    const storage = storageIn(folder);
    await storage.start();
    const { backUp } = await import('#storage/backup.ts');
    expect(await rejection(backUp(storage.db, join(folder, 'hub.db'), 1))).toMatchObject({ code: 'ELOOP' });
    await storage.stop();
  });
});

test('what older versions left readable is taken from others', async () => {
  const folder = folderForTest();
  const first = storageIn(folder);
  await first.start();
  await first.stop();
  const names = ['hub.db', 'hub.lock', 'cache.db', 'cache.db-wal'];
  for (const name of names) {
    writeFileSync(join(folder, name), '', { flag: 'a' });
    chmodSync(join(folder, name), 0o644);
  }
  const storage = storageIn(folder);
  await storage.start();
  for (const name of names) expect(lstatSync(join(folder, name)).mode & 0o777, name).toBe(0o600);
  await storage.stop();
});
